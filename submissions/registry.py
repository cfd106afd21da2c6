"""What the rooms above tell this one, which may not import them: who may read what was filed, and
what an applicant may want to know before filing."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from accounts.queries import calls_of_staff
from submissions.models import FILED_STATUSES, Proposal

_readers: list[Callable] = []
_hinters: list[Callable] = []
_noters: list[Callable] = []


@dataclass(frozen=True)
class Hint:
    """A remark on a draft: what it says, and the section (its slug) where it can be mended."""

    text: str
    section: str


def read_filed_by(source: Callable) -> Callable:
    """Register `source(user)`: the filed proposals that `user` may open, conflicts of interest left out."""
    if source not in _readers:
        _readers.append(source)
    return source


def may_open_filed(user) -> Q:
    """A condition on proposals: what a registered room lets `user` read, else all that staff were sent."""
    if not _readers:
        return Q(call__in=calls_of_staff(user), status__in=FILED_STATUSES)
    return Q(pk__in=[pk for source in _readers for pk in source(user).values_list("pk", flat=True)])


def not_open(user, *, call) -> set:
    """Ids of the proposals of `call` that `user` may not open by `may_open_filed`: one query."""
    sources = [source(user) for source in _readers] or [Proposal.objects.filter(may_open_filed(user))]
    found = Proposal.objects.filter(call=call)
    for opened_by_it in sources:
        found = found.exclude(pk__in=opened_by_it.filter(call=call).order_by().values("pk"))
    return set(found.values_list("pk", flat=True))


def openings_noted_by(source: Callable) -> Callable:
    """Register `source(user, *proposals)`: called when somebody opens the text of what was filed."""
    if source not in _noters:
        _noters.append(source)
    return source


def opened(user, *proposals) -> None:
    """Tell the rooms above that `user` has the text of `proposals` before them."""
    for source in _noters:
        source(user, *proposals)


def hints_from(source: Callable) -> Callable:
    """Register `source(proposal) -> list[Hint]`: shown before filing, and never in the way of it."""
    if source not in _hinters:
        _hinters.append(source)
    return source


def hints_on(proposal) -> list[Hint]:
    """What the rooms above remark on a draft."""
    return [hint for source in _hinters for hint in source(proposal)]
