import io
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError

from accounts.models import Invitation, Organisation
from accounts.rules import NotAllowed as AccountsNotAllowed
from journal.models import Entry
from journal.queries import verify_everything
from notifications.models import Message
from submissions import sections
from submissions.actions import file_proposal, save_section, start_proposal
from submissions.answers import read
from submissions.intake import actions
from submissions.intake.actions import Choices, register_intake, set_aside, take_mail
from submissions.intake.models import Intake
from submissions.intake.refusals import (
    Handled,
    MailKnown,
    MailRefused,
    NotRegistrable,
    WrittenByOrganisation,
)
from submissions.models import Attachment, LateAttempt, Proposal, Version
from submissions.refusals import FilingClosed, Incomplete, NotAllowed
from submissions.reminders import remind_drafts
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    brussels,
    complete_answers,
    complete_proposal,
    person_with_role,
)
from tests.submissions import uploads
from tests.submissions.intake import mails
from tests.submissions.intake.conftest import NOW

pytestmark = pytest.mark.django_db

DEADLINE = brussels(2023, 9, 2)
NEW = {
    "name": "De Brug (fictief) vzw",
    "legal_form": "vzw",
    "kbo_number": "0900000147",
    "city": "Gooik",
    "email": "info@debrug.example",
}


def taken(call, by, message=None) -> Intake:
    message = mails.opened(message or mails.mail())
    return take_mail(call=call, message=message, by=by, received_at=NOW)


def registered(call, by, message=None, **choices) -> Intake:
    """A mail that was taken in and registered, for a new organisation unless another is chosen."""
    intake = taken(call, by, message)
    if "organisation" not in choices:
        choices["facts"] = NEW
    register_intake(intake=intake, choices=Choices(**choices), by=by, received_at=NOW)
    intake.refresh_from_db()
    return intake


def complete(call):
    return {key: value for key, value in complete_answers(call).items() if key != "contact"} | {
        "contact": {"name": "Mia", "email": "mia@debrug.example", "phone": None}
    }


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_take_mail_keeps_the_mail_itself_and_nothing_else(call, coordinator):
    message = mails.candidacy()

    intake = taken(call, coordinator, message)

    with intake.file.open("rb") as kept:
        assert kept.read() == message.as_bytes()
    assert (intake.sender, intake.sender_name) == ("mia@debrug.example", "Mia Mailster")
    assert (intake.arrived_at, intake.arrived_by) == (mails.ARRIVED, "mx.regio.example")
    assert intake.state == "waiting"
    assert (Proposal.objects.count(), Organisation.objects.count()) == (0, 0)
    assert Entry.objects.get(verb="intake.taken").payload["sha256"] == intake.sha256


def test_take_mail_knows_the_same_mail_by_its_bytes_and_by_its_message_id(call, coordinator):
    intake = taken(call, coordinator)
    before = kept_files()

    for again in (mails.mail(), mails.mail(body="Nog eens bezorgd, met andere koppen.")):
        with pytest.raises(MailKnown) as known:
            taken(call, coordinator, again)
        assert known.value.intake == intake

    assert Intake.objects.count() == 1
    assert kept_files() == before


def test_take_mail_takes_two_mails_without_message_id(call, coordinator):
    for body in ("Een", "Twee"):
        message = mails.mail(body=body)
        del message["Message-ID"]
        taken(call, coordinator, message)

    assert Intake.objects.count() == 2


UNDATED = mails.mail(arrived=None).as_bytes()
MULTIPART = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900), r"\.msg"),
        (uploads.pdf().getvalue(), "No sender"),
        (b"\x00\xff" * 5000, "No sender"),
        (b"From: =?utf-8?q?Mia?= <geen adres>\n\nx", "No sender"),
        (UNDATED, "when it arrived"),
        (b"Received: by mx; gisteren\n" + UNDATED, "when it arrived"),
        (mails.mail(arrived=brussels(2023, 9, 2, 9, 0, 1)).as_bytes(), "still to come"),
        (b"From: a@b.example\n" + MULTIPART % (1, 1) + b"--b1\n\nx\n" * 300, "can not be read"),
        (b"From: a@b.example\n" + b"".join(MULTIPART % (n, n) for n in range(1500)), "can not be read"),
    ],
)
def test_take_mail_refuses_with_the_reason_and_keeps_nothing(call, coordinator, content, says):
    before = kept_files()

    with pytest.raises(MailRefused, match=says):
        take_mail(call=call, message=io.BytesIO(content), by=coordinator, received_at=NOW)

    assert Intake.objects.count() == 0
    assert kept_files() == before


