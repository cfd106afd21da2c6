"""A run with hundreds of proposals, stored without writing or scoring hundreds of texts."""

from dataclasses import replace

from accounts.models import Organisation
from matching import actions, composing, documents, facts
from matching.engine import wire
from matching.engine.compose import composed
from matching.engine.greedy import greedy
from matching.engine.wishes import Wishes, all_wishes
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
    """A suggestion out of a crowded run."""
    made = Composition(run=run, created_at=run.created_at, budget=400_000, document={}, status="feasible")
    problem = composing.problem_of(made)
    members = greedy(problem, all_wishes(problem, Wishes(budget=400_000)))
    made.document = documents.best_so_far(composed(problem, members), problem)
    made.studied = True
    made.save()
    return made
