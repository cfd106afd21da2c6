"""What the rooms above tell those below, which may not import them: who stays away from whom."""

from collections.abc import Callable

from django.db.models import Q

_sources: list[Callable[..., Q]] = []


def kept_away_by(source: Callable[..., Q]) -> Callable[..., Q]:
    """Register `source(user, organisation=, call=)`: the condition of a conflict of interest."""
    if source not in _sources:
        _sources.append(source)
    return source


def kept_from(user, *, organisation: str, call: str) -> Q:
    """The condition that `user` must stay away from a row: conflicts of interest with its organisation.

    `organisation` and `call` name the row's fields (paths of lookups). Use it in `exclude`.
    """
    condition = Q(pk__in=[])
    for source in _sources:
        condition |= source(user, organisation=organisation, call=call)
    return condition
