"""Proof that worker and beat live: each writes in Redis, every few seconds, when it last did its work."""

import time

import redis
from celery import signals
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

KEY = "pajotarl:heartbeat:{}"
KEEP_SECONDS = 24 * 60 * 60


def connect() -> redis.Redis:
    """A connection that gives up at once when Redis is gone, so that nothing waits for it."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3, retry=Retry(NoBackoff(), 0)
    )


def sign(name: str):
    """Note that `name` is alive now, by the machine's clock; a Redis that is away is no reason to stop."""
    try:
        with connect() as client:
            client.set(KEY.format(name), time.time(), ex=KEEP_SECONDS)
    except redis.RedisError:
        return


def age(name: str, client: redis.Redis) -> float | None:
    """Seconds since `name` last signed; None when it never did. Raises redis.RedisError."""
    signed = client.get(KEY.format(name))
    return None if signed is None else max(0.0, time.time() - float(signed))


@signals.heartbeat_sent.connect
def sign_worker(**_):
    """The worker is connected to its broker and ready for work."""
    sign("worker")


@signals.beat_init.connect
def watch_beat(**_):
    """This process is beat: that it began proves that it lives, and so does every task it hands out."""
    sign_beat()
    signals.after_task_publish.connect(sign_beat)


def sign_beat(**_):
    sign("beat")
