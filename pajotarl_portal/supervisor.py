"""Several processes as one: they start together, and when one ends or a signal comes, all stop."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from ctypes import CDLL
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def read_procfile(path: Path) -> dict[str, list[str]]:
    """The commands of a Procfile (`name: command`) by their name."""
    lines = (line.partition(":") for line in path.read_text().splitlines() if line.strip())
    return {name.strip(): shlex.split(command) for name, _, command in lines}


class Supervisor:
    """Runs `commands` from `folder`, with this Python's own programs first on the PATH."""

    def __init__(self, commands: dict[str, list[str]], *, folder: Path):
        self.commands = commands
        self.folder = folder
        self.processes: dict[str, subprocess.Popen] = {}
        self.told = threading.Event()

    def __enter__(self):
        for number in SIGNALS:
            signal.signal(number, lambda *_: self.told.set())
        for name, command in self.commands.items():
            self.processes[name] = self._start(command)
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            _signal_group(process, signal.SIGTERM)
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def _start(self, command: list[str]) -> subprocess.Popen:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal reaches us only, and we pass it on once
            preexec_fn=_stop_with_parent,
        )

    def ended(self) -> str | None:
        """The name of a process that stopped by itself."""
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def wait(self, *, seconds: float | None = None) -> str | None:
        """Until a signal comes, a process ends (its name is returned), or `seconds` have passed."""
        waited = 0.0
        while not self.told.wait(0.2) and (seconds is None or waited < seconds):
            waited += 0.2
            if name := self.ended():
                return name
        return None


def _stop_with_parent():
    """Ask the kernel to stop this process too when the supervisor is killed."""
    CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(process: subprocess.Popen, number: signal.Signals):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
