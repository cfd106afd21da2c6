"""GET /healthz on the real database and Redis: it names the part that is to blame."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from journal import clock
from notifications.models import Message
from pajotarl_portal import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis():
    with heartbeat.connect() as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def all_alive(redis):
    heartbeat.sign("worker")
    heartbeat.sign("beat")


def examine(client):
    response = client.get("/healthz")
    return response.status_code, response.json()


def write_mail(*, minutes_ago, status="waiting"):
    written = clock.now() - timedelta(minutes=minutes_ago)
    Message.objects.create(
        kind="note", recipient="a@vzw.example", about="x", created_at=written, status=status
    )


def test_healthz_of_a_healthy_portal(client, all_alive, django_assert_num_queries):
    with django_assert_num_queries(4):
        response = client.get("/healthz")

    parts = response.json()["parts"]
    assert (response.status_code, response.json()["culprits"]) == (200, [])
    assert {name: part["ok"] for name, part in parts.items()} == dict.fromkeys(
        ["database", "migrations", "outbox", "broker", "worker", "beat"], True
    )
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_healthz_names_who_was_never_seen(client, all_alive, redis, name):
    redis.delete(heartbeat.KEY.format(name))

    status, document = examine(client)

    assert (status, document["culprits"]) == (503, [name])
    assert document["parts"][name] == {"ok": False, "problem": "never seen"}


@pytest.mark.parametrize(("name", "limit"), [("worker", 30), ("beat", 60)])
def test_healthz_names_who_fell_silent(client, all_alive, redis, name, limit):
    redis.set(heartbeat.KEY.format(name), time.time() - limit + 5)
    before = examine(client)
    redis.set(heartbeat.KEY.format(name), time.time() - limit - 5)

    after = examine(client)

    assert (before[0], after[0]) == (200, 503)
    assert after[1]["parts"][name] == {"ok": False, "problem": "silent", "seconds": limit + 5}


def test_healthz_names_the_broker_at_once(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path / 'gone.sock'}"
    began = time.monotonic()

    status, document = examine(client)

    assert (status, document["culprits"]) == (503, ["broker"])
    assert document["parts"]["worker"] == {"ok": None}
    assert time.monotonic() - began < 1


def test_healthz_names_migrations_that_wait(client, all_alive):
    MigrationRecorder(connection).record_unapplied("journal", "0002_append_only")

    status, document = examine(client)

    assert (status, document["culprits"]) == (503, ["migrations"])
    assert document["parts"]["migrations"]["waiting"] == ["journal.0002_append_only"]


def test_healthz_names_an_outbox_that_stands_still(client, all_alive):
    write_mail(minutes_ago=16)

    status, document = examine(client)

    assert (status, document["culprits"]) == (503, ["outbox"])
    assert document["parts"]["outbox"] == {"ok": False, "problem": "a mail waits too long", "seconds": 960}


def test_healthz_lets_mail_wait_for_a_while_or_for_its_release(client, all_alive):
    write_mail(minutes_ago=14)
    Message.objects.create(
        kind="letter",
        recipient="a@vzw.example",
        about="x",
        created_at=clock.now() - timedelta(days=3),
        status="held",
    )

    assert examine(client)[0] == 200


def test_healthz_needs_no_known_host(client, all_alive, settings):
    settings.ALLOWED_HOSTS = ["portaal.example"]

    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


def test_healthz_is_only_read(client):
    assert client.post("/healthz").status_code == 405


def test_sign_does_without_redis(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path / 'gone.sock'}"

    assert heartbeat.sign("worker") is None
