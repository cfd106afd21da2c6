"""Between the database and the engine: the problem as it stands, and the schedule written back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import User
from journal import clock
from pitches import queries
from pitches.engine import (
    Clash,
    Concession,
    Day,
    Interval,
    Juror,
    Lengths,
    PlacedPitch,
    Problem,
    Proposal,
    Schedule,
    find_clashes,
    smallest_relief,
)
from pitches.models import Pitch, Seat, Timetable


def problem_of(timetable: Timetable, *, at: datetime | None = None) -> Problem:
    """What the scheduler must solve for one call: proposals by reference, jurors by e-mail address.

    A pitch placed by hand is fixed; what was announced is kept where that costs nothing. A pitch in
    another call is widened by the travel time, and a room that another call uses then is taken.
    A search at the moment `at` leaves what was heard or is under way, and offers no hour before it.
    """
    call = timetable.call
    pitches = {pitch.proposal_id: pitch for pitch in queries.pitches_with_people(call)}
    shortlisted = list(queries.shortlisted_proposals(call))
    gone = _hours_gone_by(timetable, at) if at else None
    fixed = [
        pitches[p.pk]
        for p in shortlisted
        if p.pk in pitches and (pitches[p.pk].by_hand or (at and _stands(pitches[p.pk], gone)))
    ]
    return Problem(
        days=tuple(_day(day, call) for day in timetable.days.all()),
        rooms=tuple(room.name for room in timetable.rooms.all()),
        proposals=tuple(_proposals(timetable, shortlisted, pitches, gone=gone, fixed=fixed)),
        jurors=tuple(_jurors(timetable)),
        quorum=timetable.quorum,
        lengths=Lengths(timetable.pitch_minutes, timetable.question_minutes, timetable.pause_minutes),
        fixed=tuple(placed(pitch) for pitch in fixed),
        taken=_taken(call),
    )


def _hours_gone_by(timetable: Timetable, at: datetime) -> Interval | None:
    """The hours of the pitch days before `at`; None before the first of them and after the last."""
    moments = [moment for day in timetable.days.all() for moment in day.moments(timetable.call.zone)]
    if not moments or not min(moments) < at < max(moments):
        return None
    return Interval(min(moments), at)


def _stands(pitch: Pitch, gone: Interval | None) -> bool:
    """Heard already; or announced for hours of these days that have begun, and not taken out."""
    if pitch.during is None:
        return False
    begun = gone is not None and pitch.is_announced and pitch.told_during.lower <= gone.end
    return pitch.is_heard or (begun and pitch.told_during == pitch.during)


def placed(pitch: Pitch) -> PlacedPitch:
    """A pitch of the draft as the engine knows it; needs its room, proposal and seats at hand."""
    return PlacedPitch(
        proposal=pitch.proposal.reference,
        start=pitch.during.lower,
        end=pitch.during.upper,
        room=pitch.room.name,
        jurors=tuple(sorted(seat.juror.email for seat in pitch.seats.all())),
    )


def announced(pitch: Pitch) -> PlacedPitch | None:
    """The place that was last told, or None."""
    if not pitch.is_announced:
        return None
    return PlacedPitch(
        proposal=pitch.proposal.reference,
        start=pitch.told_during.lower,
        end=pitch.told_during.upper,
        room=pitch.told_room,
        jurors=tuple(sorted(juror.email for juror in pitch.told_jurors.all())),
    )


def wanted(problem: Problem, pitch: Pitch, *, room, start, jurors=None) -> PlacedPitch:
    """`pitch` at another place; without `jurors` everyone sits who can."""
    end = start + problem.lengths.heard
    during = Interval(start, end)
    if jurors is None:
        panel = [juror.key for juror in problem.jurors if _can_sit(juror, pitch, during)]
    else:
        panel = [juror.email for juror in jurors]
    return PlacedPitch(pitch.proposal.reference, start, end, room.name, tuple(sorted(panel)))


def clashes_of_move(problem: Problem, pitch: Pitch, moved: PlacedPitch) -> list[Clash]:
    """The rules that the draft would break with `pitch` at its new place."""
    others = queries.draft_of(pitch.call).exclude(pk=pitch.pk)
    draft = [*(placed(other) for other in others), moved]
    return [clash for clash in _broken(problem, draft) if moved.proposal in clash.proposals]


def warnings_of_move(problem: Problem, pitch: Pitch, moved: PlacedPitch) -> list[str]:
    """What a move may do but better would not: `no_pause`, `rather_not`, `told` (a changed invitation)."""
    others = queries.draft_of(pitch.call).exclude(pk=pitch.pk)
    draft = [*(placed(other) for other in others), moved]
    proposal = next(one for one in problem.proposals if one.key == moved.proposal)
    found = {
        "no_pause": any(
            clash.kind == "no_pause" and moved.proposal in clash.proposals
            for clash in find_clashes(problem, draft)
        ),
        "rather_not": any(wish.overlaps(moved.during) for wish in proposal.rather_not),
        "told": pitch.is_announced
        and (pitch.told_during.lower, pitch.told_room) != (moved.start, moved.room),
    }
    return [name for name, holds in found.items() if holds]


def relief_document(problem: Problem, schedule: Schedule, *, seconds: float) -> dict | None:
    """What to give up so that every pitch finds a place, as JSON; None when all have one."""
    if not schedule.unplaced:
        return None
    relief = smallest_relief(problem, seconds=seconds)
    if relief is None:
        return {"proven": True, "concessions": None}
    return {"proven": relief.proven, "concessions": [_as_json(one) for one in relief.concessions]}


def _as_json(one: Concession) -> dict:
    hours = [one.during.start.isoformat(), one.during.end.isoformat()] if one.during else None
    return {"kind": one.kind, "who": one.who, "during": hours, "number": one.number}


def clashes_of_draft(timetable: Timetable) -> list[Clash]:
    """The rules that the draft breaks as it stands, by what was declared or withdrawn since.

    That somebody is no longer invited is no fault once their pitch is over: they were decided on.
    """
    pitches = list(queries.draft_of(timetable.call))
    heard = {pitch.proposal.reference for pitch in pitches if pitch.during.upper <= clock.now()}
    broken = _broken(problem_of(timetable), [placed(pitch) for pitch in pitches])
    return [
        clash for clash in broken if clash.kind != "unknown_proposal" or not heard.issuperset(clash.proposals)
    ]


def _broken(problem: Problem, draft: list[PlacedPitch]) -> list[Clash]:
    """A missing pause is the coordinator's own choice."""
    return [clash for clash in find_clashes(problem, draft) if clash.kind != "no_pause"]


