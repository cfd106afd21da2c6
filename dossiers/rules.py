"""Who may have which dossier."""

from accounts.rules import is_coordinator, is_jury_of, is_member, is_staff_of
from dossiers.chapters import Reader
from dossiers.models import Rendering
from reviews.queries import proposals_for
from reviews.rules import may_read, may_see_others_scores
from submissions.models import FILED_STATUSES


def may_have_dossier(user, proposal) -> bool:
    """The organisation itself, once it filed; readers and jury as far as they may read it."""
    if proposal.status not in FILED_STATUSES:
        return False
    return is_member(user, organisation=proposal.organisation) or may_read(user, proposal)


def reader_of(user, proposal) -> Reader:
    """As whom `user` reads a dossier they may have: a member reads what the organisation may know."""
    return Reader.CANDIDATE if is_member(user, organisation=proposal.organisation) else Reader.JURY


def may_have_archive(user, proposal) -> bool:
    """A coordinator without a conflict: the archive copy holds names, scores and the journal."""
    return is_coordinator(user, call=proposal.call) and may_see_others_scores(user, proposal)


def may_have_bundle(user, *, call) -> bool:
    return is_staff_of(user, call=call) or is_jury_of(user, call=call)


def may_download(user, rendering) -> bool:
    """Who asked for it, as long as they may still read everything that stands in it."""
    if rendering.requested_by_id != user.pk:
        return False
    if rendering.kind == Rendering.Kind.ARCHIVE:
        return may_have_archive(user, rendering.proposal)
    if rendering.proposal:
        return may_have_dossier(user, rendering.proposal)
    if not may_have_bundle(user, call=rendering.call):
        return False
    readable = proposals_for(user, rendering.call).filter(reference__in=rendering.holds)
    return readable.count() == len(rendering.holds)