def test_take_mail_refuses_what_is_larger_than_forty_megabytes(call, coordinator):
    message = io.BytesIO(mails.mail().as_bytes() + bytes(40 * 1024 * 1024))

    with pytest.raises(MailRefused, match="larger than 40 MB"):
        take_mail(call=call, message=message, by=coordinator, received_at=NOW)


def test_take_mail_is_for_coordinators_of_the_call(call):
    for person in (person_with_role("reviewer", call), MembershipFactory().user):
        with pytest.raises(NotAllowed):
            taken(call, person)


def test_register_makes_the_draft_of_a_new_organisation_and_invites_the_sender(call, coordinator):
    answers = {"title": "Een brug naar werk", "approach": "Eerst een koffie."}

    intake = registered(call, coordinator, mails.candidacy(), answers=answers, files=(0, 1))

    proposal = intake.proposal
    assert (proposal.status, proposal.reference) == ("draft", None)
    assert (proposal.title, proposal.approach) == ("Een brug naar werk", "Eerst een koffie.")
    assert proposal.organisation.kbo_number == "0900000147"
    names = {"Kandidatuur PajoTARL De Brug.docx", "jaarverslag.pdf"}
    assert {file.name for file in proposal.attachments.all()} == names
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.organisation) == (
        "mia@debrug.example",
        "owner",
        proposal.organisation,
    )
    told = set(Message.objects.values_list("kind", "recipient"))
    assert ("submissions_intake_registered", "mia@debrug.example") in told
    assert Entry.objects.get(verb="intake.registered").payload["organisation"] == proposal.organisation_id


def test_register_for_a_known_organisation_takes_its_draft_that_holds_nothing(call, coordinator):
    member = MembershipFactory()
    draft = start_proposal(
        call=call, organisation=member.organisation, by=member.user, received_at=brussels(2023, 8, 1)
    )

    intake = registered(call, coordinator, organisation=member.organisation)

    assert intake.proposal == draft
    assert Invitation.objects.count() == 0


def test_register_leaves_alone_what_the_organisation_writes_itself(call, coordinator):
    member = MembershipFactory()
    complete_proposal(call=call, organisation=member.organisation, revision=3)
    intake = taken(call, coordinator)

    with pytest.raises(WrittenByOrganisation):
        register_intake(
            intake=intake,
            choices=Choices(organisation=member.organisation, answers={"title": "Anders"}),
            by=coordinator,
            received_at=NOW,
        )

    intake.refresh_from_db()
    assert intake.state == "waiting"
    assert Proposal.objects.get().title != "Anders"


def test_register_is_all_or_nothing(call, coordinator):
    """The eleventh file is one too many: neither organisation, draft nor a single file stays."""
    message = mails.mail(files=[(f"{n}.pdf", uploads.pdf(n + 1)) for n in range(11)])
    intake = taken(call, coordinator, message)
    before = kept_files()

    with pytest.raises(Exception, match="10 attachments"):
        register_intake(
            intake=intake,
            choices=Choices(facts=NEW, files=tuple(range(11))),
            by=coordinator,
            received_at=NOW,
        )

    intake.refresh_from_db()
    assert intake.state == "waiting"
    counts = [model.objects.count() for model in (Proposal, Organisation, Invitation, Attachment)]
    assert counts == [0, 0, 0, 0]
    assert kept_files() == before
    assert not Message.objects.exists()


