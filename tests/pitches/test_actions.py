from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from challenges.models import Milestone
from journal.models import Entry
from pitches import actions, queries
from pitches.engine import Reason, Status
from pitches.errors import ChangedMeanwhile, Refused
from pitches.models import Pitch, PitchDay, Room, Seat, Timetable
from submissions.models import Proposal
from tests.factories import CallFactory, MembershipFactory, UserFactory, brussels, person_with_role
from tests.pitches.factories import (
    MORNING,
    ShortlistedFactory,
    conflict,
    coordinator_of,
    criterion,
    declare_nothing,
    juror_of,
    pitching_call,
    place_of,
)

pytestmark = pytest.mark.django_db


def scheduled(**more):
    call = pitching_call(**more)
    actions.schedule_pitches(call=call, by=None)
    return call


def verbs():
    return list(Entry.objects.order_by("number").values_list("verb", flat=True))


# Preparing


def test_prepare_timetable_takes_the_days_of_the_milestone():
    call = CallFactory()
    Milestone.objects.create(
        call=call,
        kind=Milestone.Kind.PITCHES,
        starts=brussels(2023, 9, 13),
        until=brussels(2023, 9, 14),
        reserve=["2023-09-14", "2023-09-15"],
    )

    actions.prepare_timetable(call=call, by=coordinator_of(call))
    actions.prepare_timetable(call=call, by=None)

    days = [(day.date.day, f"{day.opens:%H:%M}", day.reserve) for day in call.timetable.days.all()]
    assert days == [
        (13, "09:00", False),
        (13, "13:30", False),
        (14, "09:00", True),
        (14, "13:30", True),
        (15, "09:00", True),
        (15, "13:30", True),
    ]
    assert call.timetable.rooms.count() == 1
    assert verbs() == ["timetable.prepared"]


def test_prepare_timetable_without_a_milestone_has_no_days():
    call = CallFactory()

    actions.prepare_timetable(call=call, by=None)

    assert PitchDay.objects.filter(timetable__call=call).count() == 0


# Scheduling


def test_schedule_pitches_places_every_shortlisted_proposal():
    call = pitching_call(proposals=3)
    ShortlistedFactory(call=call, status=Proposal.Status.NOT_SHORTLISTED)

    schedule = actions.schedule_pitches(call=call, by=coordinator_of(call))

    assert schedule.status == Status.OPTIMAL
    assert [place_of(pitch) for pitch in queries.draft_of(call)] == [
        ("09:00", "Zaal 1"),
        ("09:30", "Zaal 1"),
        ("10:00", "Zaal 1"),
    ]
    assert Seat.objects.count() == 6
    assert verbs()[-1] == "pitches.scheduled"


def test_schedule_pitches_keeps_the_reason_of_what_does_not_fit():
    call = scheduled(proposals=5)

    timetable = Timetable.objects.get(call=call)
    assert (timetable.status, timetable.gap) == ("optimal", 0.0)
    assert [one["reason"] for one in timetable.unplaced] == [Reason.FULL]
    assert Pitch.objects.filter(during__isnull=True).count() == 1


def test_schedule_pitches_again_changes_nothing():
    call = scheduled()
    before = [(p.proposal_id, place_of(p)) for p in queries.draft_of(call)]

    actions.schedule_pitches(call=call, by=None)

    assert [(p.proposal_id, place_of(p)) for p in queries.draft_of(call)] == before


def test_schedule_pitches_drops_who_is_no_longer_shortlisted():
    call = scheduled()
    gone = queries.draft_of(call).first().proposal
    Proposal.objects.filter(pk=gone.pk).update(status=Proposal.Status.WITHDRAWN)

    actions.schedule_pitches(call=call, by=None)

    assert [p.proposal_id for p in queries.draft_of(call)] == sorted(
        set(call.proposals.exclude(pk=gone.pk).values_list("pk", flat=True)),
        key=lambda pk: Pitch.objects.get(proposal=pk).during.lower,
    )
    assert Pitch.objects.get(proposal=gone).during is None


def test_schedule_pitches_seats_nobody_with_a_conflict():
    call = pitching_call(proposals=1, jurors=2)
    proposal = call.proposals.get()
    one, other = queries.jurors_of(call)
    conflict(one, proposal)

    actions.schedule_pitches(call=call, by=None)

    assert [seat.juror for seat in Seat.objects.all()] == [other]


