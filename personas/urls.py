from django.urls import path

from personas import views

app_name = "personas"

urlpatterns = [
    path("oproep/<slug:slug>/personas/<slug:persona>/", views.persona, name="persona"),
    path("oproep/<slug:slug>/personas/<slug:persona>/fiche/", views.sheet, name="sheet"),
]
