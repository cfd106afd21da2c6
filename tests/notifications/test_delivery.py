"""The outbox against a mail server that refuses, hangs, breaks off or is away, and workers that die."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import override_settings

from notifications import actions, delivery, rules
from notifications.models import BouncedAddress, Message
from tests.factories import UserFactory, brussels
from tests.smtp import CLOSE, HANG, smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox():
    with smtp_server() as inbox:
        yield inbox


def note(*readers, **options):
    return actions.notify("test_note", to=readers, about="thing:1", context={"thing": "nieuws"}, **options)


def three():
    """Three waiting messages in the order in which they go."""
    return [note(UserFactory(), occurrence=str(number))[0] for number in range(3)]


def stands(messages):
    rows = Message.objects.in_bulk([message.pk for message in messages])
    return [(rows[message.pk].status, rows[message.pk].attempts) for message in messages]


def reason_of(message) -> str:
    return Message.objects.get(pk=message.pk).last_error


def age_claims(**by):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET claimed_at = claimed_at - %s", [timedelta(**by)])


def test_server_that_hangs_costs_one_message_one_attempt_and_the_others_nothing(inbox):
    messages = three()
    inbox.answers = [HANG]

    with override_settings(EMAIL_TIMEOUT=1, EMAIL_ANSWER_SECONDS=1):
        done = delivery.deliver_waiting()

    assert (done.sent, done.failed) == (0, 0)
    assert stands(messages) == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    assert reason_of(messages[0]) == "De mailserver antwoordde niet op tijd."
    assert delivery.deliver_waiting().sent == 2


def test_server_that_breaks_off_is_called_again_at_once(inbox):
    messages = three()
    inbox.answers = ["250 OK", CLOSE]

    done = delivery.deliver_waiting()

    assert done.sent == 2
    assert stands(messages) == [("sent", 1), ("waiting", 1), ("sent", 1)]
    assert reason_of(messages[1]) == "De mailserver verbrak de verbinding."


def test_server_that_thinks_long_about_a_mail_is_waited_for(inbox, settings, monkeypatch):
    settings.EMAIL_TIMEOUT = 1
    monkeypatch.setattr(inbox, "_said", slowly(inbox._said))
    [message] = note(UserFactory())

    delivery.deliver_waiting()

    assert (stands([message]), len(inbox.mails)) == ([("sent", 1)], 1)


def slowly(said):
    import asyncio

    async def answer(server, answers):
        if answers is not server.event_handler.to_address:
            await asyncio.sleep(2)
        return await said(server, answers)

    return answer


def test_mail_that_outlives_its_share_of_the_lease_is_cut_off(inbox, settings):
    settings.OUTBOX_LEASE_SECONDS = 0.4
    [message] = note(UserFactory())
    inbox.answers = [HANG]

    delivery.deliver_waiting()

    assert stands([message]) == [("waiting", 1)]


def test_pause_doubles_up_to_two_hours():
    pauses = [rules.pause_after(Message(attempts=n)) for n in range(1, rules.ATTEMPTS)]

    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert (max(pauses), sum(pauses, timedelta()) > timedelta(hours=6)) == (timedelta(hours=2), True)


def test_address_that_is_refused_is_recorded_with_what_the_server_said(inbox):
    person = UserFactory()
    [message] = note(person)
    inbox.to_address = ["550 no such person here"]

    done = delivery.deliver_waiting()

    bounced = BouncedAddress.objects.get()
    assert (done.failed, stands([message])) == (1, [("failed", 1)])
    assert (bounced.address, bounced.reason) == (person.email, "550 no such person here")
    assert (bounced.message, reason_of(message)) == (message, "550 no such person here")


@pytest.mark.parametrize("answer", ["451 come back later", "421 too busy"])
def test_address_that_is_put_off_is_not_recorded(inbox, answer):
    [message] = note(UserFactory())
    inbox.to_address = [answer]

    delivery.deliver_waiting()

    assert (stands([message]), reason_of(message)) == ([("waiting", 1)], answer)
    assert not BouncedAddress.objects.exists()


def test_mail_refused_for_its_content_says_nothing_about_the_address(inbox):
    note(UserFactory())
    inbox.answers = ["554 looks like spam"]

    delivery.deliver_waiting()

    assert (Message.objects.get().status, BouncedAddress.objects.count()) == ("failed", 0)


def test_resending_believes_in_the_address_again(inbox):
    [message] = note(UserFactory())
    inbox.to_address = ["550 no such person here"]
    delivery.deliver_waiting()

    actions.resend_message(message, by=UserFactory())

    assert (delivery.deliver_waiting().sent, BouncedAddress.objects.count()) == (1, 0)


def test_message_that_another_worker_took_over_is_left_to_it(inbox):
    [message] = note(UserFactory())
    slow = delivery.claim(10)
    age_claims(minutes=6)
    quick = delivery.claim(10)

    delivery._deliver(slow, delivery.Delivered())
    before = len(inbox.mails)
    delivery._deliver(quick, delivery.Delivered())

    assert (before, len(inbox.mails), stands([message])) == (0, 1, [("sent", 1)])


def test_message_that_goes_stale_in_a_claimed_batch_is_dropped(inbox):
    ends = brussels(2023, 9, 2)
    with time_machine.travel(ends - timedelta(minutes=1), tick=False):
        [message] = note(UserFactory(), useful_until=ends)
        batch = delivery.claim(10)
    done = delivery.Delivered()

    with time_machine.travel(ends, tick=False):
        delivery._deliver(batch, done)

    assert (done.dropped, stands([message]), inbox.mails) == (1, [("dropped", 0)], [])


def test_message_that_kills_its_worker_each_time_ends_as_failed(inbox):
    [message] = note(UserFactory())
    delivery.claim(10)
    Message.objects.update(attempts=rules.ATTEMPTS)
    age_claims(minutes=6)

    done = delivery.deliver_waiting()

    assert (done.failed, stands([message])) == (1, [("failed", rules.ATTEMPTS)])
    assert "afgebroken" in reason_of(message)


@pytest.mark.parametrize(("away", "expected"), [("2 days", "dropped"), ("2 hours", "sent")])
def test_worker_that_was_away_sends_what_is_useful_and_drops_what_is_stale(inbox, away, expected):
    deadline = brussels(2023, 9, 2)
    queued = deadline - timedelta(hours=24)
    with time_machine.travel(queued, tick=False):
        [reminder] = note(UserFactory(), useful_until=deadline)
        [receipt] = note(UserFactory(), occurrence="receipt")
    back = queued + {"2 days": timedelta(days=2), "2 hours": timedelta(hours=2)}[away]

    with time_machine.travel(back, tick=False):
        delivery.deliver_waiting()

    assert [status for status, _attempts in stands([reminder, receipt])] == [expected, "sent"]
