"""What the database ends to undo a deadlock is done once more; and what was journalled is on disk."""

import threading
import time
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction

from journal.actions import record
from journal.deadlocks import once_more_after_deadlock
from journal.models import Entry
from journal.queries import verify_chain

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def other():
    """Another session of the database, in a transaction of its own."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as line, line.cursor() as cursor:
        yield cursor


def test_what_a_deadlock_ended_is_done_once_more(other):
    """Ours holds an entry's key and waits for the chain; theirs holds the chain and waits for that key."""
    tries = []
    other.execute("SELECT pg_advisory_xact_lock(x'4A4F5552'::int)")

    def cross():
        while not waits_for_the_chain(other):
            time.sleep(0.01)
        other.execute("SELECT pg_advisory_xact_lock(1)")
        other.connection.rollback()

    @once_more_after_deadlock
    @transaction.atomic
    def act():
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(1)")
        record("a.happened", about="thing:1")

    crossing = threading.Thread(target=cross)
    crossing.start()
    act()
    crossing.join()

    assert len(tries) == 2
    assert Entry.objects.count() == 1
    assert verify_chain().ok


def waits_for_the_chain(cursor) -> bool:
    cursor.execute(WAITS)
    return cursor.fetchone() != (0,)


def test_what_was_journalled_is_on_disk_before_anyone_is_told(other):
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        try:
            with transaction.atomic():
                record("a.happened", about="thing:1")
                cursor.execute("SHOW synchronous_commit")
                within = cursor.fetchone()
                cursor.execute("SELECT pg_current_wal_insert_lsn()")
                (written,) = cursor.fetchone()
            cursor.execute("SHOW synchronous_commit")
            after = cursor.fetchone()
            cursor.execute("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", [written])
            on_disk = cursor.fetchone()
        finally:
            connection.close()

    assert (within, after, on_disk) == (("off",), ("on",), (True,))
