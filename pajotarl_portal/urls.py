"""Every room brings its own addresses; Dutch, because people read them."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("beheer/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("taal/", set_language, name="set_language"),
    path("", include("pajotarl_portal.pages")),
    path("", include("journal.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("challenges.urls")),
    path("", include("personas.urls")),
    path("", include("submissions.urls")),
    path("", include("matching.urls")),
    path("", include("reviews.urls")),
    path("", include("pitches.urls")),
    path("", include("decisions.urls")),
    path("", include("dossiers.urls")),
]
