import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from pajotarl_portal.proxies import TrustedProxyMiddleware

PROXY, VISITOR, LIAR = "10.0.0.5", "198.51.100.7", "203.0.113.9"


@pytest.fixture
def pass_on(settings):
    """Send a request through the middleware and return it as the portal sees it."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    def send(**meta):
        request = RequestFactory().get("/", **meta)
        TrustedProxyMiddleware(lambda _: HttpResponse())(request)
        return request

    return send


def test_trusted_proxy_tells_who_the_visitor_is(pass_on):
    request = pass_on(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=VISITOR, HTTP_X_FORWARDED_PROTO="https")

    assert (request.META["REMOTE_ADDR"], request.is_secure()) == (VISITOR, True)


def test_visitor_is_the_last_that_is_no_proxy(pass_on):
    request = pass_on(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"{LIAR}, {VISITOR}, 10.0.0.6")

    assert request.META["REMOTE_ADDR"] == VISITOR


def test_stranger_is_not_believed(pass_on):
    request = pass_on(REMOTE_ADDR=LIAR, HTTP_X_FORWARDED_FOR=VISITOR, HTTP_X_FORWARDED_PROTO="https")

    assert (request.META["REMOTE_ADDR"], request.is_secure()) == (LIAR, False)
    assert "HTTP_X_FORWARDED_FOR" not in request.META


@pytest.mark.parametrize("chain", ["", " , "])
def test_proxy_without_a_chain_is_itself_the_visitor(pass_on, chain):
    request = pass_on(REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=chain)

    assert request.META["REMOTE_ADDR"] == PROXY


def test_unix_socket_has_no_address_to_trust(pass_on):
    request = pass_on(REMOTE_ADDR="", HTTP_X_FORWARDED_FOR=VISITOR)

    assert request.META["REMOTE_ADDR"] == ""
