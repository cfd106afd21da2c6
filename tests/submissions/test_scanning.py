import io
import tempfile
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.models import Entry
from notifications.models import Message
from submissions import actions, attaching, files, queries, scanning
from submissions.models import Attachment
from submissions.reminders import scan_what_waits
from tests.factories import (
    FILED_AT,
    MembershipFactory,
    complete_proposal,
    person_with_role,
)
from tests.submissions import uploads
from tests.submissions.clamd import EICAR, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def socket_path():
    """Short: the name of a unix socket holds at most 108 characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "clamd"


@pytest.fixture
def scanner(settings, socket_path):
    with listening(str(socket_path)) as settings.CLAMD_SOCKET:
        yield


@pytest.fixture
def away(settings, socket_path):
    settings.CLAMD_SOCKET = f"unix://{socket_path}"


@pytest.fixture
def member(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return MembershipFactory()


@pytest.fixture
def draft(member):
    return complete_proposal(organisation=member.organisation)


def infected() -> io.BytesIO:
    return io.BytesIO(uploads.pdf().getvalue().replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF"))


def attach(draft, member, file, name="plan.pdf"):
    return attaching.attach_file(proposal=draft, file=file, name=name, by=member.user, received_at=FILED_AT)


def test_without_a_scanner_nothing_is_scanned(settings):
    settings.CLAMD_SOCKET = ""

    assert scanning.scan(uploads.pdf()) == scanning.Scanned("none")


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (uploads.pdf(), scanning.Scanned("clean")),
        (io.BytesIO(bytes(3 * scanning.CHUNK + 7)), scanning.Scanned("clean")),
        (infected(), scanning.Scanned("quarantined", "Eicar-Test-Signature")),
    ],
)
def test_scanner_judges_the_whole_file_and_leaves_it_at_its_beginning(scanner, file, found):
    file.read()

    assert scanning.scan(file) == found
    assert file.tell() == 0


def test_scanner_is_reached_over_tcp(settings):
    with listening(("127.0.0.1", 0)) as settings.CLAMD_SOCKET:
        assert scanning.scan(infected()).state == "quarantined"


def test_scanner_that_is_away_lets_the_file_wait(away):
    assert scanning.scan(uploads.pdf()) == scanning.Scanned("waiting")


def test_scanner_that_refuses_a_long_stream_lets_the_file_wait(settings, socket_path):
    with listening(str(socket_path), limit=1000) as settings.CLAMD_SOCKET:
        assert scanning.scan(io.BytesIO(bytes(5_000_000))) == scanning.Scanned("waiting")


def test_harmful_file_goes_into_quarantine_where_its_writer_sees_it(scanner, client, draft, member):
    client.force_login(member.user)
    page_url = reverse("submissions:attachments", args=[draft.pk])

    attachment = attach(draft, member, infected())
    text = client.get(page_url).content.decode()
    opened = client.get(reverse("submissions:attachment", args=[draft.pk, attachment.pk]))

    assert "Eicar-Test-Signature" in text
    assert "In quarantaine" in text
    assert opened.status_code == 404
    assert Entry.objects.get(verb="proposal.file_quarantined").payload["finding"] == "Eicar-Test-Signature"


def test_harmful_file_is_not_filed_and_does_not_stop_the_filing(scanner, draft, member):
    attach(draft, member, infected())
    clean = attach(draft, member, uploads.pdf(), name="schoon.pdf")

    version = actions.file_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    assert [file["name"] for file in version.content["attachments"]] == ["schoon.pdf"]
    assert list(version.attachments.all()) == [clean]
    assert queries.verify_versions().ok


def test_file_that_waits_is_filed_and_opened_by_its_own_organisation_only(away, draft, member):
    attachment = attach(draft, member, uploads.pdf())

    version = actions.file_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    staff = person_with_role("coordinator", draft.call)
    assert version.attachments.get() == attachment
    assert list(queries.attachments_for(member.user)) == [attachment]
    assert list(queries.attachments_for(staff)) == []


def test_file_that_waited_is_scanned_by_the_next_tick(settings, away, draft, member, socket_path):
    harmful = attach(draft, member, infected())
    harmless = attach(draft, member, uploads.pdf(), name="schoon.pdf")
    list(scan_what_waits(FILED_AT))
    before = set(Attachment.objects.values_list("scan", flat=True))

    with listening(str(socket_path)) as settings.CLAMD_SOCKET:
        list(scan_what_waits(FILED_AT))
        list(scan_what_waits(FILED_AT))

    harmful.refresh_from_db()
    harmless.refresh_from_db()
    assert before == {"waiting"}
    assert (harmful.scan, harmful.finding) == ("quarantined", "Eicar-Test-Signature")
    assert harmless.scan == "clean"
    mail = Message.objects.get(kind="submissions_quarantine")
    assert mail.recipient == member.user.email
    assert "Eicar-Test-Signature" in mail.text


def test_version_keeps_a_file_that_was_found_harmful_afterwards(settings, away, draft, member, socket_path):
    attach(draft, member, infected())
    version = actions.file_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    with listening(str(socket_path)) as settings.CLAMD_SOCKET:
        list(scan_what_waits(FILED_AT))

    assert version.attachments.get().is_quarantined
    assert list(queries.attachments_for(member.user)) == []
    assert queries.verify_versions().ok


@pytest.mark.parametrize(
    ("file", "media_type", "pages"),
    [
        (uploads.pdf(), "application/pdf", 1),
        (io.BytesIO(b"%PDF-1.4 kapot %%EOF"), "application/pdf", None),
        (uploads.docx_of_pages(12), files.DOCX, 12),
        (uploads.docx_of_pages(99_999), files.DOCX, None),
        (uploads.docx(), files.DOCX, None),
        (uploads.picture("PNG"), "image/png", None),
    ],
)
def test_pages_are_counted_where_a_file_has_them(file, media_type, pages):
    assert files.pages_of(file, media_type=media_type) == pages


def test_file_sent_by_script_comes_back_as_a_row_with_pages_and_digest(client, draft, member, settings):
    settings.CLAMD_SOCKET = ""
    client.force_login(member.user)
    address = reverse("submissions:attachments", args=[draft.pk])
    sent = {"file": SimpleUploadedFile("plan.pdf", uploads.pdf().getvalue()), "kind": ""}

    with time_machine.travel(FILED_AT, tick=False):
        answer = client.post(address, sent, HTTP_ACCEPT="application/json")
        refused = client.post(
            address, {"file": SimpleUploadedFile("a.pdf", b"x")}, HTTP_ACCEPT="application/json"
        )

    attachment = Attachment.objects.get()
    assert answer.status_code == 201
    assert attachment.sha256 in answer.json()["row"]
    assert "1 bladzijde" in answer.json()["row"]
    assert answer.json()["left"] == 9
    assert refused.status_code == 422
    assert "Dit is geen PDF-" in refused.json()["refused"]


def test_file_sent_by_script_after_the_deadline_is_refused_in_words(client, draft, member):
    client.force_login(member.user)
    sent = {"file": SimpleUploadedFile("plan.pdf", uploads.pdf().getvalue()), "kind": ""}

    answer = client.post(
        reverse("submissions:attachments", args=[draft.pk]), sent, HTTP_ACCEPT="application/json"
    )

    assert (answer.status_code, answer.json()) == (403, {"refused": "De deadline is voorbij."})
