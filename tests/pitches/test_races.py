"""Two regions that plan the same juror at the same moment, on two real connections."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from pitches import actions, queries
from pitches.errors import Refused
from pitches.models import Pitch, Seat
from tests.pitches.factories import MORNING, juror_of, pitching_call

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


class OtherRegion(threading.Thread):
    """Books a juror for the whole morning, and commits only once somebody waits for it."""

    def __init__(self, *, call, juror):
        super().__init__()
        self.call, self.juror, self.booked = call, juror, threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                self.book()
                self.booked.set()
                until = time.monotonic() + 60
                while not somebody_waits() and time.monotonic() < until:
                    time.sleep(0.05)
        finally:
            connection.close()

    def book(self):
        proposal = self.call.proposals.get()
        hours = DateTimeTZRange(MORNING, MORNING + timedelta(hours=2))
        pitch = Pitch.objects.create(
            call=self.call,
            proposal=proposal,
            organisation=proposal.organisation,
            room=self.call.timetable.rooms.get(),
            during=hours,
        )
        Seat.objects.create(pitch=pitch, juror=self.juror, during=hours)


def test_schedule_pitches_never_doubles_a_juror_whom_another_region_books_meanwhile():
    call, elsewhere = pitching_call(proposals=1, jurors=0), pitching_call(proposals=1, jurors=0)
    juror = juror_of(call)
    juror.roles.create(kind="jury", region=elsewhere.region, call=elsewhere)
    other = OtherRegion(call=elsewhere, juror=juror)
    other.start()
    other.booked.wait(30)

    with pytest.raises(Refused):
        actions.schedule_pitches(call=call, by=None)

    other.join()
    assert [seat.pitch.call for seat in Seat.objects.filter(juror=juror)] == [elsewhere]
    assert queries.draft_of(call).count() == 0
    assert actions.schedule_pitches(call=call, by=None).pitches == ()
