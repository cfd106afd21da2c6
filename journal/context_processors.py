from django.conf import settings

from journal import clock


def practice(request):
    """What every page needs to draw the practice bar."""
    return {"practice_mode": settings.PORTAL_DEMO, "portal_now": clock.now()}
