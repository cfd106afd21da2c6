"""When a mail may be taken in, registered and added to a candidacy.

The deadline is ruled in `submissions.rules`, as for everybody.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from journal.templatetags.moments import exact_moment
from submissions import rules
from submissions.intake.models import Intake
from submissions.intake.refusals import (
    FiledByOrganisation,
    Handled,
    MailRefused,
    NotLate,
    NotRegistrable,
    StillLate,
    WrittenByOrganisation,
)
from submissions.models import Proposal
from submissions.refusals import FilingClosed


def require_arrived(arrived_at: datetime, *, at: datetime) -> None:
    """Mail can't arrive later than now: a clock was wrong, or a line was changed."""
    if arrived_at > at:
        raise MailRefused(
            _(
                "By its own account this mail arrived on %(moment)s, which is still to come. "
                "Its arrival can not be believed, so it was not taken in. Save it from the mailbox again."
            )
            % {"moment": exact_moment(arrived_at)}
        )


def require_waiting(intake: Intake) -> None:
    if intake.state != Intake.State.WAITING:
        raise Handled


def require_late(intake: Intake, *, organisation) -> datetime:
    """The deadline for `organisation` at or after which the mail arrived. Raises NotLate, FilingNotOpen."""
    try:
        rules.require_call_open(call=intake.call, organisation_id=organisation.pk, at=intake.arrived_at)
    except FilingClosed as closed:
        return closed.deadline
    raise NotLate


def require_in_time_after_all(intake: Intake) -> None:
    """A mail that was noted as late is taken up again once an extension covers its arrival."""
    if intake.state != Intake.State.LATE:
        raise Handled
    if not is_in_time_after_all(intake):
        raise StillLate


def is_in_time_after_all(intake: Intake) -> bool:
    organisation = intake.proposal.organisation_id
    return rules.is_call_open(call=intake.call, organisation_id=organisation, at=intake.arrived_at)


def is_written_by_organisation(proposal: Proposal) -> bool:
    """Whether `proposal` holds words that did not come by mail."""
    if rules.is_written_by_members(proposal):
        return True
    untouched = proposal.status == Proposal.Status.DRAFT and proposal.revision == 0
    came_late = proposal.late_attempts.filter(intake__isnull=False)
    return not (untouched or rules.registered_mails(proposal).exists() or came_late.exists())


def require_addable(intake: Intake, proposal: Proposal, *, agreed: str) -> None:
    """A later mail adds to what earlier ones began. What the organisation writes itself gives way only when
    that was `agreed` with it, and never once it was filed."""
    if is_written_by_organisation(proposal):
        if proposal.status != Proposal.Status.DRAFT:
            raise FiledByOrganisation
        if not agreed:
            raise WrittenByOrganisation
    earlier = rules.registered_mails(proposal).first()
    if earlier and earlier.arrived_at >= intake.arrived_at:
        raise NotRegistrable(
            _(
                "A later mail of this organisation, of %(moment)s, was registered already. "
                "Set this one aside: the last one counts."
            )
            % {"moment": exact_moment(earlier.arrived_at)}
        )
