"""Coverage of needs by a set of proposals.

A cell is challenge x service type x municipality. It weighs need (1-3) x the municipality's share
of the inhabitants in per mille. A proposal covers a cell when it ticked all three, its text
supports the service type and shows the challenge; it covers as many quarters of the cell as its
clients per year reach of the wanted capacity, at most four. Everything is a whole number, so that
a solver's answer can be checked exactly.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from operator import attrgetter

from .points import POSSIBLE, largest_remainder
from .score import SUPPORTED, enough
from .types import Call, Proposal, Score

FULL = 4

Need = tuple[int, str]
Cell = tuple[int, str, str]


@dataclass(frozen=True)
class Offer:
    """What a proposal brings: quarters per service type, points per challenge it shows, the
    priority expertise its text shows. `group` names the legal group it belongs to, if any;
    `merit` (0-100) is what readers and jury gave it, None while nothing is released."""

    external_id: str
    cost: int
    quarters: Mapping[str, int]
    points: Mapping[int, int]
    municipalities: frozenset[str]
    expertise: frozenset[str] = frozenset()
    group: str = ""
    merit: int | None = None

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Challenge x service type of everything it brings, whether that is needed or not."""
        return tuple(product(self.points, self.quarters)) if self.municipalities else ()

    def meets(self, need: Need) -> bool:
        """Whether it covers this need anywhere."""
        return need[0] in self.points and need[1] in self.quarters and bool(self.municipalities)

    def covers(self, cell: Cell) -> int:
        """Quarters (0-4) of the cell that it covers."""
        return self.quarters[cell[1]] if self.meets(cell[:2]) and cell[2] in self.municipalities else 0

    def worth(self, challenge: int) -> int:
        """How well it meets a need of `challenge`, 0-100: its merit when released, else its score."""
        return self.points[challenge] if self.merit is None else self.merit


@dataclass(frozen=True)
class Problem:
    """Needs with their weights, cells with theirs, and the offers, ordered by external id."""

    needs: Mapping[Need, int]
    cells: Mapping[Cell, int]
    offers: tuple[Offer, ...]

    def offer(self, external_id: str) -> Offer:
        """The offer of one proposal. Raises KeyError when there is none."""
        return self.by_id[external_id]

    @cached_property
    def by_id(self) -> dict[str, Offer]:
        return {offer.external_id: offer for offer in self.offers}

    @cached_property
    def meeting(self) -> dict[Need, tuple[Offer, ...]]:
        """Who meets each need, in the order of the offers."""
        found: dict[Need, list[Offer]] = {need: [] for need in self.needs}
        for offer in self.offers:
            for need in offer.needs:
                if need in found:
                    found[need].append(offer)
        return {need: tuple(who) for need, who in found.items()}

    @cached_property
    def places(self) -> dict[Need, dict[str, int]]:
        """The weight of each need's cells by municipality."""
        found: dict[Need, dict[str, int]] = {need: {} for need in self.needs}
        for (challenge, slug, nis), weight in self.cells.items():
            found[challenge, slug][nis] = weight
        return found

    @cached_property
    def full_coverage(self) -> int:
        """Units of coverage when every cell is fully covered."""
        return FULL * sum(self.cells.values())

    @property
    def full_quality(self) -> int:
        """Units of quality when every need is met by a score of 100."""
        return 100 * sum(self.needs.values())

    @cached_property
    def ceiling(self) -> int:
        """Units of coverage when everybody takes part: no set covers more."""
        return sum(
            weight * min(FULL, sum(quarters for _ref, quarters in covers))
            for covers, weight in alike(self).items()
        )

    @cached_property
    def best_quality(self) -> int:
        """Units of quality when everybody takes part: no set has more."""
        return quality(self, self.by_id)


def problem(*, call: Call, proposals: Sequence[Proposal], scores: Sequence[Score]) -> Problem:
    """The composition problem of a call from its proposals and their scores, in any order."""
    scored = {score.external_id: score for score in scores}
    return problem_of(call, (offer(p, scored[p.external_id], call=call) for p in proposals))


