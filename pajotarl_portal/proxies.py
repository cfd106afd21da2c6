"""Whom to believe about where a request came from, and when: only the proxies named in TRUSTED_PROXIES."""

from ipaddress import ip_address, ip_network

from django.conf import settings

from journal.middleware import ARRIVED

TOLD_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
)
# The year 5138, in seconds: what is larger counts milliseconds or microseconds.
LATEST = 1e11


class TrustedProxyMiddleware:
    """Take the visitor's address from a trusted proxy's header; drop such headers from anyone else."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.networks = [ip_network(text) for text in settings.TRUSTED_PROXIES]
        self.arrival = settings.PROXY_ARRIVAL_HEADER.upper().replace("-", "_")

    def __call__(self, request):
        if self.is_trusted(request.META.get("REMOTE_ADDR", "")):
            self.believe(request.META)
        else:
            for name in TOLD_BY_PROXIES:
                request.META.pop(name, None)
        return self.get_response(request)

    def believe(self, meta):
        """The visitor is the last address in the chain that is not itself a trusted proxy, and what they
        sent had arrived when the proxy had it, if it says so."""
        if told := self.arrival and _instant(meta.get(f"HTTP_{self.arrival}", "")):
            meta[ARRIVED] = told
        chain = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        strangers = [address for address in chain if not self.is_trusted(address)]
        if strangers:
            meta["REMOTE_ADDR"] = strangers[-1]

    def is_trusted(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self.networks)
        except ValueError:
            return False


def _instant(text: str) -> float | None:
    """The Unix time in "t=1693605540.123", also without "t=", in milliseconds or in microseconds."""
    try:
        number = float(text.removeprefix("t="))
    except ValueError:
        return None
    if not 0 < number < LATEST * 1_000_000:
        return None
    while number > LATEST:
        number /= 1000
    return number
