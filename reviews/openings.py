"""Who of staff and jury had a candidacy before them: the first time each of them opened it.

Only who never had it before them may later assess a reply to its decision.
"""

from accounts.rules import is_jury_of, is_staff_of
from journal import clock
from reviews.models import Opening
from submissions.models import FILED_STATUSES, Proposal

Status = Proposal.Status
UNDECIDED = frozenset(FILED_STATUSES) - {Status.SELECTED, Status.RESERVE, Status.REJECTED}


def note_opening(*proposals, by) -> None:
    """Keep that `by`, staff or jury, has the text of `proposals` open; the first time counts.

    After the decision nobody's reading has a part in it any more, so nothing is kept then.
    """
    moment = clock.now()
    rows = [Opening(proposal=p, person=by, at=moment) for p in proposals if p.status in UNDECIDED]
    Opening.objects.bulk_create(rows, ignore_conflicts=True)


def note_opening_of_filed(user, *proposals) -> None:
    """The same for pages that members of the organisation open as well: their own reading is no part."""
    calls = {proposal.call for proposal in proposals}
    judged = {call for call in calls if is_staff_of(user, call=call) or is_jury_of(user, call=call)}
    note_opening(*(proposal for proposal in proposals if proposal.call in judged), by=user)
