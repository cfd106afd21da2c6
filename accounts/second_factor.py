"""Whether the present session gave a second factor: when logging in, or when setting it up."""

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver

SESSION_KEY = "second_factor_of"


def has_passed(request) -> bool:
    return request.session.get(SESSION_KEY) == request.user.pk


def is_set_up(user) -> bool:
    return Authenticator.objects.filter(user=user).exists()


@receiver(authentication_step_completed)
def passed_when_logging_in(request, user, method, **kwargs):
    if method == "mfa":
        request.session[SESSION_KEY] = user.pk


@receiver(authenticator_added)
def passed_when_setting_up(request, user, **kwargs):
    request.session[SESSION_KEY] = user.pk
