from datetime import timedelta

import pytest
import time_machine

from journal.actions import set_clock
from notifications import delivery
from notifications.actions import tick
from notifications.models import Message
from notifications.registry import everything_due
from pitches import actions, queries, reminders
from pitches.models import JurorDay
from tests.pitches.factories import MORNING, coordinator_of, pitching_call

pytestmark = pytest.mark.django_db

DAY_BEFORE = MORNING - timedelta(hours=24)


@pytest.fixture
def call():
    call = pitching_call(proposals=1, jurors=1)
    actions.schedule_pitches(call=call, by=None)
    actions.release_schedule(call=call, by=coordinator_of(call))
    return call


def reminded(at) -> list[str]:
    reminders.remind_organisations(at)
    reminders.remind_jurors(at)
    return sorted(Message.objects.filter(kind__endswith="_reminder").values_list("kind", flat=True))


def test_reminders_are_due_on_every_tick():
    assert {reminders.remind_organisations, reminders.remind_jurors} <= set(everything_due())


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        (DAY_BEFORE - timedelta(seconds=1), []),
        (DAY_BEFORE, ["jury_reminder", "pitch_reminder"]),
        (MORNING - timedelta(seconds=1), ["jury_reminder", "pitch_reminder"]),
        (MORNING, []),
    ],
)
def test_reminders_go_within_a_day_before_the_pitch(call, at, kinds):
    assert reminded(at) == kinds


def test_reminders_go_once(call):
    reminded(DAY_BEFORE)

    assert len(reminded(DAY_BEFORE + timedelta(hours=1))) == 2


def test_reminders_go_again_after_a_move(call):
    reminded(DAY_BEFORE)
    pitch = queries.draft_of(call).get()
    coordinator = coordinator_of(call)
    actions.move_pitch(pitch=pitch, room=pitch.room, start=MORNING + timedelta(hours=1), by=coordinator)
    actions.release_schedule(call=call, by=coordinator)

    assert len(reminded(DAY_BEFORE + timedelta(hours=2))) == 4


def test_reminder_is_dropped_once_the_pitch_began(call):
    reminded(DAY_BEFORE)

    assert set(Message.objects.filter(kind__endswith="_reminder").values_list("useful_until", flat=True)) == {
        MORNING
    }


def test_reminder_to_jurors_names_no_proposal(call):
    reminded(DAY_BEFORE)

    message = Message.objects.get(kind="jury_reminder")
    assert queries.draft_of(call).get().proposal.title not in message.text + message.html


def test_tick_on_the_portal_clock_sends_them(call):
    set_clock(to=DAY_BEFORE + timedelta(minutes=1))

    tick()

    assert Message.objects.filter(kind="pitch_reminder", status="sent").count() == 1


@pytest.mark.parametrize("moved", [False, True])
def test_reminders_that_wait_are_dropped_when_another_hour_was_announced(call, moved):
    reminded(DAY_BEFORE)
    if moved:
        for row in (call.pitches.get(), JurorDay.objects.get()):
            type(row).objects.filter(pk=row.pk).update(invitations=row.invitations + 1)

    with time_machine.travel(DAY_BEFORE, tick=False):
        delivery.deliver_waiting()

    waiting = Message.objects.filter(kind__endswith="_reminder").values_list("status", flat=True)
    assert set(waiting) == ({"dropped"} if moved else {"sent"})
