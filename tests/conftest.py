"""What every test stands on: the real database, the call of the addendum, people and organisations."""

from contextlib import contextmanager
from copy import copy
from itertools import groupby

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler.loadscope import LoadScopeScheduling

from challenges.actions import load_call
from challenges.models import Call
from journal.models import Entry
from tests import template

# A busy machine is slow, which says nothing about the portal.
hypothesis_settings.register_profile(
    "portal", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
hypothesis_settings.load_profile("portal")


# These files share what is dear to make, or a port: one process runs all their tests, one after the other.
TOGETHER = ("tests/portal/test_routes.py", "tests/portal/test_run.py")


class FilesTogether(LoadScopeScheduling):
    """Tests go one by one to whichever process is free; the files of `TOGETHER` go whole."""

    def _split_scope(self, nodeid):
        file = nodeid.split("::")[0]
        return file if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config, log):
    return FilesTogether(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Each test process gets a copy of the migrated database."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template.ready()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A server's thread may still hold a session after the last test; the database goes all the same."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


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
    first = not Entry.objects.exists()
    if first and LOADED:
        put_back(LOADED)
    else:
        before = set(rows())
        load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml")
        LOADED.extend(row for row in rows() if first and row not in before)
    return Call.objects.get(slug="pajotarl-2023")


# What loading the call stored, in this test process: putting it back takes a tenth of the time.
LOADED = []


def rows():
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield from model._base_manager.all()


def put_back(stored):
    for model, same in groupby(stored, key=type):
        model._base_manager.bulk_create(copy(row) for row in same)
