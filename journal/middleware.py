import time
from datetime import timedelta

from journal import clock

ARRIVED = "portal.arrived"


class ReceivedAtMiddleware:
    """Stamp each request with the moment at which it reached the portal.

    It stands before all that takes time: a filing counts by this moment, not by the moment its transaction
    commits. The web server, or a trusted proxy, noted when the request had arrived whole; what it waited
    since then is taken off.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with clock.read_once():
            request.received_at = clock.now() - _waited(request)
            return self.get_response(request)


def _waited(request) -> timedelta:
    arrived = request.META.get(ARRIVED)
    return timedelta(seconds=max(0, time.time() - arrived)) if arrived else timedelta(0)
