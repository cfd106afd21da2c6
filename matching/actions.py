"""What happens in matching: scoring and setting weights. Composing stands in `composing.py`, the
frozen scoring version in `scoring.py`."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from challenges.models import Call
from journal import actions as journal
from journal import clock
from journal.chain import canonical_json, sha256
from matching import basis, facts, queries, rules
from matching.engine.score import score, scorer
from matching.engine.types import SIGNALS, Score
from matching.models import Match, Run, ScoredProposal, ServiceSupport, Weights
from matching.scoring import publish_scoring, recipe_that_holds


@transaction.atomic
def run_matching(*, call: Call, by=None) -> Run:
    """Score the frozen version of every proposal in the running for every challenge, and store it.

    When nothing changed since an earlier run, that run is returned: same recipe and same versions
    give the same bytes. Raises NotAllowed for anybody but a coordinator; `by` None is the system.
    """
    rules.require_may_match(by, call=call)
    call = queries.locked(call)
    versions = list(queries.versions_in_the_running(call))
    recipe = recipe_that_holds(call)
    engine_call = facts.call_in(recipe)
    version = facts.scoring_version(recipe)
    digest = sha256(canonical_json({"recipe": version, "versions": sorted(v.digest for v in versions)}))
    if known := Run.objects.filter(call=call, digest=digest).first():
        return known
    proposals = facts.engine_proposals(versions, call=engine_call)
    scores = score(proposals, using=scorer(call=engine_call, lexicon=facts.lexicon()))
    run = Run.objects.create(
        call=call, created_at=clock.now(), by=by, scoring_version=version, recipe=recipe, digest=digest
    )
    offers = [basis.offer_row(p, s, call=engine_call) for p, s in zip(proposals, scores, strict=True)]
    _store(run, versions, scores, offers)
    journal.record("matching.run", about=run, by=by, call=call, scoring_version=version, digest=digest)
    return run


def _store(run: Run, versions: list, scores: Iterable[Score], offers: Iterable[dict]) -> None:
    by_key = {version.proposal.key: version for version in versions}
    pairs = [
        (ScoredProposal(run=run, version=by_key[s.external_id], flags=list(s.flags), offer=offer), s)
        for s, offer in zip(scores, offers, strict=True)
    ]
    ScoredProposal.objects.bulk_create([scored for scored, _score in pairs])
    challenges = {c.number: c for c in run.call.challenges.all()}
    services = {s.slug: s for s in run.call.service_types.all()}
    Match.objects.bulk_create(
        Match(
            scored=scored,
            challenge=challenges[each.number],
            points=each.points,
            low=each.band.low,
            high=each.band.high,
            label=each.band.label,
            parts=[asdict(part) for part in each.parts],
        )
        for scored, found in pairs
        for each in found.challenges
    )
    ServiceSupport.objects.bulk_create(
        ServiceSupport(
            scored=scored,
            service_type=services[each.slug],
            chosen=each.chosen,
            support=each.support,
            evidence=[asdict(place) for place in each.evidence],
        )
        for scored, found in pairs
        for each in found.service_types
    )


@transaction.atomic
def set_weights(*, weights: Weights, by) -> Weights:
    """Store the weights of a call. Raises NotAllowed, or WeightsPublished once filing has closed."""
    rules.require_may_match(by, call=weights.call)
    queries.locked(weights.call)
    rules.require_weights_open(call=weights.call, at=clock.now())
    weights.save()
    values = {name: getattr(weights, name) for name in (*SIGNALS, "capacity_wanted", "municipalities_alike")}
    journal.record("matching.weights_set", about=weights, by=by, call=weights.call, **values)
    publish_scoring(call=Call.objects.get(pk=weights.call_id))
    return weights
