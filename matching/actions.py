"""What happens in matching: scoring, composing, choosing otherwise, setting weights."""

from collections.abc import Collection, Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from challenges.models import Call
from journal import actions as journal
from journal import clock
from journal.chain import canonical_json, sha256
from matching import documents, facts, queries, rules
from matching.engine import compose as solver
from matching.engine.conflict import Wishes
from matching.engine.coverage import problem as composition_problem
from matching.engine.score import score, scorer
from matching.engine.types import SIGNALS, Score
from matching.errors import ReasonMissing, UnknownProposal
from matching.models import Composition, Match, Run, ScoredProposal, ServiceSupport, Weights

NO_WISHES = Wishes()


@transaction.atomic
def run_matching(*, call: Call, by=None) -> Run:
    """Score the frozen version of every proposal in the running for every challenge, and store it.

    When nothing changed since an earlier run, that run is returned: same recipe and same versions
    give the same bytes. Raises NotAllowed for anybody but a coordinator; `by` None is the system.
    """
    rules.require_may_match(by, call=call)
    call = _locked(call)
    versions = list(queries.versions_in_the_running(call))
    engine_call = facts.engine_call(call)
    recipe = facts.recipe(engine_call)
    version = facts.scoring_version(recipe)
    digest = sha256(canonical_json({"recipe": version, "versions": sorted(v.digest for v in versions)}))
    if known := Run.objects.filter(call=call, digest=digest).first():
        return known
    scores = score(
        facts.engine_proposals(versions, call=engine_call),
        using=scorer(call=engine_call, lexicon=facts.lexicon()),
    )
    run = Run.objects.create(
        call=call, created_at=clock.now(), by=by, scoring_version=version, recipe=recipe, digest=digest
    )
    _store(run, versions, scores)
    journal.record("matching.run", about=run, by=by, call=call, scoring_version=version, digest=digest)
    return run


def _locked(call: Call) -> Call:
    # Without the key: proposals that point to this call can be written and filed meanwhile.
    return Call.objects.select_for_update(of=("self",), no_key=True).select_related("region").get(pk=call.pk)


def _store(run: Run, versions: list, scores: Iterable[Score]) -> None:
    by_key = {version.proposal.key: version for version in versions}
    pairs = [(ScoredProposal(run=run, version=by_key[s.external_id], flags=list(s.flags)), s) for s in scores]
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


def compose_partnership(
    *, call: Call, by=None, wishes: Wishes = NO_WISHES, seconds: float = solver.SECONDS
) -> Composition:
    """Suggest the partnership that covers most under `wishes`, and store the answer with its proof.

    `wishes` may name proposals by reference or by the sender's key. Scores first when something
    changed since the last run. Solving takes up to `seconds`, outside any transaction, so nobody
    waits for it. Raises NotAllowed, or UnknownProposal with the field that names it.
    """
    run = run_matching(call=call, by=by)
    scored = list(queries.scored_of(run))
    wishes = _by_key(wishes, scored)
    problem = problem_of(run, scored)
    answer = solver.compose(problem, wishes, seconds=seconds)
    composition = Composition(
        run=run,
        created_at=clock.now(),
        by=by,
        budget=wishes.budget,
        minimum=wishes.minimum,
        maximum=wishes.maximum,
        include=list(wishes.include),
        exclude=list(wishes.exclude),
        status=answer.status,
        document=documents.composition(answer, problem),
    )
    return _keep(composition, _proposals(scored, answer.selected), "matching.composed", status=answer.status)


@transaction.atomic
def _keep(composition: Composition, members: list, verb: str, **told) -> Composition:
    composition.save()
    composition.members.set(members)
    selected = composition.document["selected"]
    call = composition.run.call
    journal.record(verb, about=composition, by=composition.by, call=call, selected=selected, **told)
    return composition


def problem_of(run: Run, scored: list[ScoredProposal]):
    """The composition problem of a stored run: its own recipe, versions and scores."""
    call = facts.call_in(run.recipe)
    proposals = facts.engine_proposals((each.version for each in scored), call=call)
    return composition_problem(
        call=call, proposals=proposals, scores=[documents.score_of(each) for each in scored]
    )


def _by_key(wishes: Wishes, scored: list[ScoredProposal]) -> Wishes:
    names = {}
    for each in scored:
        names[each.version.proposal.reference] = names[each.version.proposal.key] = each.version.proposal.key
    return Wishes(
        wishes.budget,
        wishes.minimum,
        wishes.maximum,
        _known("include", wishes.include, names),
        _known("exclude", wishes.exclude, names),
    )


def _known(field: str, references: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    for reference in references:
        if reference not in names:
            raise UnknownProposal(field=field, reference=reference)
    return tuple(sorted({names[reference] for reference in references}))


def _proposals(scored: list[ScoredProposal], keys: Collection[str]):
    return [each.version.proposal for each in scored if each.version.proposal.key in keys]


@transaction.atomic
def choose_otherwise(*, suggestion: Composition, keys: Collection[str], reason: str, by) -> Composition:
    """Keep another set than the suggested one, with the reason of staff; the suggestion stays.

    Raises NotAllowed, ReasonMissing, or UnknownProposal when a key is not in the suggestion's run.
    """
    rules.require_may_match(by, call=suggestion.run.call)
    if not reason.strip():
        raise ReasonMissing(_("Say why you choose otherwise: the file of this decision needs it."))
    scored = list(queries.scored_of(suggestion.run))
    selected = list(
        _known("members", keys, {each.version.proposal.key: each.version.proposal.key for each in scored})
    )
    chosen = Composition(
        run=suggestion.run,
        kind=Composition.Kind.CHOSEN,
        instead_of=suggestion,
        reason=reason.strip(),
        created_at=clock.now(),
        by=by,
        document=documents.chosen(problem_of(suggestion.run, scored), selected),
    )
    return _keep(chosen, _proposals(scored, selected), "matching.chosen", reason=chosen.reason)


@transaction.atomic
def set_weights(*, weights: Weights, by) -> Weights:
    """Store the weights of a call. Raises NotAllowed, or WeightsPublished once filing has closed."""
    rules.require_may_match(by, call=weights.call)
    _locked(weights.call)
    rules.require_weights_open(call=weights.call, at=clock.now())
    weights.save()
    values = {name: getattr(weights, name) for name in (*SIGNALS, "capacity_wanted")}
    journal.record("matching.weights_set", about=weights, by=by, call=weights.call, **values)
    return weights
