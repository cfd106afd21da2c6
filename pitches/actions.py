"""How pitches change: scheduling, moving by hand, releasing, declaring hours, keeping score sheets."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from challenges.models import Call, Milestone
from journal import clock
from journal.actions import record
from notifications.actions import notify
from pitches import calendar, engine, planning, queries, rules, wording
from pitches.errors import ChangedMeanwhile, Refused
from pitches.models import (
    JurorDay,
    Pitch,
    PitchDay,
    Room,
    ScoreSheet,
    SheetScore,
    Timetable,
    Unavailability,
)
from pitches.release import CANCELLED, JurorNews, News, PitchNews, news_of

LONGEST_FOR_RELIEF = 10.0
USUAL_HOURS = ((time(9), time(12, 30)), (time(13, 30), time(17)))


@transaction.atomic
def prepare_timetable(*, call: Call, by: User | None) -> Timetable:
    """The timetable of `call`, made when it is missing: days of the milestone, usual hours, one room.

    Hours and room are assumptions that a coordinator changes. Running it again changes nothing.
    """
    rules.require_scheduler(by, call=call)
    timetable, created = Timetable.objects.get_or_create(call=call)
    if created:
        days = _usual_days(timetable)
        PitchDay.objects.bulk_create(days)
        Room.objects.create(timetable=timetable, name=_("Room 1"))
        record("timetable.prepared", about=timetable, by=by, call=call, days=[str(day) for day in days])
    return timetable


@transaction.atomic
def settle_timetable(*, timetable: Timetable, by: User, changed: Collection[str]) -> None:
    """Note that a coordinator changed lengths, days or rooms; `changed` says what in words.

    Raises Refused when placed pitches can't be held like that beside those of other calls.
    """
    rules.require_scheduler(by, call=timetable.call)
    book(timetable.save)
    record("timetable.changed", about=timetable, by=by, call=timetable.call, changed=list(changed))


@transaction.atomic
def schedule_pitches(*, call: Call, by: User | None, seed: int = 0, seconds: float = 30.0) -> engine.Schedule:
    """Search the best timetable for every shortlisted proposal and make it the draft.

    Pitches placed by hand stay, and so do those that were heard or are under way; hours that have
    gone by are not offered. Nobody is told before a release. When the pitches placed by hand
    break a rule among themselves the answer is `infeasible` and the draft stays as it was. When not
    every pitch has a place, the timetable keeps the fewest conditions to give up (`relief`).
    Raises NotAllowed for anybody but a coordinator, Refused when somebody was booked elsewhere
    while the search ran.
    """
    timetable = _locked(prepare_timetable(call=call, by=by))
    problem = planning.problem_of(timetable, at=clock.now())
    schedule = engine.schedule(problem, seed=seed, seconds=seconds)
    if schedule.status != engine.Status.INFEASIBLE:
        book(lambda: planning.write_back(timetable, schedule, at=clock.now()))
    timetable.solved_at, timetable.status, timetable.gap = clock.now(), schedule.status, schedule.gap
    timetable.unplaced = [{"reference": u.proposal, "reason": u.reason} for u in schedule.unplaced]
    timetable.relief = planning.relief_document(problem, schedule, seconds=min(seconds, LONGEST_FOR_RELIEF))
    timetable.save()
    record(
        "pitches.scheduled",
        about=timetable,
        by=by,
        call=call,
        status=schedule.status,
        gap=schedule.gap,
        seed=seed,
        places=[f"{p.proposal} {p.start.isoformat()} {p.room}" for p in schedule.pitches],
        unplaced=[u.proposal for u in schedule.unplaced],
    )
    return schedule


@transaction.atomic
def move_pitch(
    *, pitch: Pitch, room: Room, start: datetime, by: User, jurors: Collection[User] | None = None
) -> Pitch:
    """Place `pitch` by hand; the scheduler leaves it there from then on.

    `start` is aware. Without `jurors` every juror sits who is free then and has no conflict.
    Raises NotAllowed, or Refused with a sentence for every rule that the move would break, and for a
    pitch that was heard.
    """
    rules.require_scheduler(by, call=pitch.call)
    timetable = _locked(pitch.call.timetable)
    pitch = queries.pitches_with_people(pitch.call).get(pk=pitch.pk)
    rules.require_unheard(pitch)
    problem = planning.problem_of(timetable)
    wanted = planning.wanted(problem, pitch, room=room, start=start, jurors=jurors)
    if broken := planning.clashes_of_move(problem, pitch, wanted):
        raise Refused(*(wording.clash_in_words(clash) for clash in broken))
    pitch.by_hand = True
    book(lambda: planning.place(pitch, room=room, start=wanted.start, end=wanted.end, jurors=wanted.jurors))
    record(
        "pitch.moved",
        about=pitch,
        by=by,
        call=pitch.call,
        start=wanted.start.isoformat(),
        room=room.name,
        seats=len(wanted.jurors),
    )
    return pitch


@transaction.atomic
def free_pitch(*, pitch: Pitch, by: User) -> None:
    """Let the scheduler move a pitch again that was placed by hand."""
    rules.require_scheduler(by, call=pitch.call)
    _locked(pitch.call.timetable)
    Pitch.objects.filter(pk=pitch.pk).update(by_hand=False)
    record("pitch.freed", about=pitch, by=by, call=pitch.call)


@transaction.atomic
def take_out_pitch(*, pitch: Pitch, by: User) -> None:
    """Take a pitch out of the draft; the next search gives it a place again.

    Raises NotAllowed, or Refused for a pitch that was heard.
    """
    rules.require_scheduler(by, call=pitch.call)
    _locked(pitch.call.timetable)
    pitch = queries.pitches_with_people(pitch.call).get(pk=pitch.pk)
    rules.require_unheard(pitch)
    planning.take_out(pitch)
    record("pitch.taken_out", about=pitch, by=by, call=pitch.call)


@transaction.atomic
def release_schedule(*, call: Call, by: User) -> News:
    """Make the draft what everybody is told, and invite whoever gets something new, changed or less.

    One calendar invitation per organisation and per day of a juror, with a UID that never changes
    and a rising SEQUENCE (RFC 5546). Returns what was told. Raises NotAllowed, or Refused when the
    draft breaks a rule or nothing has changed.
    """
    rules.require_scheduler(by, call=call)
    timetable = _locked(call.timetable)
    _require_releasable(timetable)
    news = news_of(call)
    if not news:
        raise Refused(_("Nothing has changed since the last release: nobody would get a mail."))
    for item in news.pitches:
        _tell_organisation(item)
    for item in news.jurors:
        _tell_juror(item)
    for pitch in queries.pitches_with_people(call):
        pitch.told_jurors.set([seat.juror_id for seat in pitch.seats.all()])
    timetable.releases += 1
    timetable.released_at, timetable.released_by = clock.now(), by
    timetable.save(update_fields=["releases", "released_at", "released_by"])
    record(
        "pitches.released",
        about=timetable,
        by=by,
        call=call,
        release=timetable.releases,
        pitches=[f"{item.pitch.proposal.reference} {item.kind}" for item in news.pitches],
        jurors=len(news.jurors),
    )
    return news


def _require_releasable(timetable: Timetable) -> None:
    if broken := planning.clashes_of_draft(timetable):
        raise Refused(*(wording.clash_in_words(clash) for clash in broken))


def _tell_organisation(item: PitchNews) -> None:
    pitch = item.pitch
    pitch.invitations += 1
    if item.kind != CANCELLED:
        pitch.told_room, pitch.told_during = pitch.room.name, pitch.during
        pitch.told_place = pitch.call.timetable.place
    told = {"pitch": pitch, "news": item.kind, "before": item.before, "place": calendar.place_of(pitch)}
    for reader in item.to:
        _invite("pitch_invitation", reader, about=pitch, cancelled=item.kind == CANCELLED, context=told)
    if item.kind == CANCELLED:
        pitch.told_room, pitch.told_during, pitch.told_place = "", None, ""
    pitch.save(update_fields=["told_room", "told_during", "told_place", "invitations"])


def _tell_juror(item: JurorNews) -> None:
    day = item.day
    day.invitations += 1
    if item.kind != CANCELLED:
        day.told_during, day.agenda = item.during, item.agenda
        day.told_place = day.call.timetable.place
    day.save()
    told = {"day": day, "news": item.kind, "place": day.told_place}
    _invite("jury_invitation", day.juror, about=day, cancelled=item.kind == CANCELLED, context=told)
    if item.kind == CANCELLED:
        day.told_during, day.told_place, day.agenda = None, "", []
        day.save()


def _invite(kind: str, reader, *, about: Pitch | JurorDay, cancelled: bool, context: dict) -> None:
    notify(
        kind,
        to=[reader],
        about=about,
        occurrence=str(about.sequence),
        call=about.call,
        organisation=getattr(about, "organisation", None),
        context={**context, "call": about.call, "link": calendar.link_to(about)},
        attachments=[calendar.invitation(about, reader=reader, cancelled=cancelled)],
    )


@transaction.atomic
def declare_unavailability(
    *,
    call: Call,
    by: User,
    start: datetime,
    end: datetime,
    juror: User | None = None,
    organisation=None,
    rather_not: bool = False,
    reason: str = "",
) -> Unavailability:
    """Record when a juror or an organisation (one of both) cannot be at a pitch; the draft stays.

    Raises NotAllowed for anybody but themselves or a coordinator, Refused for hours that end
    before they start.
    """
    rules.require_declarer(by, call=call, juror=juror, organisation=organisation)
    if not start < end:
        raise Refused(_("The end lies before the start. Give an end that lies later."))
    declared = Unavailability.objects.create(
        call=call,
        juror=juror,
        organisation=organisation,
        during=DateTimeTZRange(start, end),
        rather_not=rather_not,
        reason=reason,
        declared_at=clock.now(),
        declared_by=by,
    )
    hours = [start.isoformat(), end.isoformat()]
    record("unavailability.declared", about=declared, by=by, call=call, hours=hours)
    return declared


@transaction.atomic
def withdraw_unavailability(*, unavailability: Unavailability, by: User) -> None:
    """Take declared hours back. Raises NotAllowed for anybody but themselves or a coordinator."""
    call = unavailability.call
    rules.require_declarer(
        by, call=call, juror=unavailability.juror, organisation=unavailability.organisation
    )
    record("unavailability.withdrawn", about=unavailability, by=by, call=call)
    unavailability.delete()


@transaction.atomic
def save_sheet(
    *,
    pitch: Pitch,
    juror: User,
    notes: str,
    scores: Mapping[int, int],
    revision: int,
    editor: str = "",
) -> ScoreSheet:
    """Keep a juror's notes and scores (criterion id -> 0 to 5) of one pitch.

    `revision` is the one the juror last saw, `editor` names the open page: an older revision raises
    ChangedMeanwhile and changes nothing, unless the same page saved last (its answer got lost on
    the way). Raises NotAllowed for a juror who is recused or of another call, or after the decision,
    and Refused for other scores once the jury deliberates.
    """
    rules.require_sheet(juror, pitch=pitch)
    sheet, _created = ScoreSheet.objects.get_or_create(
        pitch=pitch, juror=juror, defaults={"saved_at": clock.now()}
    )
    sheet = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.revision != revision and not (editor and editor == sheet.editor):
        raise ChangedMeanwhile(
            _("This sheet was saved in another window. Copy your text, and open the sheet again.")
        )
    _write_scores(sheet, scores, first=sheet.revision == 0)
    sheet.notes, sheet.editor = notes, editor
    sheet.revision, sheet.saved_at = sheet.revision + 1, clock.now()
    sheet.save()
    return sheet


def _write_scores(sheet: ScoreSheet, scores: Mapping[int, int], *, first: bool) -> None:
    """The journal notes every change of a score; notes are saved while they are typed, and are not."""
    changed = scores != dict(sheet.scores.values_list("criterion", "value"))
    if changed and not rules.scores_are_open(sheet.pitch):
        raise Refused(
            _("The jury is deliberating: scores can no longer change. Put them back to keep your notes.")
        )
    if changed:
        sheet.scores.all().delete()
        SheetScore.objects.bulk_create(
            SheetScore(sheet=sheet, criterion_id=criterion, value=value)
            for criterion, value in scores.items()
        )
    if changed or first:
        record("score_sheet.saved", about=sheet, by=sheet.juror, call=sheet.pitch.call, scores=len(scores))


def _locked(timetable: Timetable) -> Timetable:
    """One change of a call's draft at a time."""
    return Timetable.objects.select_for_update(of=("self",)).select_related("call").get(pk=timetable.pk)


def book(write) -> None:
    """Run `write`; what the database refuses was booked in another call since the problem was read."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        raise Refused(
            _(
                "A room, a jury member or an organisation is planned in another call at that hour, or needs"
                " the time to travel. Look at the timetable again."
            )
        ) from error


def _usual_days(timetable: Timetable) -> list[PitchDay]:
    call = timetable.call
    milestone = call.milestones.filter(kind=Milestone.Kind.PITCHES).first()
    if milestone is None or milestone.starts is None or milestone.until is None:
        return []
    return [
        PitchDay(timetable=timetable, date=day, opens=opens, closes=closes, reserve=reserve)
        for day, reserve in _dates(milestone, call.zone)
        for opens, closes in USUAL_HOURS
    ]


def _dates(milestone: Milestone, zone) -> list[tuple[date, bool]]:
    first, last = (timezone.localtime(m, zone).date() for m in (milestone.starts, milestone.until))
    days = [first + timedelta(days=n) for n in range(max(1, (last - first).days))]
    return [(day, False) for day in days] + [(day, True) for day in milestone.reserve if day not in days]
