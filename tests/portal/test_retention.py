import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Role
from challenges.models import Call
from decisions.actions import approve_release, release_decisions, request_release, set_remedy
from decisions.errors import NotAllowed, Refused
from decisions.models import Reply
from decisions.replies import assess_reply, reply_to_decision
from decisions.retention import last_right_ends
from dossiers.books import shelf_of
from dossiers.models import Rendering
from journal.models import Entry
from journal.queries import verify_everything
from notifications.models import Message
from pajotarl_portal import retention
from submissions.intake.queries import intakes_of
from submissions.models import Proposal, Version
from tests.decisions.factories import (
    DECIDING,
    REPLYING,
    call_to_decide,
    confirmed,
    coordinator,
    decided,
    released,
)
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    brussels,
    complete_proposal,
    person_with_role,
)
from tests.reviews.factories import filed_proposal, reader
from tests.submissions.intake import mails
from tests.submissions.intake.test_actions import registered, taken

pytestmark = pytest.mark.django_db
PAPER = settings.BASE_DIR / "data" / "demo" / "jaarverslag.pdf"
LATER = brussels(2024, 6, 1)


@pytest.fixture
def call():
    return call_to_decide()


@pytest.fixture
def lost(call, django_capture_on_commit_callbacks):
    """A rejected candidacy with a contact, letters, and a reply with a document."""
    proposal = filed_proposal(
        call, status="shortlisted", contact_name="An Peeters", contact_email="an@wiel.example"
    )
    member = MembershipFactory(organisation=proposal.organisation).user
    with time_machine.travel(DECIDING, tick=False):
        [decision] = released(proposal)
    with time_machine.travel(REPLYING, tick=False):
        reply_to_decision(
            decision=decision,
            text="An Peeters is het niet eens.",
            by=member,
            received_at=REPLYING,
            disputes=["aanpak"],
            files=[ContentFile(PAPER.read_bytes(), name="an.pdf")],
        )
    return proposal


def erase(call, by, *, stage="rejected", at=LATER, approved_by=None):
    second = approved_by or person_with_role(Role.Kind.COORDINATOR, call)
    with time_machine.travel(at, tick=False):
        seen = retention.plan(call, stage=stage).digest
        return retention.purge(call=call, stage=stage, by=by, approved_by=second, seen=seen)


def test_purge_erases_what_names_people_and_keeps_digests(call, lost, django_capture_on_commit_callbacks):
    reply, version = Reply.objects.get(), lost.versions.get()
    paper = reply.attachments.get()
    storage, name, digest = paper.file.storage, paper.file.name, version.digest

    with django_capture_on_commit_callbacks(execute=True):
        made = erase(call, coordinator(lost))

    lost.refresh_from_db()
    version.refresh_from_db()
    assert (lost.contact_name, lost.contact_email) == ("", "")
    assert "An Peeters" not in version.document and version.digest == digest
    assert Reply.objects.get().text == "gewist"
    assert not storage.exists(name)
    assert not Message.objects.filter(text__contains="An Peeters").exists()
    assert made.digests["versions"] == [digest]
    assert Entry.objects.first().payload["digests"]["versions"] == [digest]
    assert verify_everything()["ok"]


def test_purge_erases_the_mails_that_brought_a_candidacy(call, django_capture_on_commit_callbacks):
    leader, house = person_with_role("coordinator", call), OrganisationFactory()
    with time_machine.travel(brussels(2023, 8, 31, 23), tick=False):
        own = complete_proposal(call=call, organisation=house, revision=1)
        intake = registered(call, leader, mails.candidacy(), organisation=house, agreed="Mia, gebeld")
        aside = taken(call, leader, mails.mail(message_id="<reclame@x>"))
    Proposal.objects.filter(pk=own.pk).update(status="withdrawn", reference="PAJOTARL-2023-099")
    kept = [each.file.path for each in (intake, aside)]

    with django_capture_on_commit_callbacks(execute=True):
        made = erase(call, leader)

    intake.refresh_from_db()
    assert made.counts["intakes"] == 2
    assert not any(Path(path).exists() for path in kept)
    assert (intake.sender, intake.subject, intake.texts) == ("gewist@gewist.invalid", "gewist", [])
    assert (intake.agreed, intake.earlier["approach"], intake.earlier["title"]) == ("gewist", "", "")
    assert not intakes_of(leader).exists()
    assert "mia" not in str(list(Entry.objects.values())).lower()


def test_purge_of_the_rejected_leaves_who_was_selected(call):
    won, gone = (filed_proposal(call, status="shortlisted", contact_name=name) for name in ("Wim", "Jo"))
    one, two = coordinator(won, gone), coordinator(won, gone)
    with time_machine.travel(DECIDING, tick=False):
        confirmed(call, {won: ("selected", None), gone: ("rejected", None)}, by=one)
        decided(won, by=one, outcome="selected")
        decided(gone, by=one)
        release = approve_release(release=request_release(call=call, by=one), by=two)
        release_decisions(release=release, by=two)

    erase(call, one)

    names = dict(Proposal.objects.values_list("pk", "contact_name"))
    assert names == {won.pk: "Wim", gone.pk: ""}


