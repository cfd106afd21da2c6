"""The seal of a secret ballot: its key lives in Redis while the ballot is open, and nowhere after.

A vote waits in the database as an envelope that only this key opens. The key is never written to the
database, so neither a look inside nor an old backup of it can tie a vote to a person. When the ballot
ends the key is destroyed. Should Redis lose it before, the ballot is void and is held again.
"""

from contextlib import suppress

import redis
from cryptography.fernet import Fernet
from django.conf import settings
from redis.exceptions import RedisError

DAY = 24 * 60 * 60
# Every choice is sealed at the same length, so that an envelope's size says nothing.
LENGTH = 16
# The moment inside an envelope is always the same: when somebody voted is nobody's business.
NO_MOMENT = 0


class SealLost(Exception):
    """The key is gone, or cannot be reached: what was sealed cannot be read."""


def make(ballot: int) -> None:
    """A key for the ballot with this primary key. Raises SealLost when Redis cannot keep it."""
    with _redis() as server:
        server.set(_name(ballot), Fernet.generate_key(), ex=DAY)


def close(ballot: int, choice: str) -> bytes:
    """The envelope of one vote."""
    return _key(ballot).encrypt_at_time(choice.encode().ljust(LENGTH), NO_MOMENT)


def open_all(ballot: int, envelopes) -> list[str]:
    """The choices in `envelopes`, sorted, so that their order says nothing."""
    key = _key(ballot)
    return sorted(key.decrypt(bytes(envelope)).decode().strip() for envelope in envelopes)


def destroy(ballot: int) -> None:
    """Forget the key, also in Redis' own log on disk. A key that cannot be reached expires in a day."""
    with suppress(SealLost), _redis() as server:
        server.delete(_name(ballot))
        with suppress(RedisError):
            server.bgrewriteaof()


def _key(ballot: int) -> Fernet:
    with _redis() as server:
        kept = server.get(_name(ballot))
    if kept is None:
        raise SealLost
    return Fernet(kept)


class _redis:
    """A connection for one errand; whatever goes wrong with it is a lost seal."""

    def __enter__(self):
        self.server = redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
        return self.server

    def __exit__(self, kind, error, trace):
        self.server.close()
        if kind is not None and issubclass(kind, RedisError):
            raise SealLost from error


def _name(ballot: int) -> str:
    return f"ballot-seal:{ballot}"
