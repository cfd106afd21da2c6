"""Who may do what with pitches, and when."""

from django.utils.translation import gettext as _

from accounts.rules import is_coordinator, is_jury_of, is_member
from pitches.errors import NotAllowed, Refused
from pitches.models import Deliberation
from reviews.rules import may_read
from submissions.models import Proposal

FEWEST_VOTES = 3


def may_schedule(user, *, call) -> bool:
    """Coordinators arrange the pitches; no user means the portal itself."""
    return user is None or is_coordinator(user, call=call)


def may_declare(user, *, call, juror=None, organisation=None) -> bool:
    """Jurors declare their own hours, members those of their organisation, a coordinator anyone's."""
    if is_coordinator(user, call=call):
        return True
    if juror is not None:
        return juror == user and is_jury_of(user, call=call)
    return is_member(user, organisation=organisation)


def may_keep_sheet(user, *, pitch) -> bool:
    """A juror of the call, for an announced pitch that they may read about, until it is decided."""
    return (
        is_jury_of(user, call=pitch.call)
        and pitch.is_announced
        and pitch.proposal.status == Proposal.Status.SHORTLISTED
        and may_read(user, pitch.proposal)
    )


def scores_are_open(pitch) -> bool:
    """Scores are given until the deliberation: from then on the panel sees each other's."""
    return not Deliberation.objects.filter(pitch=pitch).exists()


def heard(user, *, pitch) -> bool:
    return pitch.told_jurors.filter(pk=user.pk).exists()


def leader_of(pitch):
    """Who leads the deliberation on `pitch`: the chair, else the deputy; None when neither may.

    Who has a conflict of interest leads nothing; who heard the pitch goes before who did not.
    """
    timetable = pitch.call.timetable
    able = [one for one in (timetable.chair, timetable.deputy) if one and _may_sit(one, pitch)]
    return next((one for one in able if heard(one, pitch=pitch)), next(iter(able), None))


def _may_sit(user, pitch) -> bool:
    return is_jury_of(user, call=pitch.call) and may_read(user, pitch.proposal)


def may_lead(user, *, pitch) -> bool:
    return leader_of(pitch) == user


def may_deliberate(user, *, pitch) -> bool:
    """Jurors who heard it, and who leads; never somebody with a conflict of interest."""
    return _may_sit(user, pitch) and (heard(user, pitch=pitch) or may_lead(user, pitch=pitch))


def is_chair(user, *, call) -> bool:
    """Whether `user` is chair or deputy chair of the jury of `call`."""
    timetable = getattr(call, "timetable", None)
    return timetable is not None and user.pk in (timetable.chair_id, timetable.deputy_id)


def voters_needed(timetable) -> int:
    """How many votes a ballot needs: the quorum, and never so few that they are no secret."""
    return max(timetable.quorum, FEWEST_VOTES)


def require_scheduler(user, *, call) -> None:
    if not may_schedule(user, call=call):
        raise NotAllowed(_("Only a coordinator of this call arranges its pitches."))


def require_unheard(pitch) -> None:
    """`pitch` with its `is_heard`: what the jury heard and scored stays where it was."""
    if pitch.is_heard:
        raise Refused(
            _("The jury heard %(pitch)s already: it stays where it is in the timetable.") % {"pitch": pitch}
        )


def require_declarer(user, *, call, juror=None, organisation=None) -> None:
    if not may_declare(user, call=call, juror=juror, organisation=organisation):
        raise NotAllowed(_("You can only declare hours for yourself or for your organisation."))


def require_sheet(user, *, pitch) -> None:
    if not may_keep_sheet(user, pitch=pitch):
        raise NotAllowed(_("You cannot keep a score sheet of this pitch (any more)."))


def require_leader(user, *, pitch) -> None:
    if not may_lead(user, pitch=pitch):
        raise NotAllowed(_("Only who chairs the jury at this pitch can do this."))


def require_undecided(pitch) -> None:
    if pitch.proposal.status != Proposal.Status.SHORTLISTED:
        raise Refused(_("The decision on this proposal is already made: the jury's advice stands."))
