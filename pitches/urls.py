from django.urls import path

from pitches import deliberation_views, views

app_name = "pitches"

urlpatterns = [
    path("jury/", views.jury, name="jury"),
    path("jury/werker.js", views.worker, name="worker"),
    path("jury/<slug:slug>/", views.room, name="room"),
    path("jury/<slug:slug>/beschikbaarheid/", views.hours, name="hours"),
    path("jury/<slug:slug>/agenda.ics", views.jury_calendar, name="jury_calendar"),
    path("jury/<slug:slug>/pitch/<int:pk>/", views.sheet, name="sheet"),
    path("jury/<slug:slug>/pitch/<int:pk>/dossier/", views.dossier, name="dossier"),
    path("jury/<slug:slug>/pitch/<int:pk>/terugtrekken/", views.recuse, name="recuse"),
    path("jury/<slug:slug>/pitch/<int:pk>/beraad/", deliberation_views.deliberation, name="deliberation"),
    path(
        "jury/<slug:slug>/pitch/<int:pk>/beraad/stand/",
        deliberation_views.deliberation_state,
        name="deliberation_state",
    ),
    path("jury/<slug:slug>/voorzitter/", deliberation_views.chair, name="chair"),
    path("beschikbaarheid/<int:pk>/intrekken/", views.withdraw_hours, name="withdraw_hours"),
    path("kandidaturen/<uuid:proposal>/pitch/", views.slot, name="slot"),
    path("kandidaturen/<uuid:proposal>/pitch.ics", views.slot_calendar, name="slot_calendar"),
]
