"""The cache on Redis that a page can live without: when Redis is gone, nothing is remembered."""

import logging

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError, TimeoutError

GONE = (ConnectionError, TimeoutError)
logger = logging.getLogger(__name__)


class OneClientForEachPool(RedisCacheClient):
    """Django builds a new client for every word with Redis, which takes longer than the word itself."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._clients = {}

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)
        if pool not in self._clients:
            self._clients[pool] = self._client(connection_pool=pool)
        return self._clients[pool]


class ForgivingRedisCache(RedisCache):
    """A missing Redis reads as an empty cache and swallows what is written."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._class = OneClientForEachPool

    def get(self, key, default=None, version=None):
        return self._try(super().get, default, key, default, version)

    def get_many(self, keys, version=None):
        return self._try(super().get_many, {}, keys, version)

    def has_key(self, key, version=None):
        return self._try(super().has_key, False, key, version)

    def add(self, key, value, *args, **options):
        return self._try(super().add, True, key, value, *args, **options)

    def set(self, key, value, *args, **options):
        return self._try(super().set, None, key, value, *args, **options)

    def set_many(self, data, *args, **options):
        return self._try(super().set_many, [], data, *args, **options)

    def touch(self, key, *args, **options):
        return self._try(super().touch, False, key, *args, **options)

    def delete(self, key, version=None):
        return self._try(super().delete, False, key, version)

    def delete_many(self, keys, version=None):
        return self._try(super().delete_many, None, keys, version)

    def _try(self, method, otherwise, *args, **options):
        try:
            return method(*args, **options)
        except GONE as problem:
            logger.warning("The cache does not answer: %s", problem)
            return otherwise
