"""Mail that comes back after it left: the report of another mail server."""

import io
from email.message import EmailMessage
from email.message import Message as Part
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from pytest_django.asserts import assertContains

from journal.models import Entry
from notifications import actions, bounces, delivery
from notifications.models import BouncedAddress, Message
from tests.factories import CallFactory, UserFactory, person_with_role
from tests.smtp import smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    [message] = actions.notify(
        "test_note", to=[UserFactory()], about="thing:1", context={"thing": "nieuws"}, call=CallFactory()
    )
    delivery.deliver_waiting()
    return message


def report(message, *, action="failed", to="", returned="message/rfc822", domain="pajotarl.example") -> bytes:
    """A delivery report as mail servers write it (RFC 3464)."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "MAILER-DAEMON@elders.example", to or "portaal@pajotarl.example"
    mail.set_content("Uw bericht kon niet worden bezorgd.")
    mail.make_mixed()
    mail.set_type("multipart/report")
    server, person = Part(), Part()
    server["Reporting-MTA"] = "dns; elders.example"
    person["Final-Recipient"] = f"rfc822; {message.recipient.upper()}"
    person["Action"], person["Status"] = action, "5.1.1"
    person["Diagnostic-Code"] = "smtp; 550 5.1.1 mailbox\n does not exist"
    status = Part()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([server, person])
    original = Part()
    original["Content-Type"] = returned
    headers = f"Message-ID: <{message.pk}@{domain}>\nSubject: Nieuws\n\n"
    if returned == "message/rfc822":
        inner = EmailMessage()
        inner["Message-ID"] = f"<{message.pk}@{domain}>"
        original.set_payload([inner])
    else:
        original.set_payload(headers)
    mail.attach(status)
    mail.attach(original)
    return mail.as_bytes()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_report_marks_the_message_and_its_address(message, returned):
    found = bounces.read_bounce(report(message, returned=returned))

    bounces.take_bounce(found)

    message.refresh_from_db()
    bounced = BouncedAddress.objects.get()
    assert (message.status, message.last_error) == ("bounced", "smtp; 550 5.1.1 mailbox does not exist")
    assert (bounced.address, bounced.message) == (message.recipient, message)
    assert Entry.objects.filter(verb="message.bounced", call=message.call.slug).count() == 1


def test_report_twice_counts_once(message):
    for _ in range(2):
        bounces.take_bounce(bounces.read_bounce(report(message)))

    assert Entry.objects.filter(verb="message.bounced").count() == 1


def test_report_is_known_by_the_address_it_came_back_to(message, settings):
    settings.BOUNCE_ADDRESS = "terug@pajotarl.example"
    other = SimpleNamespace(recipient=message.recipient, pk="zonder")

    found = bounces.read_bounce(report(other, to=bounces.envelope_sender(message)))

    assert found.message == message


def test_delay_another_mail_and_no_report_are_left_alone(message):
    stranger = Message(recipient="wie@elders.example")

    found = [
        bounces.read_bounce(raw)
        for raw in (
            report(message, action="delayed"),
            report(stranger),
            b"Subject: Ik ben met verlof\n\nTot!",
            b"",
        )
    ]

    assert found == [None] * 4


def test_bounce_address_is_the_envelope_sender_and_never_the_sender_that_people_see(settings):
    settings.BOUNCE_ADDRESS = "terug@pajotarl.example"
    with smtp_server() as inbox:
        [message] = actions.notify("test_note", to=[UserFactory()], about="thing:1", context={"thing": "x"})
        delivery.deliver_waiting()

    [mail] = inbox.mails
    assert mail.mail_from == f"terug+{message.pk.hex}@pajotarl.example"
    assert b"From: portaal@pajotarl.example" in mail.content


@pytest.mark.parametrize("known", [True, False])
def test_command_takes_a_returned_mail_from_standard_input(message, monkeypatch, capsys, known):
    raw = report(message) if known else b"Subject: hallo\n\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))

    call_command("take_bounce")

    assert (message.recipient in capsys.readouterr().out) is known
    assert BouncedAddress.objects.exists() is known


@pytest.mark.parametrize("rows", [1, 3])
def test_staff_see_which_addresses_refuse_mail_of_their_calls(client, rows, django_assert_num_queries):
    call = CallFactory()
    for number in range(rows):
        [message] = actions.notify("test_note", to=[UserFactory()], about=f"thing:{number}", call=call)
        bounces.note_address(message.recipient, reason="550 onbekend", message=message)
    [elsewhere] = actions.notify("test_note", to=[UserFactory()], about="thing:x", call=CallFactory())
    bounces.note_address(elsewhere.recipient, reason="550 onbekend", message=elsewhere)
    client.force_login(person_with_role("coordinator", call))

    with django_assert_num_queries(QUERIES):
        response = client.get(reverse("admin:notifications_bouncedaddress_changelist"))

    assertContains(response, "field-address", count=rows)


QUERIES = 9
