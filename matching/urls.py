from django.urls import path

from matching import views

app_name = "matching"

urlpatterns = [
    path("oproep/<slug:slug>/scoren/", views.published_scoring, name="published_scoring"),
    path("kandidaturen/<uuid:pk>/aanbod/", views.compare_offers, name="compare_offers"),
    path("jury/<slug:slug>/noden/", views.jury_start, name="jury_start"),
    path("jury/noden/<int:run_id>/scores/", views.jury_run, name="jury_run"),
    path(
        "jury/noden/<int:run_id>/waarom/<int:scored_id>/<int:number>/",
        views.jury_explain,
        name="jury_explain",
    ),
    path("jury/noden/<int:run_id>/dekking/", views.jury_coverage, name="jury_coverage"),
    path("jury/noden/<int:run_id>/vergelijken/", views.jury_compare, name="jury_compare"),
    path("jury/noden/<int:run_id>/samenstellingen/", views.jury_compositions, name="jury_compositions"),
    path("jury/samenstelling/<int:composition_id>/", views.jury_composition, name="jury_composition"),
]
