import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journal import registry
from journal.actions import record
from journal.queries import Verification
from tests.conftest import triggers_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_entries():
    return [record("a.happened", about=f"thing:{n}", amount=n) for n in range(3)]


def tamper(statement):
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement)


def run(**options):
    out = StringIO()
    call_command("verify_journal", stdout=out, **options)
    return out.getvalue()


def test_verify_journal_as_json(three_entries):
    assert json.loads(run(format="json")) == {"entries": 3, "versions": 0, "ok": True, "first_broken": None}


def test_verify_journal_as_table(three_entries):
    assert run().split() == ["entries", "3", "versions", "0", "holds", "yes"]


@pytest.mark.parametrize(
    ("statement", "entry", "reason"),
    [
        (
            "UPDATE journal_entry SET payload = '{\"amount\": 9}' WHERE number = 2",
            2,
            "its content does not match its hash",
        ),
        ("DELETE FROM journal_entry WHERE number = 1", 2, "entry 1 is missing"),
        (
            f"UPDATE journal_entry SET previous_hash = '{'f' * 64}' WHERE number = 3",
            3,
            "does not continue the entry before it",
        ),
    ],
)
def test_verify_journal_fails_on_a_tampered_row_and_names_it(three_entries, statement, entry, reason):
    tamper(statement)
    out = StringIO()

    with pytest.raises(CommandError, match=f"entry {entry}, verb a.happened, reason {reason}"):
        call_command("verify_journal", format="json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["ok"] is False
    assert told["first_broken"] == {"entry": entry, "verb": "a.happened", "reason": reason}


def test_verify_journal_fails_on_what_another_room_froze(three_entries, monkeypatch):
    class Broken:
        versions, first_broken = 1, {"reference": "PT-1", "version": 1, "reason": "changed"}

    monkeypatch.setattr(registry, "_verifiers", {"versions": Broken})

    with pytest.raises(CommandError, match="reference PT-1, version 1, reason changed"):
        run()


def test_an_empty_journal_holds():
    assert json.loads(run(format="json"))["ok"] is True
    assert Verification(0, None).ok
