"""From stored runs to composition problems: what each proposal brings, and how it stands now."""

from collections.abc import Iterable, Sequence

from matching import facts
from matching.engine import wire
from matching.engine.coverage import Offer, Problem, offer, problem_of
from matching.engine.draws import Values
from matching.engine.points import Draws, out_of
from matching.engine.types import SIGNALS, Proposal, Score
from matching.models import LegalGroup, Run
from matching.queries import Brought
from matching.registry import released_merits

NOTHING = {
    "cost": 0,
    "quarters": {},
    "points": [],
    "municipalities": [],
    "expertise": [],
    "group": "",
    "merit": None,
}


def offer_row(proposal: Proposal, score: Score, *, call) -> dict:
    """What a scored proposal brings, to be stored with the run, with the signal values of the
    challenges it ticked: what other weights would make of it."""
    values = {
        str(c.number): [part.value for part in c.parts]
        for c in score.challenges
        if c.number in proposal.challenges
    }
    return wire.offer_out(offer(proposal, score, call=call)) | {"signals": values}


def problem_in(run: Run, scored: Iterable[Brought], *, basis: dict | None = None) -> Problem:
    """The composition problem of a stored run under a composition's `basis` (groups and merits by
    key); `scored` are its rows in any order."""
    return problem_of(facts.call_in(run.recipe), [_offer(each, basis or {}) for each in scored])


def _offer(brought: Brought, basis: dict) -> Offer:
    key = brought.key
    group, merit = basis.get("groups", {}).get(key, ""), basis.get("merits", {}).get(key)
    return wire.offer_in({**NOTHING, **brought.offer, "external_id": key, "group": group, "merit": merit})


def basis_now(run: Run, scored: Sequence[Brought]) -> dict:
    """Legal groups, and the scores of readers and jury when every proposal that brings something
    has one: half of them beside scores for relevance could not be compared."""
    by_house = {
        house: group.name
        for group in LegalGroup.objects.filter(call=run.call_id).prefetch_related("organisations")
        for house in (organisation.pk for organisation in group.organisations.all())
    }
    groups = {each.key: by_house[each.organisation_id] for each in scored if each.organisation_id in by_house}
    merits = released_merits(run.call)
    useful = [each for each in scored if each.offer.get("points") and each.offer.get("quarters")]
    complete = bool(useful) and all(each.proposal_id in merits for each in useful)
    given = (
        {each.key: merits[each.proposal_id] for each in scored if each.proposal_id in merits}
        if complete
        else {}
    )
    return {"groups": groups, "merits": given}


def values_of(run: Run, scored: Iterable[Brought]) -> Values:
    """What draws of the weights need."""
    signals = {each.key: {int(n): row for n, row in each.offer.get("signals", {}).items()} for each in scored}
    weights = facts.call_in(run.recipe).weights
    return Values(signals, Draws(out_of({signal: weights[signal] for signal in SIGNALS})).weights)
