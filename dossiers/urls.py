from django.urls import path

from dossiers import views

app_name = "dossiers"

urlpatterns = [
    path("dossiers/voorstel/<uuid:pk>/", views.dossier, name="dossier"),
    path("dossiers/archief/<uuid:pk>/", views.archive, name="archive"),
    path("dossiers/bundel/<slug:slug>/", views.bundle, name="bundle"),
    path("dossiers/<uuid:pk>/", views.rendering, name="rendering"),
    path("dossiers/<uuid:pk>/pdf/", views.download, name="download"),
    path("dossiers/<uuid:pk>/bijlagen/", views.volume, name="volume"),
]
