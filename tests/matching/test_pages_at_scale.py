from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from matching import composing
from matching.models import Composition, LegalGroup, Run, Scoring, Visibility
from reviews.models import ConflictOfInterest
from submissions.models import Proposal
from tests.factories import MembershipFactory, brussels, person_with_role
from tests.reviews.factories import READING

from .crowd import crowded_composition, crowded_run

pytestmark = pytest.mark.django_db


def test_pages_take_at_most_twenty_queries_with_four_hundred_proposals(
    pajotarl, practice_clock, django_assert_max_num_queries
):
    for visit in visits(crowded_run(pajotarl, number=400), practice_clock):
        with django_assert_max_num_queries(20):
            assert visit.client.get(visit.address).status_code == 200, visit.name


@dataclass(frozen=True)
class Visit:
    """One page, at a moment of the call, by somebody who is logged in."""

    name: str
    client: Client
    address: str


def visits(run: Run, set_clock) -> Iterator[Visit]:
    """Every page of matching, to staff, to the jury and to a candidate; the clock moves on the way."""
    made = crowded_composition(run)
    chosen = _chosen(made)
    _asked(run)
    set_clock(brussels(2023, 8, 1))
    yield from _of_candidates(run)
    set_clock(brussels(2023, 9, 5))
    yield from _of("staff", run, person_with_role("coordinator", run.call), _at_the_desk(run, made, chosen))
    yield from _of("jury", run, _juror(run), _in_the_jury_room(run, made, chosen))


def _of(who: str, run: Run, person, addresses: dict[str, str]) -> Iterator[Visit]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(person, backend="accounts.backends.PortalBackend")
    for name, address in addresses.items():
        yield Visit(f"{who}: {name}", client, address)


def _at_the_desk(run: Run, made: Composition, chosen: Composition) -> dict[str, str]:
    def page(name, *args):
        return reverse(f"admin:matching_{name}", args=args)

    coverage, ours = page("run_coverage", run.pk), [page("composition_change", c.pk) for c in (made, chosen)]
    scores = page("run_change", run.pk)
    return {
        "runs": page("run_changelist"),
        "scores": scores,
        "ranking": f"{scores}?uitdaging=3",
        "explanation": page("run_explain", run.pk, run.scored.order_by("pk").first().pk, 3),
        "coverage": coverage,
        "coverage by municipality": f"{coverage}?blik=gemeente",
        "coverage by persona": f"{coverage}?blik=persona",
        "coverage as XLSX": f"{coverage}?als=xlsx",
        "coverage as CSV": f"{coverage}?als=csv",
        "compose": page("run_compose", run.pk),
        "other wishes": f"{page('run_compose', run.pk)}?wensen={made.pk}",
        "composition": ours[0],
        "choice of staff": ours[1],
        "comparison": f"{page('run_compare', run.pk)}?v={made.pk}&v={chosen.pk}",
        "compositions": page("composition_changelist"),
        "scoring version": page("scoring_page", run.call_id),
        "weights": page("weights_changelist"),
        "legal groups": page("legalgroup_changelist"),
        "a legal group": page("legalgroup_change", LegalGroup.objects.get().pk),
    }


def _in_the_jury_room(run: Run, made: Composition, chosen: Composition) -> dict[str, str]:
    def page(name, *args):
        return reverse(f"matching:jury_{name}", args=args)

    scored = run.scored.order_by("pk").first()
    return {
        "scores": page("run", run.pk),
        "ranking": f"{page('run', run.pk)}?uitdaging=3",
        "explanation": page("explain", run.pk, scored.pk, 3),
        "coverage": page("coverage", run.pk),
        "composition": page("composition", made.pk),
        "compositions": page("compositions", run.pk),
        "comparison": f"{page('compare', run.pk)}?v={made.pk}&v={chosen.pk}",
    }


def _of_candidates(run: Run) -> Iterator[Visit]:
    """Everybody counts everybody, half of them by name."""
    proposals = list(Proposal.objects.filter(call=run.call).order_by("reference"))
    Visibility.objects.bulk_create(
        Visibility(proposal=proposal, with_name=i % 2 == 0, since=run.created_at)
        for i, proposal in enumerate(proposals)
    )
    person = MembershipFactory(organisation=proposals[-1].organisation).user
    addresses = {
        "offers of others": reverse("matching:compare_offers", args=[proposals[-1].pk]),
        "published scoring": reverse("matching:published_scoring", args=[run.call.slug]),
    }
    return _of("candidate", run, person, addresses)


def _chosen(made: Composition) -> Composition:
    group = LegalGroup.objects.create(call=made.run.call, name="Koepel")
    group.organisations.set(p.organisation for p in Proposal.objects.filter(call=made.run.call)[:20])
    return composing.choose_otherwise(
        suggestion=made,
        keys=made.document["selected"][1:],
        reason="Het OCMW neemt dit zelf op.",
        by=person_with_role("coordinator", made.run.call),
        knowingly=True,
    )


def _asked(run: Run) -> None:
    """Another scoring waits for a second coordinator, and everybody moves."""
    names = run.scored.values_list("version__proposal__reference", "version__proposal__organisation__name")
    Scoring.objects.create(
        call=run.call,
        version=run.scoring_version,
        recipe=run.recipe,
        frozen_at=run.created_at,
        reason="De regio bevestigde de noden.",
        effect=[
            {"key": key, "name": name, "number": number, "before": 60, "after": 55}
            for key, name in names
            for number in range(1, 6)
        ],
        asked_by=person_with_role("coordinator", run.call),
    )


def _juror(run: Run):
    """Somebody of the jury who may see everything: all are shortlisted, no conflict with anybody."""
    person, proposals = person_with_role("jury", run.call), Proposal.objects.filter(call=run.call)
    proposals.update(status=Proposal.Status.SHORTLISTED)
    ConflictOfInterest.objects.bulk_create(
        ConflictOfInterest(user=person, organisation=p.organisation, call=run.call, kind="none", at=READING)
        for p in proposals.select_related("organisation")
    )
    return person