def test_schedule_pitches_honours_declared_hours_and_wishes():
    call = pitching_call(proposals=2, jurors=1)
    one, other = call.proposals.order_by("reference")
    start = {"by": coordinator_of(call), "start": MORNING, "end": MORNING + timedelta(minutes=45)}
    actions.declare_unavailability(call=call, organisation=one.organisation, **start)
    actions.declare_unavailability(call=call, organisation=other.organisation, rather_not=True, **start)
    juror = queries.jurors_of(call).get()
    begin = MORNING + timedelta(minutes=90)
    actions.declare_unavailability(
        call=call, by=juror, juror=juror, start=begin, end=begin + timedelta(hours=1)
    )

    actions.schedule_pitches(call=call, by=None)

    assert [(p.proposal, place_of(p)[0]) for p in queries.draft_of(call)] == [
        (other, "09:30"),
        (one, "10:00"),
    ]


def test_schedule_pitches_leaves_travel_time_after_a_pitch_in_another_region():
    call = scheduled(proposals=1)
    juror = queries.jurors_of(call).first()
    elsewhere = pitching_call(proposals=1, jurors=0, quorum=1, travel_minutes=60)
    juror.roles.create(kind=Role.Kind.JURY, region=elsewhere.region, call=elsewhere)

    actions.schedule_pitches(call=elsewhere, by=None)

    assert [place_of(pitch)[0] for pitch in queries.draft_of(elsewhere)] == ["10:30"]


def test_schedule_pitches_leaves_an_organisation_time_to_travel():
    call = scheduled(proposals=1)
    elsewhere = pitching_call(proposals=0, travel_minutes=10)
    ShortlistedFactory(call=elsewhere, organisation=call.proposals.get().organisation)

    actions.schedule_pitches(call=elsewhere, by=None)

    assert [place_of(pitch)[0] for pitch in queries.draft_of(elsewhere)] == ["10:00"]


def test_schedule_pitches_shares_a_room_with_another_call_in_the_same_building():
    call = scheduled(proposals=2)
    beside = pitching_call(proposals=0, place=call.timetable.place.upper().replace(",", " -"))
    Room.objects.filter(timetable__call=beside).update(name="ZAAL 1")
    juror_of(beside)
    ShortlistedFactory(call=beside, organisation=call.proposals.first().organisation)

    actions.schedule_pitches(call=beside, by=None)

    assert [place_of(pitch) for pitch in queries.draft_of(beside)] == [("10:00", "ZAAL 1")]


# By hand


def two_calls_of_one_organisation(*, travel: int = 40, **more):
    """A pitch at 9:00 in one call, and a coordinator of another in which the same organisation pitches."""
    call = scheduled(proposals=1, travel_minutes=travel)
    other = pitching_call(proposals=0, travel_minutes=travel, **more)
    ShortlistedFactory(call=other, organisation=call.proposals.get().organisation)
    actions.schedule_pitches(call=other, by=None)
    return call, other, queries.draft_of(other).get()


def test_move_pitch_leaves_an_organisation_time_to_travel():
    _call, other, pitch = two_calls_of_one_organisation()
    move = {"pitch": pitch, "room": pitch.room, "by": coordinator_of(other)}

    with pytest.raises(Refused, match="onderweg"):
        actions.move_pitch(start=MORNING + timedelta(minutes=64), **move)

    actions.move_pitch(start=MORNING + timedelta(minutes=65), **move)
    assert place_of(queries.draft_of(other).get()) == ("10:05", "Zaal 1")


def test_move_pitch_within_one_building_needs_no_travel():
    call, other, _pitch = two_calls_of_one_organisation()
    other.timetable.place = call.timetable.place
    actions.settle_timetable(timetable=other.timetable, by=coordinator_of(other), changed=["place"])
    pitch = queries.draft_of(other).get()
    move = {"pitch": pitch, "room": pitch.room, "by": coordinator_of(other)}

    with pytest.raises(Refused, match="andere oproep"):
        actions.move_pitch(start=MORNING + timedelta(minutes=24), **move)

    actions.move_pitch(start=MORNING + timedelta(minutes=25), **move)
    assert place_of(queries.draft_of(other).get())[0] == "09:25"


def test_settle_timetable_refuses_a_journey_that_placed_pitches_do_not_leave():
    _call, other, pitch = two_calls_of_one_organisation(travel=30)
    other.timetable.travel_minutes = 120

    with pytest.raises(Refused, match="reistijd"):
        actions.settle_timetable(timetable=other.timetable, by=coordinator_of(other), changed=["journey"])

    assert queries.draft_of(other).get().during == pitch.during


