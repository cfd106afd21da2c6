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

from challenges.models import Call
from decisions.actions import approve_release, release_decisions, request_release, set_remedy
from decisions.errors import NotAllowed, Refused
from decisions.models import Purge, Reply
from decisions.replies import assess_reply, reply_to_decision
from decisions.retention import last_right_ends
from dossiers.books import shelf_of
from dossiers.models import Rendering
from journal.models import Entry
from journal.queries import verify_everything
from notifications.actions import tick
from notifications.models import Message
from pajotarl_portal import purging, retention
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
    second = approved_by or coordinator(*call.proposals.all())
    with time_machine.travel(at, tick=False):
        made = retention.plan(call, stage=stage)
        purge = purging.request_purge(call=call, stage=stage, seen=made.digest, by=by)
        purging.carry_out(purging.approve_purge(purge=purge, seen=made.digest, by=second))
        return made


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
        made = erase(call, coordinator(own))

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
    asked = approved(call, lost)
    more = filed_proposal(call, status="inadmissible")

    with time_machine.travel(LATER, tick=False):
        tick()
        with pytest.raises(Refused):
            purging.request_purge(call=call, stage="rejected", seen=seen, by=coordinator(lost, more))

    asked.refresh_from_db()
    lost.refresh_from_db()
    assert (asked.status, lost.contact_name) == ("cancelled", "An Peeters")
    assert "proefdraai" in asked.why_not


def approved(call, *proposals):
    with time_machine.travel(LATER, tick=False):
        seen = retention.plan(call, stage="rejected").digest
        purge = purging.request_purge(call=call, stage="rejected", seen=seen, by=coordinator(*proposals))
        return purging.approve_purge(purge=purge, seen=seen, by=coordinator(*proposals))


def test_worker_erases_what_two_coordinators_approved(call, lost):
    purge = approved(call, lost)

    with time_machine.travel(LATER, tick=False):
        tick()
        tick()

    purge.refresh_from_db()
    assert (purge.status, purge.done_at) == ("done", LATER)
    assert purging.certificate(purge) == purging.certificate(purge)
    told = Entry.objects.get(verb="call.purged")
    assert (told.payload["approved_by"], told.payload["plan"]) == (purge.approved_by.email, purge.digest)


def test_purge_on_the_pages_of_two_coordinators(client, call, lost):
    one, two = coordinator(lost), coordinator(lost)
    page = reverse("purge", args=[call.slug])

    def press(who, act):
        client.force_login(who)
        shown = client.get(page).context["plans"][0]["plan"]
        return client.post(page, {"act": act, "stage": "rejected", "seen": shown.digest})

    with time_machine.travel(LATER, tick=False):
        press(one, "request")
        assert press(one, "approve").status_code == 403
        assert Purge.objects.get().status == "requested"
        press(two, "approve")
        assert Purge.objects.get().approved_by == two
        tick()
        client.force_login(one)
        paper = client.get(reverse("purge_certificate", args=[call.slug, Purge.objects.get().pk]))

    assert Reply.objects.get().text == "gewist"
    assert paper.content.startswith(b"%PDF")


def test_the_database_refuses_one_person_as_both(call, lost):
    purge = approved(call, lost)

    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        Purge.objects.update(approved_by=purge.requested_by)
    with pytest.raises(IntegrityError, match="approved"), transaction.atomic():
        Purge.objects.update(status="done", done_at=LATER, approved_by=None, approved_at=None)


def test_purge_is_cancelled_by_either(call, lost):
    purge = approved(call, lost)

    purging.cancel_purge(purge=purge, by=purge.requested_by)

    for late in (purging.carry_out, lambda one: purging.cancel_purge(purge=one, by=purge.requested_by)):
        with pytest.raises(Refused):
            late(purge)
    assert Reply.objects.get().text != "gewist"


def test_purge_takes_two_coordinators(call, lost):
    leader, stranger = coordinator(lost), UserFactory()

    for by, approved_by in ((stranger, leader), (leader, stranger), (leader, leader)):
        with pytest.raises(NotAllowed):
            erase(call, by, approved_by=approved_by)
        assert not Purge.objects.filter(approved_by__isnull=False).exists()
        Purge.objects.all().delete()


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
        with pytest.raises(CommandError):
            call_command("purge", **sure)
        purge = purging.request_purge(call=call, stage="rejected", seen=dry["digest"], by=leader)
        with pytest.raises(CommandError):
            call_command("purge", **sure)
        purging.approve_purge(purge=purge, seen=dry["digest"], by=coordinator(lost))
        call_command("purge", **sure)

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
