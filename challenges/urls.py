from django.urls import path

from challenges import views

app_name = "challenges"

urlpatterns = [
    path("", views.entrance, name="home"),
    path("oproepen/", views.calls, name="calls"),
    path("contact/", views.entrance, {"page": "contacts"}, name="contacts"),
    path("privacy/", views.entrance, {"page": "privacy"}, name="privacy"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("oproep/<slug:slug>/", views.home, name="home"),
    path("oproep/<slug:slug>/uitdagingen/", views.challenges, name="challenges"),
    path("oproep/<slug:slug>/uitdagingen/<int:number>/", views.challenge, name="challenge"),
    path("oproep/<slug:slug>/diensten/", views.service_types, name="service_types"),
    path("oproep/<slug:slug>/werkprincipes/", views.principles, name="principles"),
    path("oproep/<slug:slug>/gemeenten/", views.municipalities, name="municipalities"),
    path("oproep/<slug:slug>/vragen/", views.questions, name="questions"),
    path("oproep/<slug:slug>/contact/", views.contacts, name="contacts"),
    path("oproep/<slug:slug>/kalender.ics", views.calendar, name="calendar"),
    path("oproep/<slug:slug>/privacy/", views.privacy, name="privacy"),
]
