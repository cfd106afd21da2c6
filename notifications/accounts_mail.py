"""Mails about what happens a floor lower, in accounts; queued inside the action's transaction."""

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import invitation_sent, role_granted
from notifications.actions import notify


@receiver(invitation_sent)
def mail_invitation(invitation, **kwargs):
    """One mail per minute at most: who clicks twice on sending again sends one."""
    known = User.objects.filter(email__iexact=invitation.email).first()
    notify(
        "accounts_invitation",
        to=[known or invitation.email],
        about=invitation,
        occurrence=f"{invitation.expires_at:%Y-%m-%dT%H:%M}",
        context={"invitation": invitation},
        organisation=invitation.organisation,
        secret=True,
        useful_until=invitation.expires_at,
    )


@receiver(role_granted)
def mail_role(role, **kwargs):
    notify("accounts_role", to=[role.user], about=role, context={"role": role}, call=role.call)