def problem_of(call: Call, offers: Iterable[Offer]) -> Problem:
    """The composition problem of a call from what its proposals bring, in any order."""
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


def offer(proposal: Proposal, score: Score, *, call: Call) -> Offer:
    """What a scored proposal brings to a partnership. Expertise counts when it was ticked and the
    text of a challenge earned points for it: a tick alone brings nothing."""
    known = frozenset(m.nis for m in call.municipalities)
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
    shown = any(p.value > 0 for c in score.challenges for p in c.parts if p.signal == "expertise")
    return Offer(
        proposal.external_id,
        proposal.budget_eur,
        {slug: n for slug, n in quarters.items() if n},
        points,
        known.intersection(proposal.municipalities),
        frozenset(e.slug for e in call.expertise if shown and e.slug in proposal.expertise),
    )


def alike(problem: Problem) -> dict[tuple[tuple[str, int], ...], int]:
    """The weight of all cells together that the same proposals cover with the same quarters, by who
    covers them."""
    found: dict[tuple[tuple[str, int], ...], int] = defaultdict(int)
    for need, here in problem.places.items():
        for nis, weight in here.items():
            covers = tuple(
                (o.external_id, o.quarters[need[1]]) for o in problem.meeting[need] if nis in o.municipalities
            )
            if covers:
                found[covers] += weight
    return dict(found)


def coverage(problem: Problem, selected: Collection[str]) -> int:
    """Units covered by the selected proposals, out of `problem.full_coverage`."""
    brought: dict[Cell, int] = defaultdict(int)
    for ref in set(selected):
        offer = problem.by_id[ref]
        for (number, slug), nis in product(offer.needs, offer.municipalities):
            brought[number, slug, nis] += offer.quarters[slug]
    return sum(problem.cells.get(cell, 0) * min(FULL, quarters) for cell, quarters in brought.items())


def alone(problem: Problem, selected: Collection[str]) -> dict[str, int]:
    """Units of coverage that would be lost if one of the selected proposals left, by proposal."""
    brought: dict[Cell, int] = defaultdict(int)
    each = {ref: _brought(problem.by_id[ref], problem) for ref in set(selected)}
    for cells in each.values():
        for cell, quarters in cells.items():
            brought[cell] += quarters
    return {
        ref: sum(
            problem.cells[cell] * (min(FULL, brought[cell]) - min(FULL, brought[cell] - quarters))
            for cell, quarters in cells.items()
        )
        for ref, cells in each.items()
    }


def _brought(offer: Offer, problem: Problem) -> dict[Cell, int]:
    cells = ((need, nis) for need in offer.needs for nis in offer.municipalities)
    return {(*need, nis): offer.quarters[need[1]] for need, nis in cells if (*need, nis) in problem.cells}


def met(problem: Problem, selected: Collection[str]) -> set[Need]:
    """The needs that the selected proposals meet somewhere; who is not in the problem meets none."""
    offers = (problem.by_id[ref] for ref in set(selected) if ref in problem.by_id)
    return {need for offer in offers for need in offer.needs if need in problem.needs}


def quality(problem: Problem, selected: Collection[str]) -> int:
    """For every need its weight times the best worth among those who meet it, summed."""
    wanted = set(selected)
    return sum(
        weight * max((o.worth(need[0]) for o in problem.meeting[need] if o.external_id in wanted), default=0)
        for need, weight in problem.needs.items()
    )


def cost(problem: Problem, selected: Collection[str]) -> int:
    """Euro per year of the selected proposals together."""
    return sum(problem.by_id[ref].cost for ref in set(selected))


