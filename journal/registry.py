"""What the rooms above tell the journal, which may not import them."""

from collections.abc import Callable
from typing import Protocol


class Check(Protocol):
    """What a verifier answers: nothing is broken, or which thing is the first."""

    first_broken: dict | None


Verifier = Callable[[], Check]

_verifiers: dict[str, Verifier] = {}
_calls_of: list[Callable] = []


def verify_also(name: str, verifier: Verifier) -> None:
    """Let `verify_journal` run `verifier`; its answer carries a count under `name`."""
    _verifiers[name] = verifier


def verifiers() -> dict[str, Verifier]:
    return dict(_verifiers)


def calls_read_by(source: Callable) -> Callable:
    """Register `source(user)`: the slugs of the calls of which `user` may read the journal."""
    if source not in _calls_of:
        _calls_of.append(source)
    return source


def readable_calls(user) -> set[str]:
    """Nothing, as long as no room has said who reads what."""
    return {slug for source in _calls_of for slug in source(user)}
