"""What comes next for an organisation that filed: the rooms above tell it, the proposal's page shows it.

A room registers `provider(proposal) -> NextStep | None` in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

Provider = Callable[[object], "NextStep | None"]

_providers: list[Provider] = []


@dataclass(frozen=True)
class NextStep:
    """A sentence about what was planned or decided, and the page that tells more."""

    title: str | Promise
    text: str
    url: str
    label: str | Promise


def provider(function: Provider) -> Provider:
    """Register `function`, in the order in which the rooms stand."""
    _providers.append(function)
    return function


def next_steps_of(proposal) -> list[NextStep]:
    """The steps that are known for `proposal`, the latest first."""
    return [step for tell in reversed(_providers) if (step := tell(proposal))]
