"""What the rooms above tell this one, which may not import them: whether the shortlist was let out."""

from collections.abc import Callable

_released: list[Callable] = []


def released_when(source: Callable) -> Callable:
    """Register `source(call) -> bool`: whether a room above let out what follows from the shortlist."""
    if source not in _released:
        _released.append(source)
    return source


def is_released(call) -> bool:
    """Whether organisations know of the shortlist: from then on it stands."""
    return any(source(call) for source in _released)
