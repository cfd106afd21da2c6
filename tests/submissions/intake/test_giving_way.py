"""An organisation that writes in the portal mails a document as well: its draft gives way when it agrees."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from journal.chain import canonical_json, sha256
from journal.models import Entry
from notifications.models import Message
from submissions import sections
from submissions.actions import file_proposal, save_section
from submissions.answers import read
from submissions.document import content_of
from submissions.intake.actions import file_intake
from submissions.intake.models import Intake
from submissions.intake.refusals import FiledByOrganisation, WrittenByOrganisation
from submissions.models import Proposal
from submissions.refusals import NotAllowed
from tests.factories import MembershipFactory, brussels, complete_proposal
from tests.submissions.intake import mails
from tests.submissions.intake.conftest import NOW
from tests.submissions.intake.test_actions import complete, registered, taken

pytestmark = pytest.mark.django_db

AGREED = "Mia Mailster, gebeld op 2 september"


@pytest.fixture
def member(call):
    return MembershipFactory(user__email="mia@debrug.example")


@pytest.fixture
def draft(call, member):
    """A complete draft, of which the member saved a section."""
    draft = complete_proposal(call=call, organisation=member.organisation)
    return save(draft, member, title="Ons eigen ontwerp", at=brussels(2023, 8, 30))


def save(draft, member, *, title, at, **more):
    return save_section(
        proposal=draft,
        section=sections.SUMMARY,
        values={"title": title, "summary": "Van onszelf."},
        revision=draft.revision,
        **{"by": member.user, "received_at": at, **more},
    )


def test_draft_gives_way_only_when_that_was_agreed(call, coordinator, draft):
    with pytest.raises(WrittenByOrganisation):
        registered(call, coordinator, organisation=draft.organisation, answers={"title": "Per mail"})

    draft.refresh_from_db()
    assert draft.title == "Ons eigen ontwerp"
    assert Intake.objects.get().state == "waiting"


def test_mail_takes_the_place_of_the_draft_and_nothing_is_lost(call, coordinator, member, draft):
    before = content_of(draft)
    colleague = MembershipFactory(organisation=draft.organisation).user

    intake = registered(
        call, coordinator, organisation=draft.organisation, answers={"title": "Per mail"}, agreed=AGREED
    )

    now = read(intake.proposal)
    assert (now["title"], now["approach"], now["municipalities"]) == ("Per mail", "", [])
    assert (intake.earlier, intake.agreed, intake.took_over_at) == (before, AGREED, NOW)
    entry = Entry.objects.get(verb="proposal.replaced_by_mail")
    assert entry.payload == {"intake": str(intake.pk), "earlier": sha256(canonical_json(before))}
    told = Message.objects.filter(kind="submissions_intake_registered")
    assert {mail.recipient for mail in told} == {"mia@debrug.example", colleague.email}
    assert all(AGREED in mail.text and "/eerder/" in mail.html for mail in told)


def test_coordinator_completes_and_files_it_until_the_organisation_writes_again(
    call, coordinator, member, draft
):
    intake = registered(
        call, coordinator, organisation=draft.organisation, answers=complete(call), agreed=AGREED
    )
    proposal = save(intake.proposal, member, title="Van u", at=NOW, by=coordinator, intake=intake)
    version = file_intake(intake=intake, by=coordinator, received_at=NOW)
    assert (version.content["title"], version.received_at) == ("Van u", mails.ARRIVED)

    Proposal.objects.filter(pk=proposal.pk).update(status="draft")
    proposal.section_saves.update(saved_by=member.user, saved_at=brussels(2023, 9, 2, 9, 30))

    with pytest.raises(NotAllowed):
        file_intake(intake=intake, by=coordinator, received_at=NOW)


def test_what_the_organisation_filed_itself_never_gives_way(call, coordinator, member, draft):
    file_proposal(proposal=draft, by=member.user, received_at=brussels(2023, 8, 31))

    with pytest.raises(FiledByOrganisation, match="filed in the portal itself"):
        registered(call, coordinator, organisation=draft.organisation, agreed=AGREED)

    assert Intake.objects.get().state == "waiting"


def test_a_draft_that_nobody_of_the_organisation_wrote_needs_no_agreement(call, coordinator, member):
    first = registered(call, coordinator, organisation=member.organisation, answers={"title": "Eerste mail"})
    later = mails.mail(message_id="<twee@x>", arrived=brussels(2023, 9, 1, 20))

    second = registered(call, coordinator, later, organisation=member.organisation, agreed=AGREED)

    assert second.proposal == first.proposal
    assert (second.took_over_at, second.agreed, second.proposal.title) == (None, "", "Eerste mail")


def test_the_database_keeps_what_gave_way(call, coordinator, draft):
    registered(call, coordinator, organisation=draft.organisation, agreed=AGREED)

    with pytest.raises(IntegrityError):
        Intake.objects.update(earlier=None)


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


def at(name, intake, *more):
    return reverse(f"admin:submissions_intake_{name}", args=[intake.pk, *more])


def test_page_asks_for_the_agreement_and_tells_how_far_the_draft_is_but_not_its_words(
    desk, call, coordinator, draft
):
    intake = taken(call, coordinator, mails.candidacy())
    chosen = {"organisation": str(draft.organisation_id), "fill_in": "on"}

    seen = desk.get(at("change", intake)).content.decode()
    refused = [
        desk.post(at("register", intake), chosen),
        desk.post(at("register", intake), chosen | {"gives_way": "on"}),
        desk.post(at("register", intake), chosen | {"agreed": AGREED}),
    ]
    done = desk.post(at("register", intake), chosen | {"gives_way": "on", "agreed": AGREED}, follow=True)

    assert "schrijft zelf een kandidatuur in het portaal" in seen
    assert "Ons eigen ontwerp" not in seen
    assert [page.status_code for page in refused] == [422, 422, 422]
    assert all("Bel haar eerst" in page.content.decode() for page in refused)
    assert AGREED in done.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Een brug naar werk"


def test_earlier_text_stands_beside_the_section_and_is_put_back(desk, call, coordinator, draft):
    intake = registered(call, coordinator, organisation=draft.organisation, agreed=AGREED)

    sheet = desk.get(at("section", intake, "samenvatting")).content.decode()
    back = desk.post(at("section", intake, "samenvatting"), {"earlier": "1"}, follow=True)
    places = desk.post(at("section", intake, "gemeenten"), {"earlier": "1"})

    draft.refresh_from_db()
    assert "Ons eigen ontwerp" in sheet
    assert "staat weer in" in back.content.decode()
    assert places.status_code == 302
    assert (draft.title, draft.summary) == ("Ons eigen ontwerp", "Van onszelf.")
    assert read(draft)["municipalities"] == intake.earlier["municipalities"]


def test_members_read_what_they_wrote_before(client, call, coordinator, member, draft):
    registered(
        call, coordinator, organisation=draft.organisation, answers={"title": "Per mail"}, agreed=AGREED
    )
    client.force_login(member.user)

    page = client.get(reverse("submissions:proposal", args=[draft.pk])).content.decode()
    earlier = client.get(reverse("submissions:earlier", args=[draft.pk])).content.decode()

    assert reverse("submissions:earlier", args=[draft.pk]) in page
    assert AGREED in page
    assert "Eerst een koffie, dan een plan." in earlier
    assert "Van onszelf." in earlier
