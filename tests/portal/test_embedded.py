"""The embedded servers live exactly as long as somebody uses them, however the users come and go."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from pajotarl_portal import embedded
from pajotarl_portal.embedded.place import Place
from tests.portal.processes import processes_naming, wait_until

ROOT = Path(__file__).resolve().parents[2]
USE = """
import sys
from pathlib import Path
from pajotarl_portal import embedded
embedded.start(Path(sys.argv[1]))
print("ready", flush=True)
"""
USE_AND_WAIT = USE + "sys.stdin.read()"
FORK = USE + (
    "import os\n"
    "child = os.fork()\n"
    "if child: os.waitpid(child, 0); print(embedded.Place(Path(sys.argv[1]), 'postgres').answers())\n"
    "else: sys.exit()\n"
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def user(folder):
    """Start a process that uses both servers until its standard input closes."""
    started = []

    def start(script=USE_AND_WAIT):
        process = subprocess.Popen(
            [sys.executable, "-c", script, folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
    assert wait_until(lambda: not any_answer(folder))


def ready(process) -> bool:
    return process.stdout.readline() == "ready\n"


def any_answer(folder) -> bool:
    return any(Place(folder, name).answers() for name in embedded.NAMES)


def all_answer(folder) -> bool:
    return all(Place(folder, name).answers() for name in embedded.NAMES)


def pid_of_postgres(folder) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def keepers(folder):
    return processes_naming(str(folder), "keeper.py")


def test_servers_run_while_used_and_have_stopped_when_the_last_user_has_left(folder, user):
    first, second = user(), user()
    assert ready(first)
    assert ready(second)

    first.communicate()
    after_first = all_answer(folder)
    second.communicate()

    assert (after_first, any_answer(folder), keepers(folder)) == (True, False, [])


def test_servers_keep_their_data(folder, user):
    url = embedded.postgres_url(folder)
    first = user()
    ready(first)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.close()
    first.communicate()

    second = user()
    ready(second)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM kept")
        answer = cursor.fetchone()
    connection.close()

    assert answer == (42,)


def test_servers_stop_after_their_user_was_killed(folder, user):
    process = user()
    ready(process)

    process.kill()

    assert wait_until(lambda: not any_answer(folder) and not keepers(folder))


def test_servers_survive_the_exit_of_a_forked_child(user):
    process = user(FORK)

    output, _ = process.communicate()

    assert output == "ready\nTrue\n"


def test_servers_start_once_for_users_that_come_together(folder, user):
    together = [user() for _ in range(4)]

    assert [ready(process) for process in together] == [True] * 4
    assert len(keepers(folder)) == len(embedded.NAMES)


def test_servers_die_with_a_killed_keeper_and_start_again(folder, user):
    first = user()
    ready(first)
    killed = pid_of_postgres(folder)
    for keeper in keepers(folder):
        keeper.kill()
    assert wait_until(lambda: not any_answer(folder))

    second = user()

    assert ready(second)
    assert pid_of_postgres(folder) != killed


def test_postgres_starts_beside_the_pid_file_of_a_dead_server(folder, user):
    first = user()
    ready(first)
    first.communicate()
    stale = folder / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder / 'postgres'}\n1700000000\n5432\n\n\n\nready\n")
    os.chown(stale, (folder / "postgres").stat().st_uid, -1)

    second = user()

    assert ready(second)


def test_servers_start_in_a_folder_with_a_long_path(tmp_path):
    folder = tmp_path / ("lange-naam-" * 9) / ("en-nog-langer-" * 9)

    result = subprocess.run([sys.executable, "-c", USE, folder], cwd=ROOT, capture_output=True, text=True)

    assert (result.stdout, result.stderr) == ("ready\n", "")


def test_start_names_the_log_when_postgres_refuses_its_data(folder, user):
    first = user()
    ready(first)
    first.communicate()
    (folder / "postgres" / "PG_VERSION").write_text("9\n")

    result = subprocess.run([sys.executable, "-c", USE, folder], cwd=ROOT, capture_output=True, text=True)

    message = result.stderr.strip().splitlines()[-1]
    assert message.startswith("pajotarl_portal.embedded.NoServer: postgres does not start: ")
    assert message.endswith(f"Its log is {folder / 'postgres.log'}.")


def test_start_names_the_mend_when_the_folder_cannot_be_written(tmp_path, portal):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    result = portal.manage("migrate", "--check", PORTAL_DATA=str(in_the_way / "data"))

    mend = f"let user {os.getuid()} write there, or set PORTAL_DATA to another folder."
    assert result.stderr == f"{in_the_way / 'data'} cannot be written (Not a directory): {mend}\n"
    assert result.returncode == 1


def test_command_without_need_of_data_starts_no_server(portal):
    result = portal.manage("help")

    assert (result.returncode, portal.data.exists()) == (0, False)


def test_command_that_is_terminated_leaves_no_server(portal):
    process = portal.start(
        "shell",
        "--command",
        "import time; from django.db import connection; "
        "connection.ensure_connection(); print('ready', flush=True); time.sleep(60)",
    )
    while process.stdout.readline().strip() != "ready":
        pass

    process.send_signal(signal.SIGTERM)
    process.communicate()

    assert wait_until(lambda: not any_answer(portal.data))


def test_embedded_servers_are_only_those_without_an_address(portal):
    script = "from django.conf import settings as s; import json; " + (
        "print(json.dumps(s.EMBEDDED_SERVERS))"
    )

    def servers(**environment):
        output = portal.manage("shell", "--no-imports", "--command", script, **environment).stdout
        return json.loads(output)

    database, redis = "postgresql://u@db.example/portal", "redis://redis.example:6379/1"
    assert servers() == ["postgres", "redis"]
    assert servers(DATABASE_URL=database) == ["redis"]
    assert servers(REDIS_URL=redis) == ["postgres"]
    assert servers(DATABASE_URL=database, REDIS_URL=redis) == []
