"""Who may have which dossier."""

from accounts.rules import is_jury_of, is_member, is_staff_of
from reviews.queries import proposals_for
from reviews.rules import may_read
from submissions.models import FILED_STATUSES


def may_have_dossier(user, proposal) -> bool:
    """The organisation itself, once it filed; readers and jury as far as they may read it."""
    if proposal.status not in FILED_STATUSES:
        return False
    return is_member(user, organisation=proposal.organisation) or may_read(user, proposal)


def may_have_bundle(user, *, call) -> bool:
    return is_staff_of(user, call=call) or is_jury_of(user, call=call)


def may_download(user, rendering) -> bool:
    """Who asked for it, as long as they may still read everything that stands in it."""
    if rendering.requested_by_id != user.pk:
        return False
    if rendering.proposal:
        return may_have_dossier(user, rendering.proposal)
    if not may_have_bundle(user, call=rendering.call):
        return False
    readable = proposals_for(user, rendering.call).filter(reference__in=rendering.holds)
    return readable.count() == len(rendering.holds)
