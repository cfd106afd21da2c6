import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journal.models import Entry
from notifications.models import Message
from submissions.intake.mailbox import LOCK, Polled, poll_mailboxes
from submissions.intake.models import Intake
from submissions.tasks import poll_mailboxes as task
from tests.submissions.intake import imap, mails

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with imap.mailbox() as port:
        yield port


@pytest.fixture
def port(server, settings, call):
    settings.IMAP_URL = [f"imap://{imap.USER}:{imap.PASSWORD}@127.0.0.1:{server}/INBOX?call={call.slug}"]
    yield server
    with imap.client(server) as client:
        for folder, _marks in [(name, marks) for marks, _sign, name in client.list_folders()]:
            if folder != "INBOX":
                client.delete_folder(folder)


def test_poll_takes_in_what_waits_moves_it_and_deletes_nothing(port, call, coordinator):
    imap.put(port, mails.candidacy(), mails.mail(message_id="<twee@x>"), b"From: geen adres\n\nLeeg")

    polled = poll_mailboxes()

    assert polled == Polled(taken=2, known=0, refused=1, failed=0)
    assert [imap.count(port, name) for name in ("INBOX", "Verwerkt", "Geweigerd")] == [0, 2, 1]
    intake = Intake.objects.get(message_id="<een@debrug.example>")
    assert (intake.call, intake.taken_by, intake.arrived_at) == (call, None, mails.ARRIVED)
    told = Message.objects.get(kind="submissions_intake_refused")
    assert told.recipient == coordinator.email
    assert Entry.objects.get(verb="intake.refused").payload["reason"]


def test_poll_that_was_killed_before_it_moved_a_mail_takes_it_in_once(port):
    imap.put(port, mails.candidacy())
    poll_mailboxes()
    imap.put(port, mails.candidacy())

    task()

    assert Intake.objects.count() == 1
    assert [imap.count(port, name) for name in ("INBOX", "Verwerkt")] == [0, 2]


def test_poll_leaves_a_mailbox_alone_that_somebody_else_polls(port):
    imap.put(port, mails.candidacy())
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])

        polled = poll_mailboxes()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    other.close()

    assert polled == Polled()
    assert poll_mailboxes().taken == 1


def test_command_prints_what_was_done_and_fails_when_a_mailbox_can_not_be_read(port, settings, capsys):
    call_command("poll_mailboxes", format="json")
    assert json.loads(capsys.readouterr().out) == {"taken": 0, "known": 0, "refused": 0, "failed": 0}

    settings.IMAP_URL = [settings.IMAP_URL[0].replace(imap.PASSWORD, "fout")]
    with pytest.raises(CommandError, match="could not be read"):
        call_command("poll_mailboxes")
