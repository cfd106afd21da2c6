import pytest
import time_machine
from django.urls import reverse

from journal.models import Entry
from submissions import actions, answers, copying, sections
from submissions.models import Proposal
from submissions.views.copying import changes_of
from tests.factories import (
    FILED_AT,
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    complete_proposal,
    filed_proposal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_august():
    with time_machine.travel(FILED_AT, tick=False):
        yield


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def earlier(member):
    """Filed in another call, of which one challenge is asked nowhere else."""
    call = CallFactory()
    call.challenges.filter(number=2).update(number=9, title="Elders")
    return filed_proposal(call=call, organisation=member.organisation)


@pytest.fixture
def draft(member):
    return ProposalFactory(organisation=member.organisation, title="")


@pytest.fixture
def partner(client, member):
    client.force_login(member.user)
    return client


def page_of(draft, earlier):
    return reverse("submissions:copy", args=[draft.pk, earlier.pk])


def take(draft, earlier, member, *chosen, revision=0):
    return copying.copy_sections(
        proposal=draft,
        source=earlier,
        chosen=list(chosen),
        revision=revision,
        by=member.user,
        received_at=FILED_AT,
    )


def test_challenges_are_matched_by_title_and_the_rest_by_what_the_call_asks(earlier, draft):
    given = answers.read(earlier) | {
        "challenges": [{"number": 1, "how": "Zo."}, {"number": 9, "how": "Elders."}],
        "service_types": [
            {"slug": "dienst-1", "how": "Zo.", "clients_per_year": 3},
            {"slug": "elders", "how": "Nee.", "clients_per_year": 3},
        ],
        "working_principles": [{"slug": "elders", "how": ""}],
        "priority_expertise": ["elders"],
    }

    carried = copying.carried_over(given, source=earlier.call, target=draft.call)

    assert carried["challenges"] == [{"number": 1, "how": "Zo."}]
    assert [row["slug"] for row in carried["service_types"]] == ["dienst-1"]
    assert (carried["municipalities"], carried["working_principles"]) == ([], [])
    assert carried["priority_expertise"] == []
    assert carried["approach"] == "Eerst een koffie, dan een plan."


def test_only_the_chosen_sections_are_taken_over_and_it_is_journalled(earlier, draft, member):
    take(draft, earlier, member, sections.SUMMARY, sections.BUDGET)

    draft.refresh_from_db()
    assert (draft.title, draft.budget_eur_per_year, draft.approach) == ("Samen op weg", 50_000, "")
    assert Entry.objects.get(verb="proposal.copied").payload == {
        "source": str(earlier.pk),
        "sections": ["samenvatting", "budget"],
    }


def test_page_marks_what_differs_and_ticks_only_what_is_empty_here(partner, earlier, draft):
    Proposal.objects.filter(pk=draft.pk).update(title="Samen onderweg")

    page = partner.get(page_of(draft, earlier))

    ticked = {change.section.slug: change.is_empty_now for change in page.context["changes"]}
    text = page.content.decode()
    assert ticked["samenvatting"] is False
    assert ticked["aanpak"] is True
    assert "<mark>onderweg</mark>" in text
    assert "<mark>op weg</mark>" in text


def test_ticked_sections_are_taken_over_by_the_button(partner, earlier, draft):
    answer = partner.post(page_of(draft, earlier), {"deel": ["aanpak"], "revision": draft.revision})

    draft.refresh_from_db()
    assert answer.url == reverse("submissions:proposal", args=[draft.pk])
    assert draft.approach == "Eerst een koffie, dan een plan."


def test_nothing_ticked_takes_nothing_over(partner, earlier, draft):
    assert partner.post(page_of(draft, earlier), {"revision": 0}).status_code == 422


def test_what_a_colleague_saved_meanwhile_is_not_written_over(partner, earlier, draft, member):
    colleague = MembershipFactory(organisation=member.organisation)
    actions.save_section(
        proposal=draft,
        section=sections.APPROACH,
        values={"approach": "Van de collega", "experience": ""},
        revision=0,
        by=colleague.user,
        received_at=FILED_AT,
    )

    partner.post(page_of(draft, earlier), {"deel": ["samenvatting", "aanpak"], "revision": 0})

    draft.refresh_from_db()
    assert (draft.approach, draft.title) == ("Van de collega", "")


def test_candidacy_of_another_organisation_is_no_source(partner, draft):
    assert partner.get(page_of(draft, complete_proposal())).status_code == 404


def test_overview_offers_the_earlier_candidacies(partner, earlier, draft):
    text = partner.get(reverse("submissions:proposal", args=[draft.pk])).content.decode()

    assert page_of(draft, earlier) in text


def test_everything_taken_over_leaves_nothing_to_take(earlier, draft, member):
    take(draft, earlier, member, *sections.WRITTEN)

    fresh = Proposal.objects.get(pk=draft.pk)
    assert changes_of(fresh, earlier) == []


def test_section_that_was_left_empty_then_is_not_offered(partner, earlier, draft):
    Proposal.objects.filter(pk=draft.pk).update(approach="Van nu")
    Proposal.objects.filter(pk=earlier.pk).update(approach="", experience="")

    page = partner.get(page_of(draft, earlier))

    assert "aanpak" not in {change.section.slug for change in page.context["changes"]}
