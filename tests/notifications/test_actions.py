import base64
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from celery.signals import before_task_publish
from django.core.cache import cache
from django.db import connection

from accounts.models import User
from journal import clock
from notifications import actions, delivery, registry, rules
from notifications.models import Message
from tests.factories import UserFactory, brussels
from tests.smtp import smtp_server

pytestmark = pytest.mark.django_db

AT = brussels(2023, 8, 21, 10)


@pytest.fixture
def inbox():
    with smtp_server() as inbox:
        yield inbox


def note(*readers, thing="uw voorstel", **options):
    return actions.notify("test_note", to=readers, about="thing:1", context={"thing": thing}, **options)


@pytest.fixture
def wake_ups():
    """What was asked of the worker from now on."""
    asked = []

    def note_task(sender, **about):
        asked.append(sender)

    before_task_publish.connect(note_task)
    cache.delete(actions.WOKEN)
    yield asked
    before_task_publish.disconnect(note_task)
    cache.delete(actions.WOKEN)


def test_worker_is_woken_once_until_it_wakes(wake_ups, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        note(UserFactory())
        note(UserFactory())
    assert wake_ups == ["notifications.tasks.deliver"]

    with smtp_server() as inbox:
        actions.deliver()
    with django_capture_on_commit_callbacks(execute=True):
        note("later@adres.example")

    assert len(inbox.mails) == 2
    assert wake_ups == ["notifications.tasks.deliver"] * 2


def test_notify_renders_in_the_readers_language():
    dutch, english = UserFactory(name="Oma & Opa"), UserFactory(language="en")

    note(dutch, english, thing="O'Neill & co")

    texts = {message.recipient: message for message in Message.objects.all()}
    assert texts[dutch.email].text.startswith("Beste Oma & Opa,")
    assert "O'Neill & co" in texts[dutch.email].text
    assert "O&#x27;Neill &amp; co" in texts[dutch.email].html
    assert texts[english.email].text.startswith("Dear ")


def test_notify_queues_the_same_news_once_per_reader():
    reader = UserFactory()

    first, second = note(reader, reader.email.upper()), note(reader)

    assert (len(first), len(second)) == (1, 0)
    assert len(note(reader, occurrence="2")) == 1


def test_deliver_sends_text_html_and_attachments_under_a_stable_message_id(inbox):
    part = {"name": "pitch.ics", "type": "text/calendar", "base64": base64.b64encode(b"BEGIN").decode()}
    [message] = note(UserFactory(), attachments=[part])

    done = delivery.deliver_waiting()

    mail = message_from_bytes(inbox.mails[0].content, policy=policy.default)
    assert (done.sent, done.failed) == (1, 0)
    assert mail["Message-ID"] == f"<{message.pk}@pajotarl.example>"
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_deliver_tries_again_after_a_temporary_refusal(inbox):
    [message] = note(UserFactory())
    inbox.answers = ["451 later please"]

    first = delivery.deliver_waiting()
    Message.objects.update(retry_at=None)
    second = delivery.deliver_waiting()

    message.refresh_from_db()
    assert (first.sent, first.failed, second.sent) == (0, 0, 1)
    assert (message.status, message.attempts) == ("sent", 2)


def test_deliver_gives_up_on_a_permanent_refusal_and_names_the_reason(inbox):
    [message] = note(UserFactory())
    inbox.answers = ["550 no such person"]

    done = delivery.deliver_waiting()

    message.refresh_from_db()
    assert (done.failed, message.status) == (1, "failed")
    assert "no such person" in message.last_error


def test_deliver_leaves_everything_waiting_when_the_server_is_away(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    note(UserFactory(), UserFactory())

    done = delivery.deliver_waiting()

    assert (done.sent, done.failed) == (0, 0)
    assert set(Message.objects.values_list("status", "attempts")) == {("waiting", 0)}
    assert "bereikbaar" in Message.objects.first().last_error


def test_message_fails_after_its_last_attempt():
    message = Message(attempts=rules.ATTEMPTS)

    assert not rules.is_worth_another_attempt(message, permanent=False)


@time_machine.travel(AT, tick=False)
def test_deliver_drops_what_is_no_longer_useful(inbox):
    note(UserFactory(), useful_until=AT)
    note(UserFactory(), occurrence="useful", useful_until=AT + timedelta(seconds=1))

    done = delivery.deliver_waiting()

    assert (done.sent, done.dropped) == (1, 1)
    assert Message.objects.get(occurrence="").status == "dropped"


def test_claim_takes_back_what_a_dead_worker_left():
    [message] = note(UserFactory())
    delivery.claim(10)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET claimed_at = now() - interval '6 minutes'")

    again = delivery.claim(10)

    assert [m.pk for m in again] == [message.pk]
    assert delivery.claim(10) == []


def test_secret_body_is_wiped_once_sent(inbox, settings):
    [message] = note(UserFactory(), secret=True)
    settings.PORTAL_DEMO = False

    delivery.deliver_waiting()

    message.refresh_from_db()
    assert (message.status, message.text, message.html) == ("sent", "", "")


def test_held_messages_wait_for_their_release(inbox):
    [message] = note(UserFactory(), hold=True)
    before = delivery.deliver_waiting().sent

    count = actions.release_messages([message], by=UserFactory())

    assert (before, count, delivery.deliver_waiting().sent) == (0, 1, 1)
    assert actions.release_messages([message], by=UserFactory()) == 0


def test_resend_message_refuses_what_did_not_fail():
    [message] = note(UserFactory())

    with pytest.raises(rules.NotAllowed):
        actions.resend_message(message, by=UserFactory())


def test_resend_message_starts_from_the_first_attempt():
    [message] = note(UserFactory())
    Message.objects.update(status="failed", attempts=6, last_error="550")

    again = actions.resend_message(message, by=UserFactory())

    assert (again.status, again.attempts, again.last_error) == ("waiting", 0, "")


@pytest.fixture
def due(monkeypatch):
    functions = []
    monkeypatch.setattr(registry, "_due", functions)
    return functions


@time_machine.travel(AT, tick=False)
def test_tick_runs_what_is_due_and_sends_it(inbox, due):
    reader = UserFactory()
    due.append(lambda at: note(reader, occurrence=at.isoformat()))

    first, second = actions.tick(), actions.tick()

    assert first.document() == {
        "at": clock.now().isoformat(), "queued": 1, "sent": 1, "failed": 0, "dropped": 0,
    }  # fmt: skip
    assert (second.queued, second.sent) == (0, 0)


def test_tick_does_the_rest_when_one_room_fails(inbox, due):
    reader = UserFactory()

    def broken(at):
        note(reader, occurrence="rolled back")
        raise ValueError("this room is broken")

    due.extend([broken, lambda at: note(reader)])

    with pytest.raises(ExceptionGroup) as raised:
        actions.tick()

    assert [str(error) for error in raised.value.exceptions] == ["this room is broken"]
    assert [mail.rcpt_tos for mail in inbox.mails] == [[reader.email]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_message(inbox):
    note(*[UserFactory() for _ in range(20)])

    def work():
        delivery.deliver_waiting()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(inbox.mails) == 20
    assert len({mail.rcpt_tos[0] for mail in inbox.mails}) == 20
    assert User.objects.count() == 20