@pytest.mark.parametrize("at", [DECIDING + timedelta(days=1), brussels(2023, 11, 30)])
def test_purge_refuses_while_a_right_runs(call, lost, at):
    with pytest.raises(Refused):
        erase(call, coordinator(lost), at=at)

    lost.refresh_from_db()
    assert lost.contact_name == "An Peeters"


def test_purge_of_everything_waits_for_the_calls_own_date(call, lost):
    leader = coordinator(lost)
    with pytest.raises(Refused):
        erase(call, leader, stage="everything")
    call.keep_until = date(2026, 1, 1)
    call.save()
    with pytest.raises(Refused):
        erase(call, leader, stage="everything")

    erase(call, leader, stage="everything", at=brussels(2026, 1, 2))

    assert '"approach":""' in Version.objects.get(proposal=lost).document


def test_purge_takes_what_was_seen_or_nothing(call, lost):
    seen = retention.plan(call, stage="rejected").digest
    filed_proposal(call, status="inadmissible")

    two = {"by": coordinator(lost), "approved_by": coordinator(lost)}
    with time_machine.travel(LATER, tick=False), pytest.raises(Refused):
        retention.purge(call=call, stage="rejected", seen=seen, **two)


def test_purge_takes_two_coordinators(call, lost):
    leader, stranger = coordinator(lost), UserFactory()

    for by, approved_by in ((stranger, leader), (leader, stranger), (leader, leader)):
        with pytest.raises(NotAllowed):
            erase(call, by, approved_by=approved_by)


def test_purge_reaches_dossiers_and_the_shelf(
    call, lost, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.PORTAL_DATA = tmp_path
    shelf = shelf_of(call)
    shelf.part("<p>An Peeters</p>")
    rendering = Rendering.objects.create(
        kind="dossier", call=call, proposal=lost, requested_by=coordinator(lost), requested_at=DECIDING,
        touched_at=DECIDING, status="done", sha256="d" * 64, pages=1,
        file=ContentFile(b"1", name="1"), volume=ContentFile(b"2", name="2"),
    )  # fmt: skip
    names = [rendering.file.name, rendering.volume.name]

    with django_capture_on_commit_callbacks(execute=True):
        made = erase(call, coordinator(lost))

    assert (made.counts["dossiers"], made.counts["chapters"]) == (2, 1)
    assert made.digests["dossiers"] == ["d" * 64]
    assert not any(rendering.file.storage.exists(name) for name in names)
    assert shelf.files() == []


def test_outside_a_purge_the_database_still_refuses(lost):
    for change in (
        lambda: Version.objects.update(document="{}"),
        lambda: Reply.objects.update(text="Anders."),
        lambda: Version.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_purge_command_shows_first_and_certifies_after(call, lost, capsys, tmp_path):
    leader = coordinator(lost)
    certificate = tmp_path / "bewijs.pdf"

    with time_machine.travel(LATER, tick=False):
        call_command("purge", call=call.slug, format="json")
        dry = json.loads(capsys.readouterr().out)
        sure = {"call": call.slug, "confirm": dry["digest"], "certificate": str(certificate)}
        for second in (leader.email, None):
            with pytest.raises(CommandError):
                call_command("purge", by=leader.email, approved_by=second, **sure)
        call_command("purge", by=leader.email, approved_by=coordinator(lost).email, **sure)

    assert (dry["erased"], dry["counts"]["proposals"]) == (False, 1)
    assert certificate.read_bytes().startswith(b"%PDF")
    assert Reply.objects.get().text == "gewist"
    with pytest.raises(CommandError):
        call_command("purge", call="nergens")


def test_keep_until_does_not_lie_before_the_last_right(client, call, lost):
    set_remedy(call=call, where="Bij de raad.", days=60)
    client.force_login(coordinator(lost))
    page = reverse("admin:challenges_call_change", args=[call.pk])
    form = client.get(page).context["adminform"].form

    early = type(form)({"keep_until": "2023-11-01"}, instance=call)
    late = type(form)({"keep_until": "2024-06-01"}, instance=call)

    assert "keep_until" in early.errors
    assert "keep_until" not in late.errors


def test_the_database_keeps_data_while_a_right_runs(call, lost):
    set_remedy(call=call, where="Bij de raad.", days=60)
    ends = last_right_ends(call)
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_right_ends(%s)", [call.pk])
        assert cursor.fetchone() == (ends,)
    first = ends.astimezone(call.zone).date()

    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(keep_until=first - timedelta(days=1))
    assert Call.objects.filter(pk=call.pk).update(keep_until=first) == 1


def test_a_right_that_moves_later_takes_the_day_along_and_never_back(call, lost):
    set_remedy(call=call, where="Bij de raad.", days=60)
    Call.objects.filter(pk=call.pk).update(keep_until=last_right_ends(call).date())
    days = []

    for change in (
        lambda: set_remedy(call=call, where="Bij de raad.", days=90),
        lambda: assess_reply(reply=Reply.objects.get(), outcome="upheld", reasons="Nee.", by=reader(lost)),
        lambda: set_remedy(call=call, where="Bij de raad.", days=10),
        lambda: call.milestones.filter(kind="reply").update(until=brussels(2025, 1, 1)),
    ):
        with time_machine.travel(REPLYING, tick=False):
            change()
        days.append(Call.objects.get(pk=call.pk).keep_until)

    assert days == [date(2024, 1, 3), date(2024, 1, 15), date(2024, 1, 15), date(2025, 1, 1)]
