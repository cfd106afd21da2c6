"""Celery's doors to the outbox, on a connection that outlives a task."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from notifications.tasks import deliver


@pytest.mark.django_db(transaction=True)
def test_next_task_has_a_line_that_works_after_the_database_cut_it():
    connection.close()  # one of before may have reached CONN_MAX_AGE
    first = _backend()
    deliver.apply(throw=True)
    assert _backend() == first

    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert cursor.fetchone() == (True,)
    deliver.apply(throw=True)

    assert _backend() != first


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
