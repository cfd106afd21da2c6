"""Who may do what with pitches, and when."""

from django.utils.translation import gettext as _

from accounts.rules import is_coordinator, is_jury_of, is_member
from pitches.errors import NotAllowed
from reviews.rules import may_read
from submissions.models import Proposal


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


def require_scheduler(user, *, call) -> None:
    if not may_schedule(user, call=call):
        raise NotAllowed(_("Only a coordinator of this call arranges its pitches."))


def require_declarer(user, *, call, juror=None, organisation=None) -> None:
    if not may_declare(user, call=call, juror=juror, organisation=organisation):
        raise NotAllowed(_("You can only declare hours for yourself or for your organisation."))


def require_sheet(user, *, pitch) -> None:
    if not may_keep_sheet(user, pitch=pitch):
        raise NotAllowed(_("You cannot keep a score sheet of this pitch (any more)."))
