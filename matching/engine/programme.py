"""A composition problem as a mixed-integer programme: which rows, which objective per level."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from .coverage import FULL, Problem, alike
from .solver import Model, Solution
from .wishes import APART, Wish, row_apart, row_of


class Programme:
    """x per offer, y per group of cells covered alike, z per need and worth."""

    def __init__(self, problem: Problem, *, deadline: float, tell=None, presolve: bool = True):
        self.problem = problem
        self.model = Model(deadline=deadline, tell=tell, presolve=presolve)
        first = self.model.variables(len(problem.offers), whole=True)
        self.x = {o.external_id: first + i for i, o in enumerate(problem.offers)}
        self.saving = {self.x[o.external_id]: -o.cost for o in problem.offers}
        self.coverage: Mapping[int, float] = {}
        self.quality: Mapping[int, float] = {}

    def with_levels(self) -> "Programme":
        """Add what coverage and quality need."""
        self.with_coverage().quality = self._needs()
        return self

    def with_coverage(self) -> "Programme":
        """Add what coverage needs."""
        self.coverage = self._cells()
        return self

    def _cells(self) -> dict[int, float]:
        groups = alike(self.problem)
        terms = {}
        first = self.model.variables(len(groups), upper=FULL)
        for y, (covers, weight) in enumerate(groups.items(), first):
            self.model.row({y: 1, **{self.x[ref]: -n for ref, n in covers}}, high=0)
            terms[y] = weight
        return terms

    def _needs(self) -> dict[int, float]:
        """One variable per need and worth, for all offers of that worth together: a chosen worth
        needs a chosen offer, and every need counts its best worth only."""
        terms = {}
        for need, weight in self.problem.needs.items():
            by_worth = defaultdict(list)
            for offer in self.problem.meeting[need]:
                by_worth[offer.worth(need[0])].append(self.x[offer.external_id])
            if not by_worth:
                continue
            first = self.model.variables(len(by_worth))
            for z, (worth, columns) in enumerate(by_worth.items(), first):
                self.model.row({z: 1, **dict.fromkeys(columns, -1)}, high=0)
                terms[z] = weight * worth
            self.model.row(dict.fromkeys(range(first, first + len(by_worth)), 1), high=1)
        return terms

    def require(self, wishes: Iterable[Wish]) -> None:
        """Hold to every wish."""
        for wish in wishes:
            terms, low, high = self._row(wish)
            self.model.row(terms, **_limits(low, high))

    def require_unless(self, wishes: Iterable[Wish]) -> dict[Wish, int]:
        """Hold to every wish unless its own variable, which is returned, gives it up."""
        given_up = {}
        for wish in wishes:
            terms, low, high = self._row(wish)
            given_up[wish] = out = self.model.variables(1, whole=True)
            if low is not None:
                self.model.row({**terms, out: low}, low=low)
            if high is not None:
                most = sum(value for value in terms.values() if value > 0)
                self.model.row({**terms, out: min(0, high - most)}, high=high)
        return given_up

    def _row(self, wish: Wish) -> tuple[dict[int, float], int | None, int | None]:
        terms, low, high = row_of(self.problem, wish)
        return {self.x[ref]: value for ref, value in terms.items()}, low, high

    def differ_from(self, other: Collection[str], *, by: int = APART) -> int:
        """At least `by` members join or leave; returns the number of the row."""
        signs, low = row_apart(self.problem, other, by=by)
        return self.model.row({self.x[ref]: sign for ref, sign in signs.items()}, low=low)

    def change_one(self, refs: Collection[str], *, joining: bool) -> None:
        """At least one of these is in, or else is missing."""
        low, high = (1, len(refs)) if joining else (0, len(refs) - 1)
        self.model.row({self.x[ref]: 1 for ref in refs}, low=low, high=high)

    def only_near(self, terms: Mapping[int, float], members: Collection[str], *, by: int) -> bool:
        """Whether no set that differs by so many members is proven to reach what `terms` are held to."""
        row = self.differ_from(members, by=by)
        self.model.maximise(terms)
        alone = self.model.impossible
        self.model.free(row)
        return alone

    def at_most_with(self, terms: Mapping[int, float]) -> dict[str, int | float]:
        """What `terms` can at most be for a set with each proposal in it; infinite when that is unknown."""
        most = self.model.at_most_with(terms)
        return {ref: most[x] for ref, x in self.x.items()}

    def improve(self, terms: Mapping[int, float], *, start=None) -> tuple[Solution, tuple[str, ...]] | None:
        """Maximise one level from a known set; the answer and its members, None without one."""
        answer = self.model.maximise(terms, start=self._complete(start) if start else None)
        return None if answer is None else (answer, self.members(answer))

    def members(self, answer: Solution) -> tuple[str, ...]:
        return tuple(ref for ref, x in self.x.items() if answer.values[x] > 0.5)

    def _complete(self, members: Collection[str]) -> dict[int, float]:
        chosen = set(members)
        return {x: float(ref in chosen) for ref, x in self.x.items()}

    def hold(self, terms: Mapping[int, float], reached: int) -> None:
        """Never go below what a level reached; levels are whole, so half a unit is slack."""
        if terms:
            self.model.row(terms, low=reached - 0.5)


def _limits(low: int | None, high: int | None) -> dict[str, int]:
    return {name: value for name, value in (("low", low), ("high", high)) if value is not None}