@dataclass(frozen=True)
class Covered:
    """One need as a set of proposals meets it: who, with how many quarters, over how many
    inhabitants (per mille of the region) at least partly; `units` are the units of coverage won
    out of `of`, `by_place` the number of members per municipality."""

    challenge: int
    service_type: str
    weight: int
    by: tuple[str, ...]
    quarters: int
    reached: int
    holes: tuple[str, ...]
    units: int = 0
    of: int = 0
    by_place: Mapping[str, int] = field(default_factory=dict)


def matrix(problem: Problem, selected: Collection[str] | None = None) -> tuple[Covered, ...]:
    """The coverage matrix, need by need; of all offers when `selected` is None."""
    wanted = set(problem.by_id) if selected is None else set(selected)
    return tuple(_covered(need, weight, wanted, problem) for need, weight in problem.needs.items())


def _covered(need: Need, weight: int, wanted: set[str], problem: Problem) -> Covered:
    by = [each for each in problem.meeting[need] if each.external_id in wanted]
    here = problem.places[need]
    count: dict[str, int] = dict.fromkeys(here, 0)
    quarters: dict[str, int] = dict.fromkeys(here, 0)
    for each in by:
        brought = each.quarters[need[1]]
        for nis in each.municipalities:
            if nis in here:
                count[nis] += 1
                quarters[nis] += brought
    return Covered(
        challenge=need[0],
        service_type=need[1],
        weight=weight,
        by=tuple(each.external_id for each in by),
        quarters=sum(each.quarters[need[1]] for each in by),
        reached=sum(w // weight for nis, w in here.items() if count[nis]),
        holes=tuple(nis for nis in here if not count[nis]),
        units=sum(w * min(FULL, quarters[nis]) for nis, w in here.items()),
        of=FULL * sum(here.values()),
        by_place=count,
    )


@dataclass(frozen=True)
class Gap:
    """A need with a hole: who could fill it (`by`), or on whom it hangs. `cheapest` is who of
    them could join for the least money."""

    challenge: int
    service_type: str
    weight: int
    by: tuple[str, ...] = ()
    cheapest: str = ""


@dataclass(frozen=True)
class Gaps:
    """Needs nobody offers, needs only others than the chosen offer, needs that hang on one."""

    nobody: tuple[Gap, ...]
    missed: tuple[Gap, ...]
    single: tuple[Gap, ...]


def gaps(problem: Problem, selected: Collection[str]) -> Gaps:
    """What the selected proposals leave open, the heaviest needs first."""
    wanted = set(selected)
    everyone = {need: tuple(o.external_id for o in who) for need, who in problem.meeting.items()}
    chosen = {need: tuple(ref for ref in who if ref in wanted) for need, who in everyone.items()}
    order = sorted(problem.needs, key=lambda need: (-problem.needs[need], need))

    def listed(test, who, cheapest=lambda by: ""):
        return tuple(
            Gap(*need, problem.needs[need], who[need], cheapest(who[need])) for need in order if test(need)
        )

    return Gaps(
        nobody=listed(lambda need: not everyone[need], everyone),
        missed=listed(
            lambda need: everyone[need] and not chosen[need], everyone, lambda by: _cheapest(problem, by)
        ),
        single=listed(lambda need: len(chosen[need]) == 1, chosen),
    )


def _cheapest(problem: Problem, refs: Iterable[str]) -> str:
    offers = map(problem.by_id.__getitem__, refs)
    found = min(offers, key=attrgetter("cost", "external_id"), default=None)
    return found.external_id if found else ""


def without(problem: Problem, selected: Collection[str], external_id: str) -> tuple[Gap, ...]:
    """Needs that fall open when one of the selected leaves, and who else could take each over."""
    stay = set(selected) - {external_id}
    kept = {need for ref in stay for need in problem.by_id[ref].needs}
    left = set(problem.by_id[external_id].needs) - kept
    opened = []
    for need, weight in problem.needs.items():
        if need in left:
            others = tuple(o.external_id for o in problem.meeting[need] if o.external_id != external_id)
            opened.append(Gap(*need, weight, others, _cheapest(problem, others)))
    return tuple(opened)
