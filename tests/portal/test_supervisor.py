"""Several processes as one: whatever ends one of them, or the whole, ends all."""

import signal
import subprocess
import sys

import pytest

from pajotarl_portal.supervisor import Supervisor, read_procfile
from tests.portal.conftest import ROOT
from tests.portal.processes import processes_naming, wait_until

SUPERVISE = """
import sys
from pathlib import Path
from pajotarl_portal.supervisor import Supervisor
child = [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]]
with Supervisor({"one": child, "two": child}, folder=Path.cwd()) as processes:
    print("ready", flush=True)
    processes.wait()
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


@pytest.fixture
def supervised(tmp_path):
    mark = str(tmp_path / "mark")
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, mark], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    yield process, mark
    process.kill()
    process.wait()
    process.stdout.close()


def test_read_procfile_names_the_commands(tmp_path):
    procfile = tmp_path / "Procfile"
    procfile.write_text("web: serve --port 80 'a b'\n\nbeat: tick\n")

    assert read_procfile(procfile) == {"web": ["serve", "--port", "80", "a b"], "beat": ["tick"]}


def test_procfile_of_the_portal_names_its_three_processes():
    assert list(read_procfile(ROOT / "Procfile")) == ["web", "worker", "beat"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_every_process(supervised, number):
    process, mark = supervised
    assert len(processes_naming(mark)) == 3

    process.send_signal(number)
    process.wait(timeout=30)

    assert (process.returncode, processes_naming(mark)) == (0, [])


def test_kill_takes_every_process_along(supervised):
    process, mark = supervised

    process.kill()

    assert wait_until(lambda: processes_naming(mark) == [])


def test_wait_names_the_process_that_ended(tmp_path):
    commands = {"short": ["sleep", "0.1"], "long": ["sleep", "600"]}

    with Supervisor(commands, folder=tmp_path) as processes:
        ended = processes.wait()

    assert (ended, processes.processes["long"].returncode) == ("short", -signal.SIGTERM)


def test_wait_lasts_no_longer_than_asked(tmp_path):
    with Supervisor({"long": ["sleep", "600"]}, folder=tmp_path) as processes:
        assert processes.wait(seconds=0.3) is None


def test_process_that_ignores_its_signal_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("pajotarl_portal.supervisor.STOP_SECONDS", 1)
    ready = tmp_path / "ready"
    script = f"{STUBBORN.replace('; time', f'; open({str(ready)!r}, chr(119)).close(); time')}"

    with Supervisor({"stubborn": [sys.executable, "-c", script]}, folder=tmp_path) as processes:
        assert wait_until(ready.exists)

    assert processes.processes["stubborn"].returncode == -signal.SIGKILL