@pytest.mark.parametrize("seconds_after", [0, 1])
def test_register_goes_by_the_arrival_and_refuses_what_came_at_the_deadline(call, coordinator, seconds_after):
    late = mails.mail(arrived=DEADLINE.replace(second=seconds_after))
    intake = taken(call, coordinator, late)

    with pytest.raises(FilingClosed):
        register_intake(intake=intake, choices=Choices(facts=NEW), by=coordinator, received_at=NOW)

    assert Organisation.objects.count() == 0


def test_register_happens_once(call, coordinator):
    intake = registered(call, coordinator)

    with pytest.raises(Handled):
        register_intake(intake=intake, choices=Choices(facts=NEW), by=coordinator, received_at=NOW)
    with pytest.raises(Handled):
        set_aside(intake=intake, reason="Dubbel", tell_sender=False, by=coordinator, received_at=NOW)


def test_register_and_organisations_by_mail_are_for_coordinators(call, coordinator):
    intake = taken(call, coordinator)
    stranger = MembershipFactory().user

    with pytest.raises(NotAllowed):
        register_intake(intake=intake, choices=Choices(facts=NEW), by=stranger, received_at=NOW)
    with pytest.raises(AccountsNotAllowed):
        actions.register_organisation(by=stranger, owner="x@y.example", **NEW)


def test_file_counts_from_the_arrival_says_on_whose_behalf_and_mails_the_receipt(call, coordinator):
    last_second = brussels(2023, 9, 1, 23, 59, 59)
    intake = registered(call, coordinator, mails.mail(arrived=last_second), answers=complete(call))

    version = actions.file_intake(intake=intake, by=coordinator, received_at=NOW)

    assert (version.number, version.received_at, version.filed_by) == (1, last_second, coordinator)
    assert version.proposal.reference == "PAJOTARL-2023-001"
    assert version.content["filing"]["by_mail"] == {
        "sender": "mia@debrug.example",
        "message_id": "<een@debrug.example>",
        "sha256": intake.sha256,
    }
    receipt = Message.objects.get(kind="submissions_receipt")
    assert receipt.recipient == "mia@debrug.example"
    entry = Entry.objects.get(verb="proposal.filed")
    assert entry.at == NOW
    assert entry.payload["arrived_at"] == intake.arrived_at.isoformat()
    assert entry.payload["intake"] == str(intake.pk)
    assert verify_everything()["ok"]
    assert LateAttempt.objects.count() == 0


def test_file_tells_what_is_missing(call, coordinator):
    intake = registered(call, coordinator)

    with pytest.raises(Incomplete):
        actions.file_intake(intake=intake, by=coordinator, received_at=NOW)

    assert Version.objects.count() == 0


def test_staff_complete_the_ordinary_sections_after_the_deadline_under_their_own_name(call, coordinator):
    intake = registered(call, coordinator)
    proposal = intake.proposal

    save_section(
        proposal=proposal,
        section=sections.SUMMARY,
        values={"title": "Een brug", "summary": "Van thuis naar werk."},
        revision=proposal.revision,
        by=coordinator,
        received_at=NOW,
        intake=intake,
    )

    proposal.refresh_from_db()
    save = proposal.section_saves.get(section="samenvatting")
    assert proposal.title == "Een brug"
    assert (save.saved_by, save.saved_at) == (coordinator, NOW)


def test_staff_stop_writing_once_the_organisation_does(call, coordinator):
    intake = registered(call, coordinator, mails.mail(arrived=brussels(2023, 8, 20)), answers=complete(call))
    proposal = intake.proposal
    member = MembershipFactory(organisation=proposal.organisation).user
    save_section(
        proposal=proposal,
        section=sections.SUMMARY,
        values={"title": "Onze eigen titel", "summary": "Van onszelf."},
        revision=proposal.revision,
        by=member,
        received_at=brussels(2023, 8, 21),
    )

    with pytest.raises(NotAllowed):
        actions.file_intake(intake=intake, by=coordinator, received_at=NOW)

    file_proposal(proposal=proposal, by=member, received_at=brussels(2023, 8, 22))
    later = taken(call, coordinator, mails.mail(message_id="<twee@x>", arrived=brussels(2023, 8, 23)))
    with pytest.raises(WrittenByOrganisation):
        register_intake(
            intake=later, choices=Choices(organisation=proposal.organisation), by=coordinator, received_at=NOW
        )


