"""The cache remembers while Redis answers, and a page lives on when it does not."""

import pytest
from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches

from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def without_redis(settings, tmp_path):
    configured = settings.CACHES[DEFAULT_CACHE_ALIAS]
    settings.CACHES = {DEFAULT_CACHE_ALIAS: {**configured, "LOCATION": f"unix://{tmp_path / 'gone.sock'}"}}
    return caches[DEFAULT_CACHE_ALIAS]


@pytest.fixture
def with_redis(db):
    cache.clear()
    yield cache
    cache.clear()


def test_cache_remembers(with_redis):
    with_redis.set("answer", 42)
    with_redis.set_many({"a": 1, "b": 2})

    assert with_redis.get("answer") == 42
    assert with_redis.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert with_redis.add("answer", 43) is False
    assert with_redis.has_key("answer") is True
    assert with_redis.touch("answer", 60) is True
    assert with_redis.delete("answer") is True


def test_missing_redis_reads_as_an_empty_cache(without_redis):
    assert without_redis.get("answer", "unknown") == "unknown"
    assert without_redis.get_many(["a", "b"]) == {}
    assert without_redis.has_key("answer") is False


def test_missing_redis_swallows_what_is_written(without_redis):
    assert without_redis.set("answer", 42) is None
    assert without_redis.set_many({"a": 1}) == []
    assert without_redis.add("answer", 42) is True
    assert without_redis.touch("answer") is False
    assert without_redis.delete("answer") is False
    assert without_redis.delete_many(["answer"]) is None


def test_login_works_without_redis(without_redis, client, db):
    user = UserFactory()

    response = client.post("/account/login/", {"login": user.email, "password": PASSWORD})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
