from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from pitches.models import JurorDay, Pitch, PitchDay, Room, Seat, Unavailability
from tests.factories import UserFactory
from tests.pitches.factories import MORNING, ShortlistedFactory, TimetableFactory

pytestmark = pytest.mark.django_db


def hours(start=0, minutes=25):
    begins = MORNING + timedelta(minutes=start)
    return DateTimeTZRange(begins, begins + timedelta(minutes=minutes))


def pitch_in(room, during, **more):
    proposal = more.pop("proposal", None) or ShortlistedFactory(call=room.timetable.call)
    return Pitch.objects.create(
        call=room.timetable.call,
        proposal=proposal,
        organisation=proposal.organisation,
        room=room,
        during=during,
        **more,
    )


@pytest.fixture
def room():
    return Room.objects.create(timetable=TimetableFactory(), name="Zaal 1")


def refused(name):
    """The database refuses the block by the constraint `name`."""
    return pytest.raises(IntegrityError, match=name)


def test_room_is_never_double_booked(room):
    pitch_in(room, hours(0))

    with refused("a_room_hears_one_pitch_at_a_time"), transaction.atomic():
        pitch_in(room, hours(24))


def test_room_is_free_when_the_pitch_ends(room):
    pitch_in(room, hours(0))

    assert pitch_in(room, hours(25)).pk


def test_juror_is_never_double_booked_even_across_calls(room):
    other = Room.objects.create(timetable=TimetableFactory(), name="Zaal 1")
    juror = UserFactory()
    Seat.objects.create(pitch=pitch_in(room, hours(0)), juror=juror, during=hours(0))
    elsewhere = pitch_in(other, hours(10))

    with refused("a_juror_sits_once_at_a_time"), transaction.atomic():
        Seat.objects.create(pitch=elsewhere, juror=juror, during=hours(10))


def test_organisation_is_never_double_booked_even_across_calls(room):
    other = Room.objects.create(timetable=TimetableFactory(), name="Zaal 1")
    first = pitch_in(room, hours(0))
    second = ShortlistedFactory(call=other.timetable.call, organisation=first.organisation)

    with refused("an_organisation_pitches_once_at_a_time"), transaction.atomic():
        pitch_in(other, hours(10), proposal=second)


def room_in(place, name="Zaal 1", **more):
    return Room.objects.create(timetable=TimetableFactory(place=place, **more), name=name)


def test_room_of_one_building_is_never_double_booked_across_calls():
    pitch_in(room_in("Oefenzaal, Dorpsplein 1"), hours(0))
    same = room_in("OEFENZAAL - Dorpsplein  1", "zaal 1.")

    with refused("a_room_hears_one_pitch_at_a_time"), transaction.atomic():
        pitch_in(same, hours(10))

    assert pitch_in(room_in("Oefenzaal, Dorpsplein 1", "Zaal 2"), hours(10)).pk
    assert pitch_in(room_in("Raadzaal, Kerkplein 1"), hours(10)).pk


def test_rooms_without_an_address_are_no_rooms_of_each_other():
    pitch_in(room_in(""), hours(0))

    assert pitch_in(room_in(""), hours(0)).pk


@pytest.mark.parametrize("change", [{"place": "Oefenzaal"}, {"name": "Zaal 1"}])
def test_room_that_turns_out_to_be_another_call_s_follows(change):
    pitch_in(room_in("Oefenzaal"), hours(0))
    kept = {"place": "Oefenzaal", "name": "Zaal 1"} | dict.fromkeys(change, "Anders")
    other = room_in(kept["place"], kept["name"])
    pitch_in(other, hours(0))
    owner = other.timetable if "place" in change else other
    for field, value in change.items():
        setattr(owner, field, value)

    with refused("a_room_hears_one_pitch_at_a_time"), transaction.atomic():
        owner.save()


def test_organisation_has_time_to_travel_between_two_calls():
    first = pitch_in(room_in("Gooik", travel_minutes=20), hours(0))
    far = room_in("Ternat", travel_minutes=60)
    again = ShortlistedFactory(call=far.timetable.call, organisation=first.organisation)

    with refused("an_organisation_has_time_to_travel"), transaction.atomic():
        pitch_in(far, hours(64), proposal=again)

    second = pitch_in(far, hours(65), proposal=again)
    far.timetable.travel_minutes = 61
    with refused("an_organisation_has_time_to_travel"), transaction.atomic():
        far.timetable.save()
    second.during = hours(0)
    with refused("an_organisation"), transaction.atomic():
        second.save()


