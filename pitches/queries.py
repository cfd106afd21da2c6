"""Reading pitch days: the draft for staff, what was announced for everybody else."""

from collections import defaultdict
from statistics import fmean

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, FloatField, OuterRef, Prefetch, Q, Subquery, Sum

from accounts.models import Organisation, Role, User
from accounts.queries import calls_of_coordinator, people_with_role
from journal import clock
from pitches.models import (
    Ballot,
    Deliberation,
    JurorDay,
    Pitch,
    PitchDay,
    Room,
    ScoreSheet,
    Seat,
    SheetScore,
    Timetable,
    Unavailability,
    Voter,
)
from reviews.conflicts import conflict_between
from reviews.models import HIGHEST
from reviews.queries import organisations_to_declare, proposals_for
from reviews.rules import FOR_THE_JURY, conflict_with_proposal
from submissions.models import Proposal


def shortlisted_proposals(call):
    """The proposals of `call` that are invited to pitch."""
    return Proposal.objects.filter(call=call, status=Proposal.Status.SHORTLISTED).select_related(
        "organisation"
    )


def unannounced(call):
    """The proposals that are invited to pitch, and were not told where and when as the draft has it now."""
    told = Pitch.objects.filter(
        proposal=OuterRef("pk"), during__isnull=False, told_during=F("during"), told_room=F("room__name")
    )
    return shortlisted_proposals(call).exclude(Exists(told))


def jurors_of(call):
    """The jury of `call`, by e-mail address."""
    return people_with_role(call=call, kinds=[Role.Kind.JURY]).order_by("email")


def pitches_with_people(call):
    """Every pitch of `call` with proposal, room, seats, what was announced and `is_heard`: 3 queries."""
    return (
        Pitch.objects.filter(call=call)
        .annotate(is_heard=heard_by(clock.now()))
        .select_related("proposal__organisation", "organisation", "room", "call__timetable")
        .prefetch_related(
            Prefetch("seats", Seat.objects.select_related("juror").order_by("juror__email")), "told_jurors"
        )
    )


def heard_by(at):
    """Whether the jury heard a pitch by the moment `at`: it scored since the pitch began, or deliberated."""
    scored = SheetScore.objects.filter(sheet__pitch=OuterRef("pk"))
    return Exists(Deliberation.objects.filter(pitch=OuterRef("pk"))) | (
        Q(told_during__startswith__lte=at) & Exists(scored)
    )


def draft_of(call):
    """The placed pitches of the draft, in order of time and room."""
    return pitches_with_people(call).filter(during__isnull=False).order_by("during", "room__position", "pk")


def pitches_elsewhere(call):
    """(organisation id, hours, building, minutes of travel) of the other pitches of who pitches in `call`."""
    return (
        Pitch.objects.exclude(call=call)
        .filter(organisation__in=shortlisted_proposals(call).values("organisation"), during__isnull=False)
        .values_list("organisation_id", "during", "site", "room__timetable__travel_minutes")
    )


def seats_elsewhere(call):
    """(juror id, hours, building, minutes of travel) of seats in other calls, of the jury of `call`."""
    return (
        Seat.objects.exclude(pitch__call=call)
        .filter(juror__in=jurors_of(call).values("pk"))
        .values_list("juror_id", "during", "pitch__site", "pitch__room__timetable__travel_minutes")
    )


def rooms_elsewhere(call):
    """(name of a room of `call`, hours) in which another call uses that same room of the same building."""
    same = Room.objects.exclude(timetable__site="").filter(
        timetable__call=call, timetable__site=OuterRef("site"), key=OuterRef("room__key")
    )
    return (
        Pitch.objects.exclude(call=call)
        .filter(during__isnull=False)
        .annotate(here=Subquery(same.values("name")))
        .filter(here__isnull=False)
        .values_list("here", "during")
    )


def neighbours_of(timetable):
    """The other timetables in the same building, with their rooms."""
    return (
        Timetable.objects.exclude(pk=timetable.pk)
        .exclude(site="")
        .filter(site__in=Timetable.objects.filter(pk=timetable.pk).values("site"))
        .select_related("call")
        .prefetch_related("rooms")
    )


def known_places() -> list[str]:
    """Every address at which pitches of some call are held, once."""
    places = Timetable.objects.exclude(place="").order_by("site", "pk").distinct("site")
    return list(places.values_list("place", flat=True))


