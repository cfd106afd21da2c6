from django.urls import path

from decisions import views

app_name = "decisions"

urlpatterns = [
    path("kandidaturen/<uuid:proposal>/beslissing/", views.decision, name="decision"),
    path("kandidaturen/<uuid:proposal>/beslissing/brief.pdf", views.letter, name="letter"),
    path("kandidaturen/<uuid:proposal>/beslissing/wederwoord/", views.reply, name="reply"),
]