def write_back(timetable: Timetable, schedule: Schedule, *, at: datetime) -> None:
    """Make the draft of the call equal to `schedule`; fixed pitches are already where they belong."""
    call = timetable.call
    gone = _hours_gone_by(timetable, at)
    stands = {pitch.pk for pitch in queries.pitches_with_people(call) if _stands(pitch, gone)}
    proposals = {proposal.reference: proposal for proposal in queries.shortlisted_proposals(call)}
    rooms = {room.name: room for room in timetable.rooms.all()}
    _clear(call, stands)
    pitches = _pitches_for(call, proposals.values())
    for found in schedule.pitches:
        pitch = pitches[found.proposal]
        if not pitch.by_hand and pitch.pk not in stands:
            place(pitch, room=rooms[found.room], start=found.start, end=found.end, jurors=found.jurors)


def place(pitch: Pitch, *, room, start, end, jurors: Iterable[str]) -> None:
    """Give `pitch` this room, time and these jurors (e-mail addresses), whatever it had before."""
    pitch.seats.all().delete()
    pitch.room, pitch.during = room, DateTimeTZRange(start, end)
    pitch.save(update_fields=["room", "during", "by_hand"])
    people = User.objects.filter(email__in=jurors)
    Seat.objects.bulk_create(Seat(pitch=pitch, juror=juror, during=pitch.during) for juror in people)


def take_out(pitch: Pitch) -> None:
    """Leave `pitch` without room, time and jurors."""
    pitch.seats.all().delete()
    pitch.room, pitch.during, pitch.by_hand = None, None, False
    pitch.save(update_fields=["room", "during", "by_hand"])


