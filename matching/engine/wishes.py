"""What a composition must hold to: what staff ask, and what every partnership owes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from .coverage import Problem


@dataclass(frozen=True)
class Wish:
    """One hard wish. `kind` is budget, min, max, include, exclude or twice (staff ask it), or
    challenge, expertise or group (every partnership owes it); `value` its number, id or key."""

    kind: str
    value: int | str


@dataclass(frozen=True)
class Wishes:
    """What staff ask of a composition; None means no wish. `twice` names needs ("3:mobiliteit")
    or cells ("3:mobiliteit:23024") that at least two members must meet. `waived` are duties that
    staff give up."""

    budget: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    waived: tuple[Wish, ...] = ()

    def listed(self) -> tuple[Wish, ...]:
        """Every wish of staff by itself, in a fixed order."""
        numbers = (("budget", self.budget), ("min", self.minimum), ("max", self.maximum))
        named = (("include", self.include), ("exclude", self.exclude), ("twice", self.twice))
        return (
            *(Wish(kind, value) for kind, value in numbers if value is not None),
            *(Wish(kind, ref) for kind, refs in named for ref in sorted(set(refs))),
        )

    def given_up(self, wishes: Iterable[Wish]) -> "Wishes":
        """The same without these."""
        gone = set(wishes)
        numbers = {"budget": "budget", "min": "minimum", "max": "maximum"}
        named = {kind: getattr(self, kind) for kind in ("include", "exclude", "twice")}
        return replace(
            self,
            **{field: None for kind, field in numbers.items() if any(w.kind == kind for w in gone)},
            **{
                kind: tuple(ref for ref in refs if Wish(kind, ref) not in gone)
                for kind, refs in named.items()
            },
            waived=tuple(
                sorted(
                    {*self.waived, *(w for w in gone if w.kind in DUTIES)}, key=lambda w: (w.kind, w.value)
                )
            ),
        )


DUTIES = ("challenge", "expertise", "group")
APART = 2


def duties(problem: Problem) -> tuple[Wish, ...]:
    """What every partnership owes: each challenge and each priority expertise at least once when
    anybody offers it, and no two members from one legal group."""
    challenges = {n for n, _slug in problem.needs} & {n for o in problem.offers for n in o.points}
    expertise = {slug for o in problem.offers for slug in o.expertise}
    groups = [o.group for o in problem.offers if o.group]
    return (
        *(Wish("challenge", number) for number in sorted(challenges)),
        *(Wish("expertise", slug) for slug in sorted(expertise)),
        *(Wish("group", name) for name in sorted(set(groups)) if groups.count(name) > 1),
    )


def all_wishes(problem: Problem, wishes: Wishes) -> tuple[Wish, ...]:
    """Everything a set must hold to: what staff ask and what every partnership owes, less what
    staff waived."""
    return (*wishes.listed(), *(duty for duty in duties(problem) if duty not in wishes.waived))


def counted(problem: Problem, wish: Wish) -> tuple[str, ...]:
    """Whose number a wish with a number of members is about: who shows the challenge or expertise,
    belongs to the group, or meets what must be met twice."""
    if wish.kind == "challenge":
        return tuple(o.external_id for o in problem.offers if wish.value in o.points)
    if wish.kind == "expertise":
        return tuple(o.external_id for o in problem.offers if wish.value in o.expertise)
    if wish.kind == "group":
        return tuple(o.external_id for o in problem.offers if o.group == wish.value)
    number, slug, *place = wish.value.split(":")
    found = (o for o in problem.offers if o.meets((int(number), slug)))
    return tuple(o.external_id for o in found if not place or place[0] in o.municipalities)


def bounds(wish: Wish) -> tuple[int, int | None]:
    """How many of the `counted` a set must have at least, and may have at most."""
    return {"challenge": (1, None), "expertise": (1, None), "group": (0, 1), "twice": (2, None)}[wish.kind]


def row_of(problem: Problem, wish: Wish) -> tuple[dict[str, int], int | None, int | None]:
    """A wish as a row: what each proposal adds to its sum, and what that must at least and at most be."""
    if wish.kind == "budget":
        return {o.external_id: o.cost for o in problem.offers}, None, wish.value
    if wish.kind in ("min", "max"):
        low = min(wish.value, len(problem.offers) + 1)
        everyone = dict.fromkeys(problem.by_id, 1)
        return (everyone, low, None) if wish.kind == "min" else (everyone, None, low)
    if wish.kind in ("include", "exclude"):
        one = {wish.value: 1}
        return (one, 1, None) if wish.kind == "include" else (one, None, 0)
    low, high = bounds(wish)
    return dict.fromkeys(counted(problem, wish), 1), low or None, high


def row_apart(problem: Problem, other: Collection[str], *, by: int) -> tuple[dict[str, int], int]:
    """The same for differing from a set by at least so many members who join or leave."""
    chosen = set(other)
    return {ref: -1 if ref in chosen else 1 for ref in problem.by_id}, by - len(chosen)


def holds(problem: Problem, wish: Wish, selected: Collection[str]) -> bool:
    """Whether a set of proposals satisfies one wish, by counting."""
    chosen = set(selected)
    if wish.kind == "budget":
        return sum(problem.by_id[ref].cost for ref in chosen) <= wish.value
    if wish.kind in ("min", "max"):
        return len(chosen) >= wish.value if wish.kind == "min" else len(chosen) <= wish.value
    if wish.kind in ("include", "exclude"):
        return (wish.value in chosen) == (wish.kind == "include")
    low, high = bounds(wish)
    number = len(chosen.intersection(counted(problem, wish)))
    return low <= number and (high is None or number <= high)
