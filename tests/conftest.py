"""What every test stands on: the real database, the call of the addendum, people and organisations."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from challenges.actions import load_call


@contextmanager
def triggers_off():
    """Let the test harness empty append-only tables, as only a database superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture(scope="session", autouse=True)
def flush_append_only_tables():
    """Transactional tests end with TRUNCATE, which the triggers rightly refuse."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self, sql_list):
        with triggers_off():
            flush(self, sql_list)

    DatabaseOperations.execute_sql_flush = flush_without_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture
def pajotarl(db):
    """The call of the region PajoTARL in 2023, loaded from the addendum's file."""
    return load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml").call
