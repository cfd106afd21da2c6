"""Who has which section of a draft open now. It lives in the cache only: it warns, and decides nothing."""

import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from submissions.sections import Section

OPENED = 180  # seconds: without scripts a page tells of itself only when it is opened
SEEN = 50  # with scripts every twenty seconds
LONGEST = 600


def arrive(*, proposal, section: Section, user, seconds: int = SEEN) -> list[str]:
    """`user` has `section` open for the next `seconds`; returns the names of colleagues who have it too."""
    present = _present(proposal)
    present[user.pk, section.slug] = (str(user), time.time() + seconds)
    cache.set(_key(proposal), present, LONGEST)
    return _names(present, user=user).get(section.slug, [])


def leave(*, proposal, section: Section, user) -> None:
    """`user` went away from `section`."""
    present = _present(proposal)
    if present.pop((user.pk, section.slug), None):
        cache.set(_key(proposal), present, LONGEST)


def others(*, proposal, user) -> dict[str, list[str]]:
    """The names of colleagues of `user` who have each section open, by its slug; one look in the cache."""
    return _names(_present(proposal), user=user)


def _names(present: dict, *, user) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for (pk, slug), (name, _until) in sorted(present.items(), key=lambda item: item[1]):
        if pk != user.pk:
            found.setdefault(slug, []).append(name)
    return found


def sentence(names: list[str]) -> str:
    """That these colleagues are in the same section."""
    if len(names) == 1:
        return _("%(name)s has this section open as well.") % {"name": names[0]}
    listed = ", ".join(names[:-1])
    return _("%(names)s and %(name)s have this section open as well.") % {"names": listed, "name": names[-1]}


def _present(proposal) -> dict:
    now = time.time()
    return {who: seen for who, seen in (cache.get(_key(proposal)) or {}).items() if seen[1] > now}


def _key(proposal) -> str:
    return f"present:{proposal.pk}"
