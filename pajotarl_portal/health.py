"""GET /healthz: whether every part of the portal does its work, and if not, which part is to blame."""

from contextlib import closing
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponseNotAllowed, JsonResponse

from journal import clock
from notifications.queries import oldest_waiting
from pajotarl_portal import heartbeat

WORKER_SECONDS = 30
OUTBOX_SECONDS = 15 * 60
UNKNOWN = {"ok": None}


class HealthMiddleware:
    """Answers /healthz before anything else: the other layers need the very parts that are examined."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return healthz(request) if request.path == "/healthz" else self.get_response(request)


def healthz(request):
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    parts = {**stored_parts(), **working_parts()}
    culprits = [name for name, part in parts.items() if part["ok"] is False]
    document = {"ok": not culprits, "culprits": culprits, "parts": parts}
    response = JsonResponse(document, status=503 if culprits else 200, headers={"Cache-Control": "no-store"})
    response._has_been_logged = True  # asked every few seconds; whoever asks keeps the log
    return response


def stored_parts() -> dict:
    """Database, migrations and outbox; without a database nothing is known of the other two."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = {"ok": True}
        migrations = examine_migrations()
        outbox = examine_outbox() if migrations["ok"] else UNKNOWN
    except DatabaseError:
        connection.close()
        return {"database": wrong("does not answer"), "migrations": UNKNOWN, "outbox": UNKNOWN}
    return {"database": database, "migrations": migrations, "outbox": outbox}


def examine_migrations() -> dict:
    waiting = sorted(known_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    if waiting:
        names = [".".join(migration) for migration in waiting]
        return wrong("not all applied: run manage.py migrate", waiting=names)
    return {"ok": True}


@cache
def known_migrations() -> frozenset:
    """The migrations that this code ships, read from disk once."""
    return frozenset(MigrationLoader(None).disk_migrations)


def examine_outbox() -> dict:
    since = oldest_waiting()
    seconds = max(0.0, (clock.now() - since).total_seconds()) if since else 0.0
    if seconds > OUTBOX_SECONDS:
        return wrong("a mail waits too long", seconds=round(seconds))
    return {"ok": True, "seconds": round(seconds)}


def working_parts() -> dict:
    """Broker, worker and beat; without a broker nothing is known of the other two."""
    beat_seconds = max(60, 4 * settings.TICK_SECONDS)
    try:
        with closing(heartbeat.connect()) as client:
            client.ping()
            worker = examine_pulse(heartbeat.age("worker", client), limit=WORKER_SECONDS)
            beat = examine_pulse(heartbeat.age("beat", client), limit=beat_seconds)
    except redis.RedisError:
        return {"broker": wrong("does not answer"), "worker": UNKNOWN, "beat": UNKNOWN}
    return {"broker": {"ok": True}, "worker": worker, "beat": beat}


def examine_pulse(seconds: float | None, *, limit: float) -> dict:
    if seconds is None:
        return wrong("never seen")
    if seconds > limit:
        return wrong("silent", seconds=round(seconds))
    return {"ok": True, "seconds": round(seconds)}


def wrong(problem: str, **facts) -> dict:
    return {"ok": False, "problem": problem, **facts}
