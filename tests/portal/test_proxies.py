import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from journal.middleware import ARRIVED, ReceivedAtMiddleware
from pajotarl_portal.proxies import TrustedProxyMiddleware

PROXY, VISITOR, LIAR = "10.0.0.5", "198.51.100.7", "203.0.113.9"


@pytest.fixture
def pass_on(settings):
    """Send a request through the middleware and return it as the portal sees it."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    settings.PROXY_ARRIVAL_HEADER = "X-Request-Start"

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


@pytest.mark.parametrize("told", ["t=1693605540.25", "1693605540.25", "t=1693605540250", "1693605540250000"])
def test_trusted_proxy_tells_when_a_request_had_arrived(pass_on, told):
    request = pass_on(REMOTE_ADDR=PROXY, HTTP_X_REQUEST_START=told)

    assert request.META[ARRIVED] == 1693605540.25


@pytest.mark.parametrize("told", ["", "t=", "gisteren", "-5", "0", "nan", "inf", "1e300"])
def test_instant_that_is_none_is_passed_over(pass_on, told):
    request = pass_on(REMOTE_ADDR=PROXY, HTTP_X_REQUEST_START=told, **{ARRIVED: 1.5})

    assert request.META[ARRIVED] == 1.5


def test_stranger_does_not_choose_when_a_request_arrived(pass_on):
    request = pass_on(REMOTE_ADDR=LIAR, HTTP_X_REQUEST_START="t=1693605540", **{ARRIVED: 1.5})

    assert request.META[ARRIVED] == 1.5


def test_header_that_was_not_agreed_on_tells_nothing(pass_on, settings):
    settings.PROXY_ARRIVAL_HEADER = ""
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, HTTP_X_REQUEST_START="t=1693605540")
    TrustedProxyMiddleware(lambda _: HttpResponse())(request)

    assert ARRIVED not in request.META


@pytest.mark.django_db
def test_request_that_waited_in_front_of_the_portal_counts_by_its_arrival_at_the_proxy(pass_on):
    before = time.time() - 90

    request = pass_on(REMOTE_ADDR=PROXY, HTTP_X_REQUEST_START=f"t={before}")
    ReceivedAtMiddleware(lambda _: HttpResponse())(request)

    assert abs(request.received_at.timestamp() - before) < 30
