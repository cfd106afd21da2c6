from datetime import UTC, datetime

import pytest
from celery import current_app
from django.core.exceptions import PermissionDenied
from kombu import pools

from journal import clock
from journal.actions import set_clock
from journal.models import Entry, PracticeClock

pytestmark = pytest.mark.django_db

PITCH_DAY = datetime(2023, 9, 13, 7, tzinfo=UTC)
QUEUE = "celery"


@pytest.fixture
def broker():
    with current_app.connection_for_write() as connection:
        connection.default_channel.queue_purge(QUEUE)
        yield connection.default_channel.client


@pytest.fixture
def no_broker():
    """Nobody listens on port 1."""
    address = current_app.conf.broker_url
    use_broker("redis://127.0.0.1:1/0")
    yield
    use_broker(address)


def use_broker(address):
    current_app.conf.broker_url = current_app.conf.broker_write_url = address
    pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


def test_moving_the_clock_asks_for_a_tick_once_it_is_saved(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        set_clock(to=PITCH_DAY)
        assert broker.llen(QUEUE) == 0

    assert broker.llen(QUEUE) == 1


def test_moving_the_clock_does_not_need_the_broker(no_broker, django_capture_on_commit_callbacks, caplog):
    with django_capture_on_commit_callbacks(execute=True):
        set_clock(to=PITCH_DAY)

    assert abs((clock.now() - PITCH_DAY).total_seconds()) < 5
    assert [record.name for record in caplog.records] == ["journal.broker"]


def test_the_clock_keeps_running_after_it_was_moved():
    set_clock(to=PITCH_DAY)

    first, second = clock.now(), clock.now()

    assert PITCH_DAY <= first < second


def test_the_clock_is_not_moved_outside_practice_mode(settings):
    settings.PORTAL_DEMO = False

    with pytest.raises(PermissionDenied):
        set_clock(to=PITCH_DAY)

    assert not PracticeClock.objects.exists()
    assert not Entry.objects.exists()
