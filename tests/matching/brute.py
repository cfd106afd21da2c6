"""Every set of proposals there is, counted at once: what the solver must equal on small problems."""

from itertools import combinations

import numpy

from matching.engine.coverage import FULL, Problem
from matching.engine.wishes import Wish, Wishes

DUTIES = ("challenge", "expertise", "group")


class Sets:
    """All 2^n sets as rows of bits, with coverage, quality and cost of each."""

    def __init__(self, problem: Problem):
        self.problem, self.refs = problem, [o.external_id for o in problem.offers]
        number = len(self.refs)
        self.bits = (numpy.arange(2**number)[:, None] >> numpy.arange(number)) & 1
        self.size = self.bits.sum(axis=1)
        self.cost = self.bits @ self._of(lambda o: o.cost)
        self.coverage, self.quality = numpy.zeros((2, 2**number), dtype=int)
        for (challenge, slug, nis), weight in problem.cells.items():
            quarters = self.bits @ self._of(
                lambda o, c=challenge, s=slug, n=nis: (
                    o.quarters.get(s, 0) * (c in o.points and n in o.municipalities)
                )
            )
            self.coverage += weight * numpy.minimum(FULL, quarters)
        for (challenge, slug), weight in problem.needs.items():
            worths = self._of(lambda o, c=challenge, s=slug: self._worth(o, c, s))
            self.quality += weight * (self.bits * worths).max(axis=1, initial=0)

    @staticmethod
    def _worth(offer, challenge, slug) -> int:
        if challenge not in offer.points or slug not in offer.quarters or not offer.municipalities:
            return 0
        return offer.points[challenge] if offer.merit is None else offer.merit

    def _of(self, value):
        return numpy.array([value(o) for o in self.problem.offers], dtype=int)

    def duties(self) -> list[Wish]:
        offers = self.problem.offers
        challenges = {c for c, _ in self.problem.needs if any(c in o.points for o in offers)}
        groups = [o.group for o in offers if o.group]
        return [
            *(Wish("challenge", c) for c in challenges),
            *(Wish("expertise", slug) for slug in {s for o in offers for s in o.expertise}),
            *(Wish("group", name) for name in {g for g in groups if groups.count(g) > 1}),
        ]

    def hard(self, wishes: Wishes) -> list[Wish]:
        return [*wishes.listed(), *(duty for duty in self.duties() if duty not in wishes.waived)]

    def holds(self, wish: Wish):
        """Which sets satisfy a wish."""
        value = wish.value
        if wish.kind == "budget":
            return self.cost <= value
        if wish.kind in ("min", "max"):
            return self.size >= value if wish.kind == "min" else self.size <= value
        if wish.kind in ("include", "exclude"):
            return self.bits[:, self.refs.index(value)] == (wish.kind == "include")
        if wish.kind == "twice":
            challenge, slug, *place = value.split(":")
            met = self._of(
                lambda o: (
                    int(challenge) in o.points
                    and slug in o.quarters
                    and bool(o.municipalities)
                    and (not place or place[0] in o.municipalities)
                )
            )
            return self.bits @ met >= 2
        field = {"challenge": "points", "expertise": "expertise"}.get(wish.kind)
        number = self.bits @ self._of(lambda o: value in getattr(o, field) if field else o.group == value)
        return number <= 1 if wish.kind == "group" else number >= 1

    def allowed(self, hard):
        every = numpy.ones(len(self.size), dtype=bool)
        for wish in hard:
            every &= self.holds(wish)
        return every

    def best(self, among) -> tuple[int, int, int] | None:
        """Coverage, quality and minus cost of the best set among these."""
        rows = zip(self.coverage[among], self.quality[among], -self.cost[among], strict=True)
        return max(((int(a), int(b), int(c)) for a, b, c in rows), default=None)

    def distance(self, refs):
        """How many members differ from a set, for every set."""
        there = numpy.array([ref in refs for ref in self.refs], dtype=int)
        return numpy.abs(self.bits - there).sum(axis=1)

    def fewest_to_give_up(self, hard) -> int:
        """The size of the smallest set of wishes without which the others can hold."""
        for number in range(len(hard) + 1):
            for gone in combinations(hard, number):
                if self.allowed([w for w in hard if w not in gone]).any():
                    return number
        raise AssertionError("nothing satisfies no wish")
