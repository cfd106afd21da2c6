"""The portal's database backend asks a connection whether it lives, and not at each request."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction

from pajotarl_portal.postgresql import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(monkeypatch):
    """A connection of our own making, with health checks as behind a request; `later()` lets seconds pass."""
    connection.close()
    connection.ensure_connection()
    seconds = [1_000.0]
    monkeypatch.setattr(base.time, "monotonic", lambda: seconds[0])
    connection.health_check_enabled = True
    connection.doubt()

    def later(passed: float):
        seconds[0] += passed

    yield later
    connection.close()


def begin_request():
    connection.close_if_unusable_or_obsolete()


def checks() -> int:
    """How often the server is asked for a sign of life in one request of a single statement."""
    begin_request()
    asked = []
    usable = connection.is_usable
    connection.is_usable = lambda: asked.append(1) or usable()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 2")
        return len(asked)
    finally:
        del connection.is_usable


def test_a_connection_is_asked_once_a_second(line):
    assert [checks(), checks()] == [1, 0]
    line(0.9)
    assert checks() == 0
    line(0.2)
    assert checks() == 1


def test_a_transaction_that_outlasts_the_proof_is_not_asked_within(line):
    checks()
    begin_request()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 2")
        line(5)

    assert connection.get_autocommit()


def test_a_connection_that_was_cut_is_replaced_once_the_proof_is_old(line):
    checks()
    pid = _backend()
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    line(2)
    begin_request()

    assert _backend() != pid


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
