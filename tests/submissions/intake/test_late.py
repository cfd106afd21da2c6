"""A mail that came after the deadline: recorded like a late click, taken up again under an extension."""

import pytest
from django.urls import reverse

from journal.models import Entry
from notifications.models import Message
from submissions.answers import read
from submissions.extending import approve_extension, request_extension
from submissions.intake.actions import Choices, note_late, register_intake, take_up_again
from submissions.intake.queries import mails_to_handle
from submissions.intake.refusals import Handled, NotLate, StillLate
from submissions.models import Attachment, LateAttempt, Proposal, Version
from submissions.refusals import NotAllowed
from tests.factories import (
    MembershipFactory,
    brussels,
    complete_proposal,
    filed_proposal,
    person_with_role,
)
from tests.submissions.intake import mails
from tests.submissions.intake.conftest import NOW
from tests.submissions.intake.test_actions import NEW, taken

pytestmark = pytest.mark.django_db

DEADLINE = brussels(2023, 9, 2)
ARRIVED = brussels(2023, 9, 2, 0, 4)
ANSWERS = {"title": "Een brug naar werk", "approach": "Eerst een koffie."}


@pytest.fixture
def late(call, coordinator):
    return taken(call, coordinator, mails.candidacy(arrived=ARRIVED))


def noted(intake, by, **choices):
    return note_late(intake=intake, choices=Choices(**choices), by=by, received_at=NOW)


def grant_until(moment, call, coordinator):
    asked = request_extension(
        call=call, organisation=None, until=moment, reason="Storing.", by=coordinator, received_at=NOW
    )
    approve_extension(extension=asked, by=person_with_role("coordinator", call), received_at=NOW)


def test_late_mail_is_an_attempt_with_what_was_missing_and_a_draft_that_stays_unfiled(
    call, coordinator, late
):
    attempt = noted(late, coordinator, facts=NEW, answers=ANSWERS, files=(0,))

    late.refresh_from_db()
    assert (attempt.received_at, attempt.deadline, attempt.intake) == (ARRIVED, DEADLINE, late)
    assert "approach" not in attempt.missing
    assert {"municipalities", "challenges", "summary"} <= set(attempt.missing)
    assert (late.state, late.proposal.status, late.proposal.title) == ("late", "draft", "Een brug naar werk")
    assert Attachment.objects.get().name == "Kandidatuur PajoTARL De Brug.docx"
    assert (Version.objects.count(), mails_to_handle(call)) == (0, 0)
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"proposal.filed_late", "intake.late"} <= verbs
    entry = Entry.objects.get(verb="proposal.filed_late")
    assert (entry.payload["arrived_at"], entry.at) == (late.arrived_at.isoformat(), NOW)
    told = Message.objects.get(kind="submissions_intake_late")
    assert told.recipient == "mia@debrug.example"
    assert "0:04" in told.text


@pytest.mark.parametrize("make", [complete_proposal, filed_proposal])
def test_late_mail_leaves_a_candidacy_that_is_there_as_it_is(call, coordinator, late, make):
    proposal = make(call=call)
    before, status = read(proposal), proposal.status

    attempt = noted(late, coordinator, organisation=proposal.organisation, answers=ANSWERS, files=(0,))

    proposal.refresh_from_db()
    assert attempt.proposal == proposal
    assert (read(proposal), proposal.status) == (before, status)
    assert not Attachment.objects.exists()


def test_mail_that_came_in_time_is_never_noted_as_late(call, coordinator):
    intake = taken(call, coordinator, mails.mail(arrived=brussels(2023, 9, 1, 23, 59, 59)))

    with pytest.raises(NotLate):
        noted(intake, coordinator, facts=NEW)

    assert not LateAttempt.objects.exists()
    assert not Proposal.objects.exists()


def test_only_coordinators_note_and_take_up(call, coordinator, late):
    stranger = person_with_role("reviewer", call)
    with pytest.raises(NotAllowed):
        noted(late, stranger, facts=NEW)
    noted(late, coordinator, facts=NEW)

    with pytest.raises(NotAllowed):
        take_up_again(intake=late, by=stranger, received_at=NOW)


def test_late_mail_is_taken_up_again_once_an_extension_covers_it(call, coordinator, late):
    noted(late, coordinator, facts=NEW, answers=ANSWERS)
    late.refresh_from_db()
    with pytest.raises(StillLate):
        take_up_again(intake=late, by=coordinator, received_at=NOW)
    grant_until(brussels(2023, 9, 3), call, coordinator)

    late = take_up_again(intake=late, by=coordinator, received_at=NOW)
    with pytest.raises(Handled):
        take_up_again(intake=late, by=coordinator, received_at=NOW)
    proposal = register_intake(
        intake=late,
        choices=Choices(organisation=Proposal.objects.get().organisation, answers=ANSWERS),
        by=coordinator,
        received_at=NOW,
    )

    assert (proposal.title, mails_to_handle(call)) == ("Een brug naar werk", 1)
    assert LateAttempt.objects.get().intake == late
    assert Entry.objects.filter(verb="intake.reopened").count() == 1


def test_late_mail_is_noted_from_the_page_and_taken_up_there(client, call, coordinator, late):
    def at(name):
        return reverse(f"admin:submissions_intake_{name}", args=[late.pk])

    client.force_login(coordinator)
    form = {"organisation": "new", "fill_in": "on", **{f"new-{key}": value for key, value in NEW.items()}}
    offered = client.get(at("change")).content.decode()

    page = client.post(at("late"), form, follow=True)

    text = page.content.decode()
    assert at("late") in offered
    assert "Genoteerd als te laat" in text
    assert "minstens één dienst" in text
    assert not page.context["in_time_after_all"]
    assert "blijft genoteerd als te laat" in client.post(at("reopen"), follow=True).content.decode()
    grant_until(brussels(2023, 9, 3), call, coordinator)
    assert client.get(at("change")).context["in_time_after_all"]
    assert "form" in client.post(at("reopen"), follow=True).context
    listed = client.get(reverse("admin:submissions_lateattempt_changelist")).content.decode()
    assert "per e-mail van mia@debrug.example" in listed


def test_members_read_that_their_mail_came_too_late(client, call, coordinator, late):
    member = MembershipFactory()
    proposal = complete_proposal(call=call, organisation=member.organisation)
    noted(late, coordinator, organisation=member.organisation)

    client.force_login(member.user)
    page = client.get(reverse("submissions:proposal", args=[proposal.pk]))

    assert "Een e-mail van u kwam na de deadline" in page.content.decode()
