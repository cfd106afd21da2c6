from journal import clock


class ReceivedAtMiddleware:
    """Stamp each request with the moment at which it reached the portal.

    It stands first: a filing counts by this moment, not by the moment its transaction commits.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with clock.read_once():
            request.received_at = clock.now()
            return self.get_response(request)
