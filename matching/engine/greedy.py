"""A quick partnership by adding the most useful member first: what the solver begins from, and
what it may never fall below."""

from collections.abc import Sequence

from .coverage import FULL, Problem
from .wishes import Wish, bounds, counted, holds


def greedy(problem: Problem, wishes: Sequence[Wish]) -> tuple[str, ...] | None:
    """Members by coverage won per euro, duties first; None when that ends against a wish."""
    state = _State(problem, wishes)
    for ref in state.must:
        state.add(ref)
    while (ref := state.most_useful()) is not None:
        state.add(ref)
    chosen = tuple(ref for ref in problem.by_id if ref in state.chosen)
    return chosen if all(holds(problem, wish, chosen) for wish in wishes) else None


class _State:
    def __init__(self, problem: Problem, wishes: Sequence[Wish]):
        self.problem, self.wishes = problem, wishes
        self.must = [w.value for w in wishes if w.kind == "include"]
        self.out = {w.value for w in wishes if w.kind == "exclude"}
        self.budget = min((w.value for w in wishes if w.kind == "budget"), default=None)
        self.most = min((w.value for w in wishes if w.kind == "max"), default=None)
        self.least = max((w.value for w in wishes if w.kind == "min"), default=0)
        self.owed = [(bounds(w), frozenset(counted(problem, w))) for w in wishes if _counts(w)]
        self.left = dict.fromkeys(problem.cells, FULL)
        self.chosen: set[str] = set()
        self.spent = 0

    def add(self, ref: str) -> None:
        offer = self.problem.by_id[ref]
        self.chosen.add(ref)
        self.spent += offer.cost
        for cell in self._cells(offer):
            self.left[cell] = max(0, self.left[cell] - offer.quarters[cell[1]])

    def most_useful(self) -> str | None:
        """Who to add next, or None when nobody adds anything or fits."""
        ranked = [(self._use(o), o.external_id) for o in self.problem.offers if self._fits(o)]
        owed, won, ref = max(((u[0], u[1], ref) for u, ref in ranked), default=(0, 0, None))
        return ref if owed or won or len(self.chosen) < self.least else None

    def _use(self, offer) -> tuple[int, float]:
        owed = sum(
            offer.external_id in who and len(self.chosen & who) < low for (low, _high), who in self.owed
        )
        won = sum(
            self.problem.cells[cell] * min(self.left[cell], offer.quarters[cell[1]])
            for cell in self._cells(offer)
        )
        return owed, won / (offer.cost + 1)

    def _cells(self, offer):
        return [
            (number, slug, nis)
            for number in offer.points
            for slug in offer.quarters
            for nis in offer.municipalities
            if (number, slug, nis) in self.left
        ]

    def _fits(self, offer) -> bool:
        if offer.external_id in self.chosen or offer.external_id in self.out:
            return False
        if self.budget is not None and self.spent + offer.cost > self.budget:
            return False
        if self.most is not None and len(self.chosen) >= self.most:
            return False
        return all(
            high is None or offer.external_id not in who or len(self.chosen & who) < high
            for (_low, high), who in self.owed
        )


def _counts(wish: Wish) -> bool:
    return wish.kind in ("challenge", "expertise", "group", "twice")
