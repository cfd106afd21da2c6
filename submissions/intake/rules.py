"""When a mail may be taken in, registered and added to a candidacy.

The deadline is ruled in `submissions.rules`, as for everybody.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from journal.templatetags.moments import exact_moment
from submissions import rules
from submissions.intake.models import Intake
from submissions.intake.refusals import Handled, MailRefused, NotRegistrable, WrittenByOrganisation
from submissions.models import Proposal


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


def require_addable(intake: Intake, proposal: Proposal) -> None:
    """A later mail adds to what earlier ones began; never to what the organisation writes itself."""
    earlier = proposal.intakes.order_by("-arrived_at").first()
    untouched = proposal.status == Proposal.Status.DRAFT and proposal.revision == 0
    if rules.is_written_by_members(proposal) or not (earlier or untouched):
        raise WrittenByOrganisation
    if earlier and earlier.arrived_at >= intake.arrived_at:
        raise NotRegistrable(
            _(
                "A later mail of this organisation, of %(moment)s, was registered already. "
                "Set this one aside: the last one counts."
            )
            % {"moment": exact_moment(earlier.arrived_at)}
        )
