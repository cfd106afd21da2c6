"""How moments read: always with date, hour and zone."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()

MINUTE = timedelta(minutes=1)


@register.filter
def moment(value) -> str:
    """`vrijdag 1 september 2023, 23u59 (Brusselse tijd)`; empty for no value."""
    if value is None:
        return ""
    return _("%(moment)s (Brussels time)") % {"moment": _written(value, _("l j F Y"))}


@register.filter
def short_moment(value) -> str:
    """`1 sep 2023, 23u59 (Brusselse tijd)`, for tables."""
    if value is None:
        return ""
    return _("%(moment)s (Brussels time)") % {"moment": _written(value, _("j M Y"))}


@register.filter
def compact_moment(value) -> str:
    """`1 sep 2023, 23u59`, where the page has named the zone already."""
    return _written(value, _("j M Y")) if value else ""


@register.filter
def exact_moment(value) -> str:
    """`1 september 2023, 23:59:59,999 (Brusselse tijd)`, for receipts: to the millisecond."""
    local = timezone.localtime(value)
    clock = (
        local.strftime("%H:%M:%S") + pgettext("decimal separator", ".") + f"{local.microsecond // 1000:03}"
    )
    day = date_format(local, _("j F Y"))
    return _("%(moment)s (Brussels time)") % {"moment": f"{day}, {clock}"}


@register.filter
def last_minute(until) -> str:
    """The last minute of a half-open interval: an end on 2 September 00:00 reads 1 September, 23:59."""
    return moment(until - MINUTE) if until else ""


@register.filter
def day(value) -> str:
    """`vrijdag 1 september 2023`."""
    return date_format(_local(value), _("l j F Y")) if value else ""


@register.filter
def hour(value) -> str:
    """`14u03`."""
    return date_format(_local(value), _(r"H:i")) if value else ""


def _written(value, day_format: str) -> str:
    return date_format(_local(value), f"{day_format}, {_(r'H:i')}")


def _local(value):
    return timezone.localtime(value) if hasattr(value, "utcoffset") and value.tzinfo else value