def test_schedule_pitches_with_a_fixed_clash_leaves_the_draft_alone():
    call = scheduled(proposals=2, jurors=1)
    pitch = queries.draft_of(call).first()
    Pitch.objects.filter(pk=pitch.pk).update(by_hand=True)
    conflict(queries.jurors_of(call).get(), pitch.proposal)

    schedule = actions.schedule_pitches(call=call, by=None)

    assert schedule.status == Status.INFEASIBLE
    assert [clash.kind for clash in schedule.clashes] == ["juror_conflicted"]
    assert queries.draft_of(call).count() == 2
    assert Timetable.objects.get(call=call).status == "infeasible"


def test_schedule_pitches_by_a_coordinator_of_another_region():
    call = pitching_call()

    with pytest.raises(PermissionDenied):
        actions.schedule_pitches(call=call, by=coordinator_of(CallFactory()))

    assert Pitch.objects.count() == 0


# By hand


def move(pitch, start, *, by=None, **more):
    room = more.pop("room", None) or pitch.room
    return actions.move_pitch(
        pitch=pitch, room=room, start=start, by=by or coordinator_of(pitch.call), **more
    )


def test_move_pitch_stays_where_it_was_put():
    call = scheduled(proposals=2)
    pitch = queries.draft_of(call).first()

    move(pitch, MORNING + timedelta(minutes=95))
    actions.schedule_pitches(call=call, by=None)

    pitch.refresh_from_db()
    assert (place_of(pitch), pitch.by_hand) == (("10:35", "Zaal 1"), True)
    assert pitch.seats.count() == 2
    assert "pitch.moved" in verbs()


def test_free_pitch_lets_the_scheduler_move_it():
    call = scheduled(proposals=1)
    pitch = move(queries.draft_of(call).get(), MORNING + timedelta(minutes=60))

    actions.free_pitch(pitch=pitch, by=coordinator_of(call))
    actions.schedule_pitches(call=call, by=None)

    assert place_of(queries.draft_of(call).get())[0] == "09:00"


def test_move_pitch_onto_another_says_why_not():
    call = scheduled(proposals=2)
    _first, second = queries.draft_of(call)

    with pytest.raises(Refused) as refusal:
        move(second, MORNING)

    assert len(refusal.value.reasons) == 2
    assert "Zaal 1" in refusal.value.reasons[0] + refusal.value.reasons[1]
    second.refresh_from_db()
    assert place_of(second)[0] == "09:30"


def test_move_pitch_beside_another_takes_the_jurors_who_are_free():
    call = scheduled(proposals=2, jurors=2)
    first, second = queries.draft_of(call)
    room = Room.objects.create(timetable=call.timetable, name="Zaal 2", position=2)
    first.seats.last().delete()

    move(second, MORNING, room=room)

    assert [Seat.objects.filter(pitch=pitch).count() for pitch in (first, second)] == [1, 1]


def test_move_pitch_with_chosen_jurors():
    call = scheduled(proposals=1, jurors=2)
    juror = queries.jurors_of(call).last()

    pitch = move(queries.draft_of(call).get(), MORNING, jurors=[juror])

    assert [seat.juror for seat in pitch.seats.all()] == [juror]


def test_move_pitch_with_a_conflicted_juror_is_refused():
    call = scheduled(proposals=1, jurors=2)
    pitch, juror = queries.draft_of(call).get(), queries.jurors_of(call).first()
    conflict(juror, pitch.proposal)

    with pytest.raises(Refused, match=juror.email):
        move(pitch, MORNING, jurors=list(queries.jurors_of(call)))


def test_move_pitch_without_jurors_at_hand_lacks_its_quorum():
    call = scheduled(proposals=1, jurors=1)
    juror = queries.jurors_of(call).get()
    actions.declare_unavailability(
        call=call, by=juror, juror=juror, start=MORNING, end=MORNING + timedelta(hours=1)
    )

    with pytest.raises(Refused):
        move(queries.draft_of(call).get(), MORNING)


def test_move_pitch_may_go_without_a_pause():
    call = scheduled(proposals=2)
    second = queries.draft_of(call)[1]

    move(second, MORNING + timedelta(minutes=25))

    assert place_of(queries.draft_of(call)[1])[0] == "09:25"


def test_move_pitch_by_a_juror():
    call = scheduled(proposals=1)

    with pytest.raises(PermissionDenied):
        move(queries.draft_of(call).get(), MORNING, by=queries.jurors_of(call).first())


# Hours


