"""Whether wishes for a composition can hold together, and if not, which few clash."""

from collections.abc import Sequence
from dataclasses import dataclass

from .coverage import Problem


@dataclass(frozen=True)
class Wish:
    """One hard wish: `kind` is budget, min, max, include or exclude; `value` its number or id."""

    kind: str
    value: int | str


@dataclass(frozen=True)
class Wishes:
    """What staff ask of a composition; None means no wish."""

    budget: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def listed(self) -> tuple[Wish, ...]:
        """Every wish by itself, in a fixed order."""
        numbers = (("budget", self.budget), ("min", self.minimum), ("max", self.maximum))
        return (
            *(Wish(kind, value) for kind, value in numbers if value is not None),
            *(Wish("include", ref) for ref in sorted(set(self.include))),
            *(Wish("exclude", ref) for ref in sorted(set(self.exclude))),
        )


def can_hold(problem: Problem, wishes: Sequence[Wish]) -> bool:
    """Whether any set of proposals satisfies all wishes; exact, by the cheapest such set."""
    include = {w.value for w in wishes if w.kind == "include"}
    exclude = {w.value for w in wishes if w.kind == "exclude"}
    minimum = max((w.value for w in wishes if w.kind == "min"), default=0)
    maximum = min((w.value for w in wishes if w.kind == "max"), default=len(problem.offers))
    budget = min((w.value for w in wishes if w.kind == "budget"), default=None)
    pool = sorted(o.cost for o in problem.offers if o.external_id not in include | exclude)
    extra = max(0, minimum - len(include))
    if include & exclude or len(include) + extra > maximum or extra > len(pool):
        return False
    must = sum(o.cost for o in problem.offers if o.external_id in include)
    return budget is None or must + sum(pool[:extra]) <= budget


def conflict(problem: Problem, wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """A smallest group of clashing wishes (none can be left out of it), or () when all can hold.

    Deletion filter: J. W. Chinneck, Feasibility and Infeasibility in Optimization (2008), 6.1.
    """
    if can_hold(problem, wishes):
        return ()
    core = list(wishes)
    for wish in wishes:
        rest = [other for other in core if other != wish]
        if not can_hold(problem, rest):
            core = rest
    return tuple(core)


def cheapest(problem: Problem, wishes: Wishes) -> tuple[str, ...]:
    """The cheapest set that satisfies wishes which can hold together."""
    kept = set(wishes.include)
    pool = [o for o in problem.offers if o.external_id not in kept | set(wishes.exclude)]
    extra = max(0, (wishes.minimum or 0) - len(kept))
    kept |= {o.external_id for o in sorted(pool, key=lambda o: (o.cost, o.external_id))[:extra]}
    return tuple(o.external_id for o in problem.offers if o.external_id in kept)
