"""A pitch that was heard, by a jury with a chair."""

from datetime import timedelta

import pytest

from journal.actions import set_clock
from pitches import actions, deliberation, queries
from tests.pitches.factories import MORNING, coordinator_of, declare_nothing, pitching_call


@pytest.fixture
def call():
    """One pitch heard by five jurors, the first of whom is chair and the second deputy."""
    call = pitching_call(proposals=1, jurors=5)
    jurors = list(queries.jurors_of(call))
    for juror in jurors:
        declare_nothing(juror, call)
    actions.schedule_pitches(call=call, by=None)
    actions.release_schedule(call=call, by=coordinator_of(call))
    call.timetable.refresh_from_db()
    call.timetable.chair, call.timetable.deputy = jurors[:2]
    call.timetable.save()
    set_clock(to=MORNING + timedelta(minutes=30))
    return call


@pytest.fixture
def pitch(call):
    return queries.announced_to_juror(call, call.timetable.chair).get()


@pytest.fixture
def jurors(call):
    return list(queries.jurors_of(call))


@pytest.fixture
def opened(pitch, jurors):
    return deliberation.open_deliberation(pitch=pitch, by=jurors[0])
