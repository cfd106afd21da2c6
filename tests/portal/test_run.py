"""`make run` as a person does it: it starts everything, and whatever stops it stops everything."""

import json
import re
import signal
import socket
import urllib.error
import urllib.request

from tests.portal.processes import processes_naming, wait_until


def fetch(port: int, path: str):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


MODELS = "from accounts.models import User; from challenges.models import Call; "
CHANGE = MODELS + "User.objects.create(email='nieuw@vzw.example'); Call.objects.update(title='Anders')"
SHOW = MODELS + "print(User.objects.filter(email='nieuw@vzw.example').count(), Call.objects.get().title)"


def shell(portal, script) -> str:
    return portal.manage("shell", "--no-imports", "--command", script).stdout


def start(portal, port):
    """Run the portal until it says where it is, and return the process and what it said."""
    process = portal.start("run", PORT=str(port))
    said = []
    while line := process.stdout.readline():
        said.append(line)
        if "The portal runs at" in line:
            break
    return process, "".join(said)


def is_healthy(port) -> bool:
    return fetch(port, "/healthz")[0] == 200


def nothing_left(portal) -> bool:
    return processes_naming(str(portal.data)) == []


def test_run_starts_everything_stops_everything_and_continues_with_its_data(portal, free_port):
    first, said = start(portal, free_port)
    healthy = wait_until(lambda: is_healthy(free_port), seconds=120)
    shell(portal, CHANGE)
    first.send_signal(signal.SIGINT)
    last_words, _ = first.communicate(timeout=120)
    left_by_first = nothing_left(portal)

    second, _ = start(portal, free_port)
    kept = shell(portal, SHOW)
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=120)

    assert f"The portal runs at http://localhost:{free_port}" in said
    assert (healthy, left_by_first, nothing_left(portal)) == (True, True, True)
    assert (first.returncode, second.returncode) == (0, 0)
    assert last_words.rstrip().endswith("The portal has stopped.")
    assert kept == "1 Anders\n"


def test_run_refuses_a_port_that_is_taken(portal, free_port):
    with socket.create_server(("127.0.0.1", free_port)):
        result = portal.manage("run", PORT=str(free_port))

    mend = f"Stop het programma dat ze gebruikt, of kies een andere: make run PORT={free_port + 1}"
    problem = f"Poort {free_port} van 127.0.0.1 is niet vrij (Address already in use)."
    assert (result.returncode, result.stderr) == (1, f"CommandError: {problem} {mend}\n")
    assert nothing_left(portal)


def test_run_refuses_a_database_that_does_not_answer(portal, free_port, tmp_path):
    url = f"postgresql://nobody@/portal?host={tmp_path}"

    result = portal.manage("run", PORT=str(free_port), DATABASE_URL=url)

    assert result.returncode == 1
    assert re.fullmatch(r"CommandError: De databank van DATABASE_URL antwoordt niet: .*\n", result.stderr)


def test_reset_starts_over(portal):
    (portal.data / "postgres").mkdir(parents=True)
    (portal.data / "uploads").mkdir()

    result = portal.manage("reset")

    assert (result.returncode, portal.data.exists()) == (0, False)


def test_reset_leaves_a_portal_that_runs(portal):
    process = portal.start(
        "shell",
        "--command",
        "from django.db import connection as c; c.ensure_connection(); "
        "print('ready', flush=True); import time; time.sleep(60)",
    )
    while process.stdout.readline().strip() != "ready":
        pass

    result = portal.manage("reset")
    process.kill()
    process.communicate()

    problem = f"Het portaal van {portal.data} draait: stop het (Ctrl-C) en probeer opnieuw."
    assert (result.returncode, result.stderr) == (1, f"CommandError: {problem}\n")
    assert (portal.data / "postgres").exists()


def test_reset_refuses_outside_practice_mode(portal):
    result = portal.manage("reset", PORTAL_DEMO="0", SECRET_KEY="s" * 60, ALLOWED_HOSTS="portaal.example")

    problem = "Alleen een portaal in oefenmodus begint opnieuw: hier staat PORTAL_DEMO uit."
    assert (result.returncode, result.stderr) == (1, f"CommandError: {problem}\n")


def test_reset_leaves_a_folder_that_holds_no_portal(portal):
    portal.data.mkdir()
    (portal.data / "letter.txt").write_text("not ours")

    result = portal.manage("reset")

    assert result.stdout == f"{portal.data} holds no portal: nothing to do.\n"
    assert (portal.data / "letter.txt").exists()


def test_database_and_redis_addresses_are_honoured(portal, tmp_path):
    """Another portal's servers, given by address: no embedded one is started here."""
    hold = "from django.db import connection as c; c.ensure_connection(); print('ready', flush=True)"
    hold += "; import time; time.sleep(600)"
    other = portal.start("shell", "--no-imports", "--command", hold, PORTAL_DATA=str(tmp_path / "other"))
    while other.stdout.readline().strip() != "ready":
        pass
    script = (
        "from django.conf import settings as s; import json; print(json.dumps([s.DATABASE_URL, s.REDIS_URL]))"
    )
    there = portal.manage("shell", "--no-imports", "--command", script, PORTAL_DATA=str(tmp_path / "other"))
    database, redis = json.loads(there.stdout)

    result = portal.manage("showmigrations", DATABASE_URL=database, REDIS_URL=redis)
    other.kill()
    other.communicate()

    assert (result.returncode, portal.data.exists()) == (0, False)
