from django.conf import settings
from django.utils.functional import SimpleLazyObject

from journal import clock
from journal import practice as moments


def practice(request):
    """What every page needs to draw the practice bar; the moments are only read when it is drawn."""
    now = clock.now()
    offered = SimpleLazyObject(moments.moments)
    return {
        "practice_mode": settings.PORTAL_DEMO,
        "portal_now": now,
        "practice_moments": offered,
        "practice_ahead": SimpleLazyObject(lambda: [moment for moment in offered if moment.at > now][:2]),
    }
