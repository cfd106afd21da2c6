"""Who may match, read and choose, and until when weights may change."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.rules import is_coordinator, is_staff_of
from matching.errors import NotAllowed, WeightsPublished
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
