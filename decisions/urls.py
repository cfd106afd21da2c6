from django.urls import path

from decisions import views

app_name = "decisions"

urlpatterns = [
    path("kandidaturen/<uuid:proposal>/beslissing/", views.decision, name="decision"),
    path("kandidaturen/<uuid:proposal>/beslissing/brief.pdf", views.letter, name="letter"),
    path("kandidaturen/<uuid:proposal>/beslissing/wederwoord/", views.reply, name="reply"),
    path(
        "kandidaturen/<uuid:proposal>/beslissing/wederwoord/ontvangstbewijs.pdf",
        views.receipt,
        name="receipt",
    ),
    path("kandidaturen/<uuid:proposal>/beslissing/wederwoord/antwoord.pdf", views.answer, name="answer"),
    path("wederwoord/document/<uuid:key>/", views.reply_file, name="reply_file"),
    path("jury/<slug:call>/partnerschap/", views.partnership, name="partnership"),
]
