"""The clock of the right of reply: how long until a moment, seen from the portal's own now."""

from django import template
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def timeuntil_of(now, until) -> str:
    """How long it still is from `now` until `until`, in words; none when it has passed."""
    return timeuntil(until, now) if now < until else _("none, it has passed")
