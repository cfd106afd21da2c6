"""What the rooms above tell this one, which may not import them: scores of readers and jury."""

from collections.abc import Callable

_sources: list[Callable] = []


def merits_from(source: Callable) -> Callable:
    """Register `source(call)`: points of 100 by proposal id, for as far as they are released."""
    if source not in _sources:
        _sources.append(source)
    return source


def released_merits(call) -> dict:
    """What readers and jury gave each proposal of `call`, 0-100, the mean of what is released."""
    given: dict = {}
    for source in _sources:
        for proposal, points in source(call).items():
            given.setdefault(proposal, []).append(float(points))
    return {proposal: round(sum(points) / len(points)) for proposal, points in given.items()}