def jurors_with_conflicts(call):
    """The jury of `call`, each with `conflicted`: references of shortlisted proposals to stay away from."""
    conflict = conflict_between(
        user=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"), call=OuterRef("call")
    )
    references = shortlisted_proposals(call).filter(conflict).order_by("reference").values("reference")
    return jurors_of(call).annotate(conflicted=ArraySubquery(references))


def timetables_for(user):
    """The timetables that `user` arranges as coordinator, with `placed` and `waiting` pitches.

    Who has a conflict of interest with somebody who pitches leaves the planning to another coordinator.
    """
    placed = Q(call__pitches__during__isnull=False)
    pitching = Proposal.objects.filter(call=OuterRef("call"), status__in=FOR_THE_JURY)
    return (
        Timetable.objects.filter(call__in=calls_of_coordinator(user))
        .exclude(Exists(pitching.filter(conflict_with_proposal(user))))
        .select_related("call__region", "released_by")
        .annotate(
            placed=Count("call__pitches", placed, distinct=True),
            waiting=Count("call__proposals", Q(call__proposals__status="shortlisted"), distinct=True)
            - F("placed"),
        )
    )


def pitches_arranged_by(user):
    """The pitches that `user` may move."""
    own = Pitch.objects.filter(call__timetable__in=timetables_for(user).values("pk"))
    return own.select_related("proposal", "organisation", "room", "call__timetable")


def unconflicted_jurors(pitch):
    """The jury of the call, without those who may not hear this pitch."""
    conflict = conflict_between(user=OuterRef("pk"), organisation=pitch.organisation_id, call=pitch.call_id)
    return jurors_of(pitch.call).exclude(conflict)


def announced_to_juror(call, juror):
    """The announced pitches that `juror` may know of, in order of time.

    What they are recused from, or have not declared about, is left out. Annotated with `is_mine`
    (they sit there) and `has_sheet`; the deliberation comes along.
    """
    seats = Pitch.told_jurors.through.objects.filter(pitch=OuterRef("pk"), user=juror)
    sheets = ScoreSheet.objects.filter(pitch=OuterRef("pk"), juror=juror)
    return (
        Pitch.objects.filter(told_during__isnull=False, proposal__in=proposals_for(juror, call).values("pk"))
        .annotate(is_mine=Exists(seats), has_sheet=Exists(sheets))
        .select_related(
            "proposal",
            "organisation",
            "call__timetable__chair",
            "call__timetable__deputy",
            "deliberation",
        )
        .order_by("told_during", "told_room")
    )


def organisations_before_the_jury(call, juror):
    """The organisations that pitch in `call`, with what `juror` declared about each of them."""
    pitching = Proposal.objects.filter(call=call, status__in=FOR_THE_JURY)
    return organisations_to_declare(user=juror, call=call).filter(pk__in=pitching.values("organisation"))


def undeclared_by(call, juror):
    """The pitching organisations about which `juror` said nothing yet."""
    return organisations_before_the_jury(call, juror).filter(declared__isnull=True)


def pitching_proposals_of(user):
    """The proposals of this person's organisations that are, or were, invited to pitch."""
    return Proposal.objects.filter(
        organisation__memberships__user=user, status__in=FOR_THE_JURY
    ).select_related("call__region", "call__timetable", "organisation")


def proposal_of(organisation, call) -> Proposal:
    return Proposal.objects.get(organisation=organisation, call=call)


def sheet_of(pitch, juror) -> ScoreSheet | None:
    """The score sheet of one juror at one pitch, with its scores."""
    return ScoreSheet.objects.filter(pitch=pitch, juror=juror).prefetch_related("scores").first()


def announced_pitch_of(proposal) -> Pitch | None:
    """The announced place of one proposal, or None while there is none."""
    return (
        Pitch.objects.filter(proposal=proposal, told_during__isnull=False)
        .select_related("proposal", "organisation", "call__timetable")
        .first()
    )


def days_of_juror(call, juror):
    """What `juror` was told of each of their pitch days."""
    days = JurorDay.objects.filter(call=call, juror=juror, told_during__isnull=False)
    return days.select_related("call__timetable")


def all_juror_days(call):
    """Every day that a juror of `call` was ever told about, cancelled ones too."""
    return JurorDay.objects.filter(call=call).select_related("juror", "call__timetable")


def pitch_dates(call) -> list:
    """The dates on which pitches of `call` may be heard, each once."""
    days = PitchDay.objects.filter(timetable__call=call).order_by("date")
    return list(days.values_list("date", flat=True).distinct())


def unavailabilities_of(call, *, juror=None, organisation=None):
    """The declared hours of one juror or one organisation, in order of time."""
    return Unavailability.objects.filter(call=call, juror=juror, organisation=organisation)