def test_juror_has_time_to_travel_between_two_calls():
    juror = UserFactory()
    near, far = room_in("Gooik", travel_minutes=20), room_in("Ternat", travel_minutes=60)
    for start in (0, 30):
        Seat.objects.create(pitch=pitch_in(near, hours(start)), juror=juror, during=hours(start))
    pitch = pitch_in(far, hours(90))

    with refused("a_juror_has_time_to_travel"), transaction.atomic():
        Seat.objects.create(pitch=pitch, juror=juror, during=hours(90))
    pitch.during = hours(95)
    pitch.save()
    seat = Seat.objects.create(pitch=pitch, juror=juror, during=hours(95))
    far.timetable.travel_minutes = 61
    with refused("a_juror_has_time_to_travel"), transaction.atomic():
        far.timetable.save()
    near.timetable.place = "Ternat"
    near.timetable.save()
    pitch.during = hours(60)
    pitch.save()

    seat.refresh_from_db()
    assert (seat.site, seat.during) == ("ternat", hours(60))


def test_organisation_need_not_travel_within_one_building():
    first = pitch_in(room_in("Gooik"), hours(0))
    beside = room_in("gooik", "Zaal 2")
    again = ShortlistedFactory(call=beside.timetable.call, organisation=first.organisation)

    assert pitch_in(beside, hours(25), proposal=again).pk


def test_seat_carries_no_other_time_than_its_pitch(room):
    pitch = pitch_in(room, hours(0))

    with refused("seat_follows_its_pitch"), transaction.atomic():
        Seat.objects.create(pitch=pitch, juror=UserFactory(), during=hours(60))


def test_seat_moves_along_with_its_pitch(room):
    pitch = pitch_in(room, hours(0))
    seat = Seat.objects.create(pitch=pitch, juror=UserFactory(), during=hours(0))

    pitch.during = hours(30)
    pitch.save()

    seat.refresh_from_db()
    assert seat.during == hours(30)


def test_moving_a_pitch_never_doubles_its_juror(room):
    juror = UserFactory()
    second = Room.objects.create(timetable=room.timetable, name="Zaal 2")
    one, other = pitch_in(room, hours(0)), pitch_in(second, hours(30))
    Seat.objects.create(pitch=one, juror=juror, during=hours(0))
    Seat.objects.create(pitch=other, juror=juror, during=hours(30))

    other.during = hours(0)
    with refused("a_juror_sits_once_at_a_time"), transaction.atomic():
        other.save()


@pytest.mark.parametrize(
    "place",
    [
        {"during": hours()},
        {"during": DateTimeTZRange(MORNING, None)},
        {"by_hand": True},
        {"told_during": hours(), "invitations": 1},
        {"told_room": "Zaal 1", "invitations": 1},
        {"told_room": "Zaal 1", "told_during": hours(), "invitations": 0},
    ],
)
def test_pitch_is_placed_wholly_or_not_at_all(room, place):
    proposal = ShortlistedFactory(call=room.timetable.call)

    with refused("has_a_room_and_a_time"), transaction.atomic():
        Pitch.objects.create(
            call=room.timetable.call, proposal=proposal, organisation=proposal.organisation, **place
        )


def test_pitch_days_of_a_call_do_not_overlap(room):
    PitchDay.objects.create(timetable=room.timetable, date=date(2023, 9, 13), opens=time(9), closes=time(12))

    PitchDay.objects.create(timetable=room.timetable, date=date(2023, 9, 13), opens=time(12), closes=time(17))
    PitchDay.objects.create(
        timetable=TimetableFactory(), date=date(2023, 9, 13), opens=time(9), closes=time(12)
    )
    with refused("pitch_days_of_a_call_do_not_overlap"), transaction.atomic():
        PitchDay.objects.create(
            timetable=room.timetable, date=date(2023, 9, 13), opens=time(11), closes=time(13)
        )


def test_pitch_day_opens_before_it_closes(room):
    with refused("pitch_day_closes_later"), transaction.atomic():
        PitchDay.objects.create(
            timetable=room.timetable, date=date(2023, 9, 13), opens=time(12), closes=time(9)
        )


@pytest.mark.parametrize("whose", ["nobody", "both"])
def test_unavailability_belongs_to_one_party(room, whose):
    proposal = ShortlistedFactory(call=room.timetable.call)
    both = {"juror": UserFactory(), "organisation": proposal.organisation}

    with refused("unavailability_is_of_a_juror_or_an_organisation"), transaction.atomic():
        Unavailability.objects.create(
            call=room.timetable.call, during=hours(), declared_at=MORNING, **(both if whose == "both" else {})
        )


def test_unavailability_of_a_juror_is_never_a_wish(room):
    with refused("only_organisations_wish"), transaction.atomic():
        Unavailability.objects.create(
            call=room.timetable.call,
            juror=UserFactory(),
            during=hours(),
            declared_at=MORNING,
            rather_not=True,
        )


def test_juror_day_with_hours_has_an_agenda(room):
    with refused("juror_day_with_hours_has_an_agenda"), transaction.atomic():
        JurorDay.objects.create(
            call=room.timetable.call,
            juror=UserFactory(),
            date=date(2023, 9, 13),
            told_during=hours(),
            invitations=1,
        )


def test_released_timetable_names_who_and_when():
    timetable = TimetableFactory()
    timetable.releases = 1

    with refused("released_timetable_names_who_and_when"), transaction.atomic():
        timetable.save()