def test_declare_unavailability_by_a_member_for_its_organisation():
    call = pitching_call(proposals=1)
    organisation = call.proposals.get().organisation
    member = organisation.members.get()

    declared = actions.declare_unavailability(
        call=call, by=member, organisation=organisation, start=MORNING, end=MORNING + timedelta(hours=2)
    )

    assert (declared.organisation, declared.declared_by) == (organisation, member)


@pytest.mark.parametrize("who", ["stranger", "other_juror", "other_region"])
def test_declare_unavailability_for_somebody_else(who):
    call = pitching_call(jurors=2)
    one, other = queries.jurors_of(call)
    by = {
        "stranger": UserFactory(),
        "other_juror": other,
        "other_region": person_with_role(Role.Kind.JURY, CallFactory()),
    }[who]
    juror = by if who == "other_region" else one

    with pytest.raises(PermissionDenied):
        actions.declare_unavailability(
            call=call, by=by, juror=juror, start=MORNING, end=MORNING + timedelta(hours=1)
        )


def test_declare_unavailability_of_another_organisation():
    call = pitching_call(proposals=1)

    with pytest.raises(PermissionDenied):
        actions.declare_unavailability(
            call=call,
            by=MembershipFactory().user,
            organisation=call.proposals.get().organisation,
            start=MORNING,
            end=MORNING + timedelta(hours=1),
        )


def test_declare_unavailability_that_ends_before_it_starts():
    call = pitching_call()
    juror = queries.jurors_of(call).first()

    with pytest.raises(Refused):
        actions.declare_unavailability(call=call, by=juror, juror=juror, start=MORNING, end=MORNING)


def test_withdraw_unavailability():
    call = pitching_call()
    juror = queries.jurors_of(call).first()
    declared = actions.declare_unavailability(
        call=call, by=juror, juror=juror, start=MORNING, end=MORNING + timedelta(hours=1)
    )

    with pytest.raises(PermissionDenied):
        actions.withdraw_unavailability(unavailability=declared, by=UserFactory())
    actions.withdraw_unavailability(unavailability=declared, by=juror)

    assert queries.unavailabilities_of(call, juror=juror).count() == 0
    assert verbs() == ["unavailability.declared", "unavailability.withdrawn"]


# Score sheets


@pytest.fixture
def announced():
    """A released pitch, and a juror who declared to have no conflict."""
    call = scheduled(proposals=1)
    juror = queries.jurors_of(call).first()
    declare_nothing(juror, call)
    actions.release_schedule(call=call, by=coordinator_of(call))
    return queries.announced_to_juror(call, juror).get(), juror


def test_save_sheet_keeps_notes_and_scores(announced):
    pitch, juror = announced
    aim = criterion(pitch.call)

    actions.save_sheet(pitch=pitch, juror=juror, notes="Sterk team.", scores={aim.pk: 4}, revision=0)
    sheet = actions.save_sheet(pitch=pitch, juror=juror, notes="Sterk team!", scores={aim.pk: 5}, revision=1)

    assert (sheet.notes, sheet.revision) == ("Sterk team!", 2)
    assert [(s.criterion, s.value) for s in sheet.scores.all()] == [(aim, 5)]


def test_save_sheet_never_overwrites_a_newer_one(announced):
    pitch, juror = announced
    actions.save_sheet(pitch=pitch, juror=juror, notes="Nieuw.", scores={}, revision=0)

    with pytest.raises(ChangedMeanwhile):
        actions.save_sheet(pitch=pitch, juror=juror, notes="Oud.", scores={}, revision=0)

    assert pitch.sheets.get().notes == "Nieuw."


def test_save_sheet_by_a_recused_juror(announced):
    pitch, juror = announced
    conflict(juror, pitch.proposal)

    with pytest.raises(PermissionDenied):
        actions.save_sheet(pitch=pitch, juror=juror, notes="", scores={}, revision=0)


def test_save_sheet_by_a_juror_who_declared_nothing_yet(announced):
    pitch, juror = announced
    other = queries.jurors_of(pitch.call).exclude(pk=juror.pk).get()

    with pytest.raises(PermissionDenied):
        actions.save_sheet(pitch=pitch, juror=other, notes="", scores={}, revision=0)


def test_save_sheet_after_the_decision(announced):
    pitch, juror = announced
    pitch.proposal.status = Proposal.Status.SELECTED
    pitch.proposal.save()

    with pytest.raises(PermissionDenied):
        actions.save_sheet(pitch=pitch, juror=juror, notes="", scores={}, revision=0)