def parties_of(user, *, kind: str):
    """The jurors, or the organisations, of the calls that `user` arranges."""
    calls = calls_of_coordinator(user)
    if kind == "juror":
        jury = Role.objects.filter(kind=Role.Kind.JURY, call__in=calls)
        return User.objects.filter(pk__in=jury.values("user")).order_by("email")
    return Organisation.objects.filter(proposals__call__in=calls).distinct().order_by("name")


def unavailabilities_for(user):
    """The declared hours that `user` may take back: their own, and those of their organisations."""
    own = Q(juror=user) | Q(organisation__memberships__user=user)
    return Unavailability.objects.filter(own).select_related("call", "organisation", "juror").distinct()


def addressees_of(proposal) -> list:
    """Who hears about a pitch: the organisation's members, or the address it filed with."""
    members = list(proposal.organisation.members.filter(is_active=True).order_by("email"))
    return members or [proposal.contact_email or proposal.organisation.email]


def pitches_that_start(*, after, until):
    """Announced pitches of every call that start after one moment and not after the other."""
    return (
        Pitch.objects.filter(told_during__startswith__gt=after, told_during__startswith__lte=until)
        .select_related("proposal__organisation", "organisation", "call__timetable")
        .order_by("told_during", "pk")
    )


def juror_days_that_start(*, after, until):
    """Announced days of jurors that start after one moment and not after the other."""
    return (
        JurorDay.objects.filter(told_during__startswith__gt=after, told_during__startswith__lte=until)
        .select_related("juror", "call__timetable")
        .order_by("told_during", "pk")
    )


def panel_of(pitch):
    """The jurors who heard `pitch` and have no conflict of interest with its organisation."""
    return unconflicted_jurors(pitch).filter(told_pitches=pitch)


def ballot_of(deliberation) -> Ballot | None:
    """The ballot that counts: open, or counted."""
    return deliberation.ballots.exclude(state=Ballot.State.VOID).first()


def deliberation_of(pitch) -> Deliberation | None:
    return Deliberation.objects.filter(pitch=pitch).select_related("concluded_by").first()


def roll_of(ballot):
    """Who is on the roll of a ballot, and who voted; never what."""
    return Voter.objects.filter(ballot=ballot).select_related("juror").defer("envelope")


def sheets_of_panel(pitch):
    """The score sheets of the jurors who heard `pitch` and have no conflict, each with its scores."""
    return (
        ScoreSheet.objects.filter(pitch=pitch, juror__in=panel_of(pitch).values("pk"))
        .select_related("juror")
        .prefetch_related("scores")
        .order_by("juror__email")
    )


def scored_by(call) -> dict:
    """{(pitch id, juror id): number of criteria scored} of every sheet of `call`."""
    sheets = ScoreSheet.objects.filter(pitch__call=call).annotate(count=Count("scores"))
    return {(sheet.pitch_id, sheet.juror_id): sheet.count for sheet in sheets}


def panels_of(call) -> dict:
    """{pitch id: jurors who heard it and have no conflict of interest} of every announced pitch."""
    conflict = conflict_between(
        user=OuterRef("user"), organisation=OuterRef("pitch__organisation"), call=call.pk
    )
    through = Pitch.told_jurors.through
    seats = (
        through.objects.filter(pitch__call=call, user__in=jurors_of(call).values("pk"))
        .exclude(conflict)
        .select_related("user")
        .order_by("user__email")
    )
    panels = {}
    for seat in seats:
        panels.setdefault(seat.pitch_id, []).append(seat.user)
    return panels


def advices_of(call):
    """The concluded deliberations of `call`, for who composes the partnership."""
    return Deliberation.objects.filter(pitch__call=call, concluded_at__isnull=False).select_related(
        "pitch__proposal", "pitch__organisation"
    )


def jury_averages(call) -> dict:
    """Average points of 100 by proposal id from the jury's sheets, once every pitch was heard."""
    pitches = Pitch.objects.filter(call=call)
    if pitches.filter(during__endswith__gt=clock.now()).exists():
        return {}
    points = Sum(F("value") * F("criterion__weight"), output_field=FloatField()) / HIGHEST
    sheets = SheetScore.objects.filter(sheet__pitch__in=pitches).order_by().values("sheet")
    totals = defaultdict(list)
    for proposal, total in sheets.annotate(total=points).values_list("sheet__pitch__proposal", "total"):
        totals[proposal].append(total)
    return {proposal: fmean(given) for proposal, given in totals.items()}
