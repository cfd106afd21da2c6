"""Coverage of needs by a set of proposals.

A cell is challenge x service type x municipality. It weighs need (1-3) x the municipality's share
of the inhabitants in per mille. A proposal covers a cell when it ticked all three, its text
supports the service type and shows the challenge; it covers as many quarters of the cell as its
clients per year reach of the wanted capacity, at most four. Everything is a whole number, so that
a solver's answer can be checked exactly.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .points import POSSIBLE, largest_remainder
from .score import SUPPORTED, enough
from .types import Call, Proposal, Score

FULL = 4

Need = tuple[int, str]
Cell = tuple[int, str, str]


@dataclass(frozen=True)
class Offer:
    """What a proposal brings: quarters per service type, points per challenge it shows."""

    external_id: str
    cost: int
    quarters: Mapping[str, int]
    points: Mapping[int, int]
    municipalities: frozenset[str]

    def meets(self, need: Need) -> bool:
        """Whether it covers this need anywhere."""
        return need[0] in self.points and need[1] in self.quarters and bool(self.municipalities)

    def covers(self, cell: Cell) -> int:
        """Quarters (0-4) of the cell that it covers."""
        return self.quarters[cell[1]] if self.meets(cell[:2]) and cell[2] in self.municipalities else 0


@dataclass(frozen=True)
class Problem:
    """Needs with their weights, cells with theirs, and the offers, ordered by external id."""

    needs: Mapping[Need, int]
    cells: Mapping[Cell, int]
    offers: tuple[Offer, ...]

    def offer(self, external_id: str) -> Offer:
        """The offer of one proposal. Raises KeyError when there is none."""
        return self.by_id[external_id]

    @property
    def by_id(self) -> dict[str, Offer]:
        return {offer.external_id: offer for offer in self.offers}

    @property
    def full_coverage(self) -> int:
        """Units of coverage when every cell is fully covered."""
        return FULL * sum(self.cells.values())

    @property
    def full_quality(self) -> int:
        """Units of quality when every need is met by a score of 100."""
        return 100 * sum(self.needs.values())


def problem(*, call: Call, proposals: Sequence[Proposal], scores: Sequence[Score]) -> Problem:
    """The composition problem of a call from its proposals and their scores, in any order."""
    scored = {score.external_id: score for score in scores}
    known = frozenset(m.nis for m in call.municipalities)
    offers = (_offer(p, scored[p.external_id], known, call) for p in proposals)
    needs = call.needs()
    shares = _per_mille(call)
    cells = {
        (*need, nis): weight * share
        for need, weight in needs.items()
        for nis, share in shares.items()
        if share
    }
    return Problem(needs, cells, tuple(sorted(offers, key=lambda o: o.external_id)))


def _per_mille(call: Call) -> dict[str, int]:
    total = sum(m.inhabitants for m in call.municipalities)
    if not total:
        return {m.nis: 1 for m in call.municipalities}
    shares = [1000 * m.inhabitants / total for m in call.municipalities]
    codes = [m.nis for m in call.municipalities]
    return dict(zip(codes, largest_remainder(shares, total=1000), strict=True))


def _offer(proposal: Proposal, score: Score, known: frozenset[str], call: Call) -> Offer:
    quarters = {
        s.slug: int(FULL * enough(proposal.service_types[s.slug], call) + 1e-9)
        for s in score.service_types
        if s.chosen and s.support >= SUPPORTED
    }
    points = {
        c.number: c.points
        for c in score.challenges
        if c.number in proposal.challenges and c.points >= POSSIBLE
    }
    return Offer(
        proposal.external_id,
        proposal.budget_eur,
        {slug: n for slug, n in quarters.items() if n},
        points,
        known.intersection(proposal.municipalities),
    )


def coverage(problem: Problem, selected: Collection[str]) -> int:
    """Units covered by the selected proposals, out of `problem.full_coverage`."""
    chosen = _chosen(problem, selected)
    return sum(
        weight * min(FULL, sum(offer.covers(cell) for offer in chosen))
        for cell, weight in problem.cells.items()
    )


def quality(problem: Problem, selected: Collection[str]) -> int:
    """For every need its weight times the best score among those who meet it, summed."""
    chosen = _chosen(problem, selected)
    return sum(
        weight * max((o.points[need[0]] for o in chosen if o.meets(need)), default=0)
        for need, weight in problem.needs.items()
    )


def cost(problem: Problem, selected: Collection[str]) -> int:
    """Euro per year of the selected proposals together."""
    return sum(offer.cost for offer in _chosen(problem, selected))


def _chosen(problem: Problem, selected: Collection[str]) -> list[Offer]:
    wanted = set(selected)
    return [offer for offer in problem.offers if offer.external_id in wanted]


@dataclass(frozen=True)
class Covered:
    """One need as a set of proposals meets it: who, with how many quarters, over how many
    inhabitants (per mille of the region) at least partly."""

    challenge: int
    service_type: str
    weight: int
    by: tuple[str, ...]
    quarters: int
    reached: int
    holes: tuple[str, ...]


def matrix(problem: Problem, selected: Collection[str] | None = None) -> tuple[Covered, ...]:
    """The coverage matrix, need by need; of all offers when `selected` is None."""
    chosen = list(problem.offers) if selected is None else _chosen(problem, selected)
    return tuple(_covered(need, weight, chosen, problem) for need, weight in problem.needs.items())


def _covered(need: Need, weight: int, chosen: Iterable[Offer], problem: Problem) -> Covered:
    by = [offer for offer in chosen if offer.meets(need)]
    reach = frozenset().union(*(offer.municipalities for offer in by))
    here = {cell[2]: w for cell, w in problem.cells.items() if cell[:2] == need}
    return Covered(
        challenge=need[0],
        service_type=need[1],
        weight=weight,
        by=tuple(offer.external_id for offer in by),
        quarters=sum(offer.quarters[need[1]] for offer in by),
        reached=sum(w // weight for nis, w in here.items() if nis in reach),
        holes=tuple(nis for nis in here if nis not in reach),
    )


@dataclass(frozen=True)
class Gap:
    """A need with a hole: who could fill it (`by`), or on whom it hangs."""

    challenge: int
    service_type: str
    weight: int
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gaps:
    """Needs nobody offers, needs only others than the chosen offer, needs that hang on one."""

    nobody: tuple[Gap, ...]
    missed: tuple[Gap, ...]
    single: tuple[Gap, ...]


def gaps(problem: Problem, selected: Collection[str]) -> Gaps:
    """What the selected proposals leave open, the heaviest needs first."""
    everyone = {(c.challenge, c.service_type): c.by for c in matrix(problem)}
    chosen = {(c.challenge, c.service_type): c.by for c in matrix(problem, selected)}
    order = sorted(problem.needs, key=lambda need: (-problem.needs[need], need))

    def listed(test, who):
        return tuple(Gap(*need, problem.needs[need], who[need]) for need in order if test(need))

    return Gaps(
        nobody=listed(lambda need: not everyone[need], everyone),
        missed=listed(lambda need: everyone[need] and not chosen[need], everyone),
        single=listed(lambda need: len(chosen[need]) == 1, chosen),
    )


def without(problem: Problem, selected: Collection[str], external_id: str) -> tuple[Gap, ...]:
    """Needs that fall open when one of the selected leaves, and who else could take each over."""
    left = [other for other in selected if other != external_id]
    before = {(c.challenge, c.service_type): c.by for c in matrix(problem, selected)}
    after = {(c.challenge, c.service_type): c.by for c in matrix(problem, left)}
    others = {(c.challenge, c.service_type): c.by for c in matrix(problem)}
    return tuple(
        Gap(*need, weight, tuple(o for o in others[need] if o != external_id))
        for need, weight in problem.needs.items()
        if before[need] and not after[need]
    )