def test_a_later_mail_adds_to_the_draft_overwrites_nothing_and_files_as_the_next_version(call, coordinator):
    first = registered(call, coordinator, answers=complete(call))
    actions.file_intake(intake=first, by=coordinator, received_at=NOW)
    organisation, later = first.proposal.organisation, brussels(2023, 9, 1, 20)
    message = mails.mail(message_id="<twee@x>", arrived=later, files=[("plan.pdf", uploads.pdf())])

    second = registered(
        call,
        coordinator,
        message,
        organisation=organisation,
        answers={"title": "Andere titel", "experience": ""},
        files=(0,),
    )
    with pytest.raises(NotAllowed):
        actions.file_intake(intake=first, by=coordinator, received_at=NOW)
    version = actions.file_intake(intake=second, by=coordinator, received_at=NOW)

    assert (version.number, version.received_at) == (2, later)
    assert read(second.proposal)["title"] == "Samen op weg"
    assert [file["name"] for file in version.content["attachments"]] == ["plan.pdf"]


def test_an_earlier_mail_comes_after_a_later_one_for_nothing(call, coordinator):
    first = registered(call, coordinator)
    message = mails.mail(message_id="<nul@x>", arrived=brussels(2023, 8, 30))
    earlier = taken(call, coordinator, message)

    with pytest.raises(NotRegistrable, match="later mail"):
        register_intake(
            intake=earlier,
            choices=Choices(organisation=first.proposal.organisation),
            by=coordinator,
            received_at=NOW,
        )


@pytest.mark.parametrize("tell", [True, False])
def test_set_aside_keeps_the_mail_and_tells_the_sender_when_asked(call, coordinator, tell):
    intake = taken(call, coordinator)

    set_aside(intake=intake, reason="Dit is reclame.", tell_sender=tell, by=coordinator, received_at=NOW)

    intake.refresh_from_db()
    assert (intake.state, intake.reason, intake.handled_by) == ("set_aside", "Dit is reclame.", coordinator)
    assert Message.objects.filter(recipient="mia@debrug.example").count() == int(tell)
    assert Entry.objects.filter(verb="intake.set_aside").count() == 1


def test_reminders_leave_out_who_filed_by_mail(call, coordinator):
    registered(call, coordinator, mails.mail(arrived=brussels(2023, 8, 1)))
    Proposal.objects.update(created_at=brussels(2023, 8, 1))
    Message.objects.all().delete()

    remind_drafts(brussels(2023, 8, 31))

    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "registered", "handled_at": NOW},
        {"state": "set_aside", "handled_at": NOW},
        {"handled_at": NOW},
    ],
)
def test_the_database_refuses_impossible_states(call, coordinator, wrong):
    intake = taken(call, coordinator)

    with pytest.raises(IntegrityError):
        Intake.objects.filter(pk=intake.pk).update(handled_by=coordinator, **wrong)


def test_a_known_organisation_with_the_same_number_is_told(call, coordinator):
    OrganisationFactory(kbo_number="0900000147")
    intake = taken(call, coordinator)

    with pytest.raises(Exception, match="exists already"):
        register_intake(intake=intake, choices=Choices(facts=NEW), by=coordinator, received_at=NOW)

    assert Intake.objects.get().state == "waiting"


def test_ten_megabytes_are_taken_in_and_registered_whole(call, coordinator):
    picture = uploads.picture("PNG", size=(1900, 1900)).getvalue()
    message = mails.mail(files=[("PajoTARL foto.png", picture), ("plan.pdf", uploads.pdf())])

    intake = registered(call, coordinator, message, files=(0, 1))

    assert intake.size > 10_000_000
    assert sorted(file.size for file in intake.proposal.attachments.all())[-1] == len(picture)
