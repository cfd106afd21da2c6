"""Ballots cannot be tied to a person, also not from the database.

The same ballot is held twice: once as drawn, once with the votes dealt out otherwise among the same
people, so that the totals stay. Everything that PostgreSQL can tell of every table of the jury and of
the journal is read both times, while the ballot is open and after it closed: the rows, their place on
disk, the transactions that wrote them, and the counters. If the two tell the same, nothing in the
database says who voted what.
"""

import json
import re

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from journal.models import Entry
from pitches import deliberation, queries, seal
from pitches.models import Ballot, Deliberation, Voter

pytestmark = pytest.mark.django_db
FAVOURABLE, UNFAVOURABLE = Deliberation.Advice.values

# What is random or goes by the clock in any case, whatever is voted.
RANDOM = {"envelope", "hash", "previous_hash", "recorded_at", "opened_at", "closed_at", "at"}


def everything_told() -> list:
    """Every row of a ballot, its place on disk and the order of the transactions that wrote them all."""
    with connection.cursor() as cursor:
        rows = [
            (table, ctid, xmin, _plain(fields))
            for table, key in (("pitches_ballot", "id"), ("pitches_voter", "id"), ("journal_entry", "number"))
            for ctid, xmin, fields in _rows(cursor, table, key)
        ]
    writers = sorted({xmin for _table, _ctid, xmin, _fields in rows})
    return [
        (table, ctid if table != "journal_entry" else "", writers.index(xmin), fields)
        for table, ctid, xmin, fields in rows
    ]


def _rows(cursor, table, key):
    cursor.execute(f"SELECT ctid::text, xmin::text::bigint, to_jsonb(t) FROM {table} t ORDER BY {key}")
    return cursor.fetchall()


def _plain(fields) -> dict:
    fields = json.loads(fields) if isinstance(fields, str) else fields
    sealed = {"sealed at length": len(fields["envelope"])} if fields.get("envelope") else {}
    return {name: value for name, value in fields.items() if name not in RANDOM} | sealed


def counters() -> list:
    """How far the database counted the rows of each table."""
    with connection.cursor() as cursor:
        found = []
        for table in ("pitches_ballot", "pitches_voter"):
            cursor.execute(f"SELECT last_value, is_called FROM {table}_id_seq")
            found.append(cursor.fetchone())
        return found


def held(opened, jurors, votes) -> tuple:
    """What the database tells during and after a ballot; then the ballot is undone."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE pitches_voter, pitches_ballot RESTART IDENTITY")
        ballot = deliberation.open_ballot(deliberation=opened, by=jurors[0])
        for juror, choice in zip(jurors, votes, strict=True):
            deliberation.cast_vote(ballot=ballot, choice=choice, by=juror)
        during = everything_told()
        deliberation.close_ballot(ballot=ballot, by=jurors[0])
        told = during, everything_told(), counters()
        transaction.set_rollback(True)
    return told


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    votes=st.lists(st.sampled_from(deliberation.CHOICES), min_size=5, max_size=5),
    dealt=st.permutations(range(5)),
)
def test_database_tells_the_same_whoever_voted_what(opened, jurors, votes, dealt):
    otherwise = [votes[number] for number in dealt]
    assume(otherwise != votes)

    assert held(opened, jurors, votes) == held(opened, jurors, otherwise)


def test_database_keeps_no_envelope_after_the_close(opened, jurors):
    ballot = deliberation.open_ballot(deliberation=opened, by=jurors[0])
    for juror in jurors:
        deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=juror)

    deliberation.close_ballot(ballot=ballot, by=jurors[0])

    assert list(Voter.objects.values_list("envelope", flat=True)) == [None] * 5
    for entry in Entry.objects.filter(verb="ballot.voted"):
        assert entry.payload == {}


def test_envelope_of_an_open_ballot_opens_only_with_the_key(opened, jurors):
    ballot = deliberation.open_ballot(deliberation=opened, by=jurors[0])
    deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=jurors[0])
    envelope = bytes(Voter.objects.get(ballot=ballot, juror=jurors[0]).envelope)

    assert FAVOURABLE.encode() not in envelope
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(b)::text FROM pitches_ballot b WHERE id = %s", [ballot.pk])
        kept = cursor.fetchone()[0]
    assert re.findall(r"[\w-]{43}=", kept) == []
    assert seal.open_all(ballot.pk, [envelope]) == [FAVOURABLE]


def test_key_is_gone_once_the_ballot_is_counted(opened, jurors, django_capture_on_commit_callbacks):
    ballot = deliberation.open_ballot(deliberation=opened, by=jurors[0])
    for juror in jurors:
        deliberation.cast_vote(ballot=ballot, choice=UNFAVOURABLE, by=juror)

    with django_capture_on_commit_callbacks(execute=True):
        deliberation.close_ballot(ballot=ballot, by=jurors[0])

    with pytest.raises(seal.SealLost):
        seal.open_all(ballot.pk, [])


def test_envelopes_of_every_choice_look_alike():
    seal.make(0)
    sealed = [seal.close(0, choice) for choice in deliberation.CHOICES]
    seal.destroy(0)

    assert len({len(envelope) for envelope in sealed}) == 1


def test_roll_is_read_without_envelopes(opened, jurors):
    ballot = deliberation.open_ballot(deliberation=opened, by=jurors[0])
    deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=jurors[0])

    [voter] = [one for one in queries.roll_of(Ballot.objects.get()) if one.has_voted]
    assert (voter.juror, voter.get_deferred_fields()) == (jurors[0], {"envelope"})