def _can_sit(juror: Juror, pitch: Pitch, during: Interval) -> bool:
    if pitch.proposal.reference in juror.conflicts or juror.is_away(during):
        return False
    elsewhere = queries.draft_of(pitch.call).exclude(pk=pitch.pk)
    hours = DateTimeTZRange(during.start, during.end)
    return not elsewhere.filter(seats__juror__email=juror.key, during__overlap=hours).exists()


def _clear(call, stands: set[int]) -> None:
    """Empty the draft, but for what stands, and for what was placed by hand and is still shortlisted."""
    stays = call.pitches.filter(by_hand=True, proposal__in=queries.shortlisted_proposals(call))
    goes = call.pitches.exclude(pk__in=stays.values("pk")).exclude(pk__in=stands)
    Seat.objects.filter(pitch__in=goes).delete()
    goes.update(room=None, during=None, by_hand=False)


def _pitches_for(call, proposals) -> dict[str, Pitch]:
    Pitch.objects.bulk_create(
        [Pitch(call=call, proposal=p, organisation_id=p.organisation_id) for p in proposals],
        ignore_conflicts=True,
    )
    return {pitch.proposal.reference: pitch for pitch in call.pitches.select_related("proposal")}


def _day(day, call) -> Day:
    opens, closes = day.moments(call.zone)
    return Day(opens, closes, day.reserve)


def _proposals(timetable, shortlisted, pitches, *, gone, fixed) -> Iterable[Proposal]:
    stays = {pitch.proposal_id for pitch in fixed}
    busy, rather_not = _declared(timetable.call, "organisation_id")
    elsewhere = defaultdict(list)
    for organisation, *there in queries.pitches_elsewhere(timetable.call):
        elsewhere[organisation].append(_widened(timetable, *there))
    for proposal in shortlisted:
        pitch = pitches.get(proposal.pk)
        yield Proposal(
            key=proposal.reference,
            organisation=str(proposal.organisation_id),
            busy=(
                *busy[proposal.organisation_id],
                *([gone] if gone and proposal.pk not in stays else []),
            ),
            rather_not=tuple(rather_not[proposal.organisation_id]),
            announced=announced(pitch) if pitch else None,
            elsewhere=tuple(elsewhere[proposal.organisation_id]),
        )


def _jurors(timetable) -> Iterable[Juror]:
    busy, _ = _declared(timetable.call, "juror_id")
    elsewhere = defaultdict(list)
    for juror, *there in queries.seats_elsewhere(timetable.call):
        elsewhere[juror].append(_widened(timetable, *there))
    for juror in queries.jurors_with_conflicts(timetable.call):
        yield Juror(
            key=juror.email,
            busy=tuple(busy[juror.pk]),
            conflicts=frozenset(juror.conflicted),
            elsewhere=tuple(elsewhere[juror.pk]),
        )


def _declared(call, whose: str) -> tuple[dict, dict]:
    """Declared hours by person or organisation: impossible ones, and wishes."""
    busy, rather_not = defaultdict(list), defaultdict(list)
    for one in call.unavailabilities.filter(**{f"{whose}__isnull": False}):
        hours = rather_not if one.rather_not else busy
        hours[getattr(one, whose)].append(Interval(one.during.lower, one.during.upper))
    return busy, rather_not


def _widened(timetable: Timetable, during, site: str, travel_minutes: int) -> Interval:
    """Hours elsewhere with the journey: the mean of what both calls say, none within one building.

    The database holds the same rule (`an_organisation_has_time_to_travel`): half the journey is on each side.
    """
    travel = timedelta(minutes=(timetable.travel_minutes + travel_minutes) / 2)
    if site == timetable.site:
        travel = timedelta()
    return Interval(during.lower - travel, during.upper + travel)


def _taken(call) -> dict[str, tuple[Interval, ...]]:
    taken = defaultdict(list)
    for room, during in queries.rooms_elsewhere(call):
        taken[room].append(Interval(during.lower, during.upper))
    return {room: tuple(hours) for room, hours in taken.items()}
