"""The moments worth jumping to in practice mode. Rooms above name them: the journal knows no calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Moment:
    """A moment of the call that somebody may want to live through: `at` is aware."""

    label: str
    at: datetime


Source = Callable[[], Iterable[Moment]]

_sources: list[Source] = []


def register_moments(source: Source) -> Source:
    """Add `source()` to what the practice bar offers; call it from `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)
    return source


def moments() -> list[Moment]:
    """Every moment on offer, earliest first."""
    return sorted((moment for source in _sources for moment in source()), key=lambda moment: moment.at)
