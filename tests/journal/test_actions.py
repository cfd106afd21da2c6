import pytest
from django.db import IntegrityError, connection, transaction

from journal.actions import record
from journal.queries import verify_chain
from tests.conftest import triggers_off

pytestmark = pytest.mark.django_db


def test_record_chains_each_entry_to_the_one_before():
    first = record("a.happened", about="thing:1")
    second = record("b.happened", about="thing:2", amount=3)

    assert (first.number, second.number) == (1, 2)
    assert second.previous_hash == first.hash
    assert verify_chain().ok


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry"],
)
def test_entries_refuse_every_change(statement):
    record("a.happened", about="thing:1")

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_verify_chain_names_the_first_tampered_entry():
    for n in range(3):
        record("a.happened", about=f"thing:{n}")
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET payload = '{\"x\": 1}' WHERE number = 2")

    verification = verify_chain()

    assert verification.entries == 2
    assert verification.first_broken["entry"] == 2
