"""Who may match, read and choose, and until when weights may change."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.rules import is_coordinator, is_jury_of, is_member, is_staff_of
from matching.errors import NotAllowed, TooLate, WeightsPublished
from submissions.rules import filing_of


def may_read(user, *, call) -> bool:
    """Coordinators and reviewers of the region see matching; nobody else."""
    return is_staff_of(user, call=call)


def may_match(user, *, call) -> bool:
    """Coordinators score, compose and choose."""
    return is_coordinator(user, call=call)


def require_may_match(user, *, call) -> None:
    """Raises NotAllowed; None as `user` is the system itself."""
    if user is not None and not may_match(user, call=call):
        raise NotAllowed(_("Only a coordinator of this region may do this."))


def weights_are_open(*, call, at: datetime) -> bool:
    """Weights are published with the call: they may change until filing closes, not after."""
    filing = filing_of(call)
    return filing is None or filing.until is None or at < filing.until


def require_weights_open(*, call, at: datetime) -> None:
    """Raises WeightsPublished from the filing deadline on."""
    if not weights_are_open(call=call, at=at):
        raise WeightsPublished(
            _("Filing has closed, so the weights that applicants counted on stay as they are.")
        )


def may_look_on(user, *, call) -> bool:
    """The jury of a call sees the same pages as staff, and changes nothing."""
    return may_read(user, call=call) or is_jury_of(user, call=call)


def require_still_asked(scoring) -> None:
    """Raises TooLate for a scoring version that was approved or refused already."""
    if scoring.approved_at or scoring.refused:
        raise TooLate(_("This scoring version was approved or refused already."))


def require_may_approve_scoring(user, *, scoring) -> None:
    """A second coordinator approves: who asked it has their say in the reason."""
    require_may_match(user, call=scoring.call)
    require_still_asked(scoring)
    if user is None or user == scoring.asked_by:
        raise NotAllowed(_("Somebody else than who asked it approves a scoring version."))


def require_running(composition) -> None:
    """Raises TooLate when there is nothing left to stop."""
    if composition.status not in composition.RUNNING:
        raise TooLate(_("This calculation is done already; there is nothing to stop."))


def require_done(composition) -> None:
    """Raises TooLate for a composition that is still being calculated: nobody can choose against it."""
    if composition.status in composition.RUNNING:
        raise TooLate(_("This suggestion is still being calculated. Wait for it, or stop it first."))


def offers_are_compared(*, call, at: datetime) -> bool:
    """Candidates see what few others offer while they can still change their candidacy."""
    filing = filing_of(call)
    return filing is not None and filing.contains(at)


def may_compare(user, *, proposal, at: datetime) -> bool:
    """A member of the candidate's organisation, before the deadline."""
    return offers_are_compared(call=proposal.call, at=at) and is_member(
        user, organisation=proposal.organisation
    )


def require_may_compare(user, *, proposal, at: datetime) -> None:
    """Raises NotAllowed."""
    if not may_compare(user, proposal=proposal, at=at):
        raise NotAllowed(_("Only colleagues of this organisation may do this, until the deadline."))
