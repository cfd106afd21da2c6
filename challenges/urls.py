from django.urls import path

from challenges import views

app_name = "challenges"

urlpatterns = [
    path("", views.entrance, name="entrance"),
    path("oproepen/", views.calls, name="calls"),
    path("oproep/<slug:slug>/", views.home, name="home"),
    path("oproep/<slug:slug>/uitdagingen/", views.challenges, name="challenges"),
    path("oproep/<slug:slug>/uitdagingen/<int:number>/", views.challenge, name="challenge"),
    path("oproep/<slug:slug>/diensten/", views.services, name="services"),
    path("oproep/<slug:slug>/werkprincipes/", views.principles, name="principles"),
    path("oproep/<slug:slug>/gemeenten/", views.municipalities, name="municipalities"),
    path("oproep/<slug:slug>/vragen/", views.questions, name="questions"),
    path("oproep/<slug:slug>/contact/", views.contact, name="contact"),
    path("oproep/<slug:slug>/kalender.ics", views.calendar, name="calendar"),
    path("oproep/<slug:slug>/privacy/", views.privacy, name="privacy"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
]
