"""A run with hundreds of proposals, stored without writing or scoring hundreds of texts."""

from dataclasses import replace

from accounts.models import Organisation
from matching import actions, composing, documents, facts
from matching.engine import wire
from matching.engine.compose import Composition as Answer
from matching.engine.compose import compose
from matching.engine.coverage import Problem, without
from matching.engine.studies import STEPS, Point, Studies, Without
from matching.engine.wishes import Wishes
from matching.models import Composition, Match, Run, ScoredProposal, ServiceSupport
from submissions.models import Proposal, Version

from .instances import regional_problem
from .scenes import bikes


def crowded_run(call, *, number: int) -> Run:
    """A run of `number` proposals with offers as a region would get them."""
    first = bikes(call)
    run = actions.run_matching(call=call)
    model = run.scored.select_related("version").get()
    copies = _copies(call, first, model.version, number - 1)
    offers = regional_problem(facts.call_in(run.recipe), offers=number).offers
    scored = [
        ScoredProposal(
            run=run,
            version=version,
            flags=model.flags,
            offer=wire.offer_out(replace(offer, external_id=version.proposal.key, group=""))
            | {"signals": {}},
        )
        for version, offer in zip(copies, offers[1:], strict=True)
    ]
    ScoredProposal.objects.bulk_create(scored)
    for kind in (Match, ServiceSupport):
        rows = list(kind.objects.filter(scored=model))
        kind.objects.bulk_create(_copy(row, scored=each) for each in scored for row in rows)
    return run


def _copies(call, first: Proposal, version: Version, number: int) -> list[Version]:
    houses = Organisation.objects.bulk_create(
        Organisation(
            name=f"Vereniging {i:03}", legal_form="association", city="Gooik", email=f"v{i}@huis.example"
        )
        for i in range(number)
    )
    proposals = Proposal.objects.bulk_create(
        Proposal(
            call=call,
            organisation=house,
            reference=f"PAJOTARL-2023-{900 + i:04}",
            serial=900 + i,
            status="filed",
            created_at=first.created_at,
            updated_at=first.updated_at,
        )
        for i, house in enumerate(houses)
    )
    return Version.objects.bulk_create(
        Version(
            proposal=proposal,
            number=1,
            received_at=version.received_at,
            document=version.document,
            digest=version.digest,
        )
        for proposal in proposals
    )


def _copy(row, **fields):
    row.pk, row._state.adding = None, True
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}
    return type(row)(**{**values, "scored_id": fields["scored"].pk})


def crowded_composition(run: Run) -> Composition:
    """A suggestion out of a crowded run, with alternatives and with as much as can be told about how
    firm one is."""
    wishes = Wishes(budget=400_000)
    made = Composition(run=run, created_at=run.created_at, budget=wishes.budget, status="feasible")
    problem = composing.problem_of(made)
    answer = compose(problem, wishes, seconds=0.1)
    made.document = documents.composition(answer, problem)
    made.studies = wire.studies_out(_studies(problem, answer))
    made.studied = True
    made.save()
    return made


def _studies(problem: Problem, answer: Answer) -> Studies:
    members = answer.selected
    useful = {o.external_id for who in problem.meeting.values() for o in who}
    others = answer.alternatives
    return Studies(
        without=tuple(
            Without(ref, without(problem, members, ref), answer.objective.coverage, others[i % len(others)])
            for i, ref in enumerate(members)
        ),
        roles={ref: "core" if ref in members else "never" for ref in problem.by_id if ref in useful},
        curve=tuple(Point(step, 4_000 * (100 + step), answer.objective.coverage, 400_000) for step in STEPS),
        draws=200,
        chosen=dict.fromkeys(members, 150),
    )
