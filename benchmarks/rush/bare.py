"""The same rows without the portal: what PostgreSQL itself reaches on this machine, as a measure.

Each table is copied with its indexes and constraints, and the rows that the portal wrote are inserted
again, in transactions of the same size, over as many connections as there are web processes.
"""

import threading
import time
from contextlib import closing
from dataclasses import dataclass

import psycopg2
from django.db import connection
from psycopg2 import sql
from psycopg2.extras import Json

# By kind of work: the rows of one proposal, as (table, column that leads to the proposal).
PROPOSAL = "%(proposal)s::uuid"
VERSION = f"SELECT id FROM submissions_version WHERE proposal_id = {PROPOSAL}"
FILING = {
    "submissions_proposal": f"id = {PROPOSAL}",
    "submissions_version": f"proposal_id = {PROPOSAL}",
    "submissions_version_attachments": f"version_id IN ({VERSION})",
    "notifications_message": f"about IN (SELECT 'submissions.version:' || id FROM ({VERSION}) v)",
    "journal_entry": "object = 'submissions.proposal:' || %(proposal)s AND verb = 'proposal.filed'",
}
UPLOAD = {
    "submissions_proposal": f"id = {PROPOSAL}",
    "submissions_attachment": f"proposal_id = {PROPOSAL}",
    "submissions_sectionsave": f"proposal_id = {PROPOSAL} AND section = 'bijlagen'",
    "journal_entry": "object = 'submissions.proposal:' || %(proposal)s AND verb = 'proposal.file_attached'",
}
SAVE = {
    "submissions_proposal": f"id = {PROPOSAL}",
    "submissions_sectionsave": f"proposal_id = {PROPOSAL} AND section = 'aanpak'",
}


@dataclass(frozen=True)
class Bare:
    """How many transactions a second, and the rows in one of them."""

    per_second: float
    rows: float


def insert_again(proposals: list[str], tables: dict[str, str], *, hands: int) -> Bare:
    """Insert the rows that one transaction of the portal wrote for each proposal into empty copies."""
    known = connection.get_connection_params()
    parameters = {name: known[name] for name in ("dbname", "user", "host", "port") if known.get(name)}
    with closing(psycopg2.connect(**parameters)) as line, line, line.cursor() as cursor:
        work = [_rows_of(cursor, proposal, tables) for proposal in proposals]
        for table in tables:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_copy(table)))
            copied = sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)")
            cursor.execute(copied.format(_copy(table), sql.Identifier(table)))
    seconds = _race(work, parameters, hands=hands)
    rows = sum(len(rows) for each in work for _statement, rows in each) / len(work)
    return Bare(len(work) / seconds, rows)


def _copy(table: str) -> sql.Identifier:
    return sql.Identifier(f"bare_{table}")


def _rows_of(cursor, proposal: str, tables) -> list[tuple]:
    """(statement, rows) for each table."""
    found = []
    for table, where in tables.items():
        cursor.execute(f"SELECT * FROM {table} WHERE {where}", {"proposal": proposal})
        names = [column.name for column in cursor.description]
        statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
            _copy(table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join([sql.Placeholder()] * len(names)),
        )
        rows = [[_stored(value) for value in row] for row in cursor.fetchall()]
        found.append((statement.as_string(cursor), rows))
    return found


def _stored(value):
    return Json(value) if isinstance(value, dict | list) else value


def _race(work: list, parameters: dict, *, hands: int) -> float:
    waiting, lock = iter(work), threading.Lock()

    def hand():
        with closing(psycopg2.connect(**parameters)) as line, line.cursor() as cursor:
            while True:
                with lock:
                    each = next(waiting, None)
                if each is None:
                    return
                for statement, rows in each:
                    cursor.executemany(statement, rows)
                line.commit()

    threads = [threading.Thread(target=hand) for _ in range(hands)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began
