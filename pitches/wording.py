"""What the engine's findings say to people."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.templatetags import moments
from pitches.engine import Clash, ConcessionKind, Reason, Status

REASONS = {
    Reason.NO_DAYS: gettext_lazy("No pitch day is long enough for one pitch. Add or lengthen a pitch day."),
    Reason.ORGANISATION_BUSY: gettext_lazy(
        "The organisation is not available at any turn. Agree on other hours, or open a reserve day."
    ),
    Reason.NO_ROOM: gettext_lazy("No room is free when the organisation can come. Add a room."),
    Reason.NO_QUORUM: gettext_lazy(
        "Too few jury members without a conflict of interest are available. Lower the quorum or add one."
    ),
    Reason.FULL: gettext_lazy("Other pitches take every turn that suits. Add a room or lengthen a day."),
    Reason.FIXED_CLASH: gettext_lazy(
        "Pitches placed by hand clash with each other or with hours declared since. Move one of them."
    ),
}

CLASHES = {
    "room_double": gettext_lazy("%(who)s is taken: %(pitches)s would be there at the same time."),
    "room_elsewhere": gettext_lazy("%(who)s is taken by another call at the time of %(pitches)s."),
    "juror_double": gettext_lazy("%(who)s would sit at %(pitches)s at the same time."),
    "organisation_double": gettext_lazy("One organisation would hold %(pitches)s at the same time."),
    "organisation_busy": gettext_lazy("The organisation of %(pitches)s is not available then."),
    "organisation_elsewhere": gettext_lazy(
        "The organisation of %(pitches)s pitches in another region then, or is on its way."
    ),
    "juror_busy": gettext_lazy("%(who)s is not available for %(pitches)s."),
    "juror_elsewhere": gettext_lazy(
        "%(who)s hears pitches in another region, or is on the way, at the time of %(pitches)s."
    ),
    "juror_conflicted": gettext_lazy("%(who)s has a conflict of interest with %(pitches)s."),
    "no_quorum": gettext_lazy("%(pitches)s would be heard by fewer jury members than the quorum."),
    "outside_hours": gettext_lazy("%(pitches)s would fall outside the hours of the pitch days."),
    "no_pause": gettext_lazy("There is no pause between %(pitches)s in %(who)s."),
    "unknown_juror": gettext_lazy("%(who)s at %(pitches)s is no longer a jury member of this call."),
    "unknown_room": gettext_lazy("%(who)s, for %(pitches)s, is not a room of this call."),
    "unknown_proposal": gettext_lazy("%(pitches)s is no longer invited to pitch."),
    "proposal_twice": gettext_lazy("%(pitches)s stands in the timetable twice."),
}


WARNINGS = {
    "no_pause": gettext_lazy("There is no pause before or after it."),
    "rather_not": gettext_lazy("The organisation asked rather not to come then."),
    "told": gettext_lazy("The organisation was told another place: it gets a changed invitation."),
}

CONCESSIONS = {
    ConcessionKind.BY_HAND: gettext_lazy("Let the scheduler move %(who)s, which was placed by hand."),
    ConcessionKind.LONGER_DAY: gettext_lazy("Go on until %(until)s on %(day)s."),
    ConcessionKind.JUROR_HOURS: gettext_lazy("Ask %(who)s to come after all: %(from)s until %(until)s."),
    ConcessionKind.ORGANISATION_HOURS: gettext_lazy(
        "Ask %(who)s to come after all: %(from)s until %(until)s."
    ),
    ConcessionKind.MORE_ROOMS: gettext_lazy("Find %(number)d more rooms."),
    ConcessionKind.QUORUM: gettext_lazy("Lower the quorum to %(number)d."),
}


def warning_in_words(warning: str) -> str:
    return str(WARNINGS[warning])


def concession_in_words(one: dict, *, names: dict[str, str]) -> str:
    """One condition to give up, as `planning.relief_document` wrote it; `names` of organisations by key."""
    start, end = map(datetime.fromisoformat, one["during"]) if one["during"] else (None, None)
    return str(CONCESSIONS[ConcessionKind(one["kind"])]) % {
        "who": names.get(one["who"], one["who"]),
        "from": start and moments.short_moment(start),
        "day": start and moments.day(start),
        "until": end and moments.hour(end),
        "number": one["number"],
    }


def reason_in_words(reason: Reason | str) -> str:
    """Why a pitch found no place, with the mend."""
    return str(REASONS[Reason(reason)])


def clash_in_words(clash: Clash) -> str:
    """Which hard rule is broken, by which pitches and whom."""
    return str(CLASHES[clash.kind]) % {"who": clash.who, "pitches": _(" and ").join(clash.proposals)}


def proof_in_words(status: str, gap: float) -> str:
    """How good the timetable is, as far as it was proven."""
    if status == Status.OPTIMAL:
        return _("No better timetable exists under these conditions.")
    if status == Status.FEASIBLE:
        return _("It is at most %(gap)s %% from the best one possible.") % {"gap": round(gap * 100, 1)}
    return _("There is no timetable as long as pitches placed by hand clash.")
