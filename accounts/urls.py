from django.urls import path

from accounts import views
from accounts.views import invitations, members

app_name = "accounts"

urlpatterns = [
    path("profiel/", views.profile, name="profile"),
    path("tweede-factor/", views.second_factor, name="second_factor"),
    path("organisaties/", views.organisations, name="organisations"),
    path("organisaties/nieuw/", views.organisation_new, name="organisation_new"),
    path("organisaties/kies/", views.choose, name="choose"),
    path("organisaties/<int:pk>/", views.organisation, name="organisation"),
    path("organisaties/<int:pk>/leden/", members.members, name="members"),
    path("organisaties/<int:pk>/leden/<int:member>/rol/", members.member_role, name="member_role"),
    path(
        "organisaties/<int:pk>/leden/<int:member>/verwijderen/", members.member_remove, name="member_remove"
    ),
    path("organisaties/<int:pk>/uitnodigen/", invitations.invite, name="invite"),
    path(
        "organisaties/<int:pk>/uitnodigingen/<int:invitation>/opnieuw/",
        invitations.resend,
        name="invitation_resend",
    ),
    path(
        "organisaties/<int:pk>/uitnodigingen/<int:invitation>/intrekken/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("uitnodiging/<str:token>/", invitations.invitation, name="invitation"),
]
