"""How numbers, spans of time and weights read on the pages of a call."""

from datetime import datetime, timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@register.filter
def in_words(number: int) -> str:
    """`10` as “ten”; above twelve the digits stay."""
    words = [
        pgettext("number", "no"),
        pgettext("number", "one"),
        pgettext("number", "two"),
        pgettext("number", "three"),
        pgettext("number", "four"),
        pgettext("number", "five"),
        pgettext("number", "six"),
        pgettext("number", "seven"),
        pgettext("number", "eight"),
        pgettext("number", "nine"),
        pgettext("number", "ten"),
        pgettext("number", "eleven"),
        pgettext("number", "twelve"),
    ]
    return words[number] if 0 <= number < len(words) else str(number)


@register.filter
def remaining(until: datetime, at: datetime) -> str:
    """What is left from `at` to `until` in its two largest units: “11 days and 14 hours”."""
    left = until - at
    if left < MINUTE:
        return _("less than a minute")
    days, rest = divmod(left, DAY)
    hours, rest = divmod(rest, HOUR)
    parts = [_days(days), _hours(hours), _minutes(rest // MINUTE)]
    largest = next(index for index, part in enumerate(parts) if part)
    told = [part for part in parts[largest : largest + 2] if part]
    return _(" and ").join(told)


def _days(count: int) -> str:
    return ngettext("%d day", "%d days", count) % count if count else ""


def _hours(count: int) -> str:
    return ngettext("%d hour", "%d hours", count) % count if count else ""


def _minutes(count: int) -> str:
    return ngettext("%d minute", "%d minutes", count) % count if count else ""


@register.filter
def weight_in_words(weight: int) -> str:
    """How much a challenge needs a service type: 1 to 3."""
    return {1: _("helps"), 2: _("important"), 3: _("essential")}[weight]
