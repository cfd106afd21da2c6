"""Every room brings its own addresses; Dutch, because people read them."""

from allauth.account.views import signup
from django.contrib import admin
from django.db import transaction
from django.urls import include, path

from accounts.views import language
from pajotarl_portal import purge_desk

urlpatterns = [
    path("beheer/wissen/<slug:call>/", admin.site.admin_view(purge_desk.page), name="purge"),
    path(
        "beheer/wissen/<slug:call>/bewijs/<int:pk>/",
        admin.site.admin_view(purge_desk.certificate),
        name="purge_certificate",
    ),
    path("beheer/", admin.site.urls),
    # Who registers gets the mail to confirm it, or is not registered.
    path("account/signup/", transaction.atomic(signup), name="account_signup"),
    path("account/", include("allauth.urls")),
    path("taal/", language, name="set_language"),
    # Thousands write and file in the last hour: what they ask for is found first.
    path("", include("submissions.urls")),
    path("", include("pajotarl_portal.pages")),
    path("", include("journal.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("challenges.urls")),
    path("", include("personas.urls")),
    path("", include("matching.urls")),
    path("", include("reviews.urls")),
    path("", include("pitches.urls")),
    path("", include("decisions.urls")),
    path("", include("dossiers.urls")),
]
