"""A wrong setting refuses to start the portal in one line that names it and the mend."""

import pytest

from pajotarl_portal import environment

PRODUCTION = {
    "PORTAL_DEMO": "0",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMN",
    "ALLOWED_HOSTS": "portaal.example",
}
MANUAL = "docs/configuration.md lists every setting."


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_without_what_it_requires_refuses_to_start(portal, name):
    result = portal.manage("check", **{**PRODUCTION, name: ""})

    assert result.returncode == 1
    assert result.stderr.startswith(f"The portal does not start: {name} is missing. Set it to ")
    assert result.stderr.count("\n") == 1


def test_production_with_what_it_requires_starts(portal):
    result = portal.manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (result.returncode, result.stderr) == (0, "")


def test_practice_mode_requires_nothing(portal):
    assert portal.manage("check").returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORTAL_DEMO", "misschien", "PORTAL_DEMO is 'misschien': write 1 for on or 0 for off."),
        ("PORT", "http", "PORT is 'http': write a whole number, such as 8000."),
        ("TICK_SECONDS", "vaak", "TICK_SECONDS is 'vaak': write a number, such as 15."),
        ("DATABASE_URL", "mysql://db/portal", "DATABASE_URL must begin with postgresql:// or postgres://."),
        ("REDIS_URL", "localhost", "REDIS_URL must begin with redis:// or rediss:// or unix://."),
        ("LOG_LEVEL", "luid", "LOG_LEVEL is 'luid': write DEBUG, INFO, WARNING or ERROR."),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "TRUSTED_PROXIES holds 'proxy': write addresses or networks such as 10.0.0.0/8.",
        ),
    ],
)
def test_wrong_value_refuses_to_start(portal, name, value, problem):
    result = portal.manage("check", **{name: value})

    assert (result.returncode, result.stderr) == (1, f"The portal does not start: {problem} {MANUAL}\n")


def test_read_file_refuses_a_line_that_is_no_setting(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# practice\nPORTAL_DEMO=1\nnonsense here\n")

    with pytest.raises(SystemExit) as refusal:
        environment.read_file(file)

    problem = f"line 3 of {file} is not NAME=value: 'nonsense here'. Mend it or put # before it."
    assert refusal.value.code == f"The portal does not start: {problem} {MANUAL}"


def test_read_file_refuses_what_is_no_text(tmp_path):
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SystemExit, match=f"The portal does not start: {file} cannot be read"):
        environment.read_file(file)


def test_read_file_leaves_what_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("EXAMPLE_SETTING", "environment")
    file = tmp_path / ".env"
    file.write_text("EXAMPLE_SETTING=file\n")

    environment.read_file(file)

    assert environment.Environment()("EXAMPLE_SETTING") == "environment"


def test_read_file_that_is_absent_changes_nothing(tmp_path):
    assert environment.read_file(tmp_path / ".env") is None


def test_broker_url_writes_a_socket_as_celery_does():
    assert environment.broker_url("unix:///tmp/redis.sock?db=3") == (
        "redis+socket:///tmp/redis.sock?virtual_host=3"
    )
    assert environment.broker_url("rediss://redis.example/1") == "rediss://redis.example/1"
