"""Who may have which dossier."""

from accounts.rules import is_jury_of, is_member, is_staff_of
from reviews.rules import may_read
from submissions.models import FILED_STATUSES


def may_have_dossier(user, proposal) -> bool:
    """The organisation itself, once it filed; readers and jury as far as they may read it."""
    if proposal.status not in FILED_STATUSES:
        return False
    return is_member(user, organisation=proposal.organisation) or may_read(user, proposal)


def may_have_bundle(user, *, call) -> bool:
    return is_staff_of(user, call=call) or is_jury_of(user, call=call)
