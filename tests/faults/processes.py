"""The portal's real processes on the test's database, to be killed with SIGKILL and started again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from django.conf import settings
from django.db import connection

from pajotarl_portal.embedded.place import Place
from pajotarl_portal.supervisor import _stop_with_parent, read_procfile
from tests.portal.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
TAKEN_FROM_THE_TESTS = ("DJANGO_ALLOW_ASYNC_UNSAFE", "PORTAL_SERVERS", "PYTEST_CURRENT_TEST")


def redis_program() -> list:
    folder = Path(settings.BASE_DIR) / "pajotarl_portal" / "embedded"
    script = "import sys; sys.path.insert(0, sys.argv[1]); import keeper; print(keeper.redis_program())"
    found = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True, check=True)
    return found.stdout.strip()


class Processes:
    """`web`, `worker` and `beat` of the Procfile, and a `redis` of their own, with data in `folder`."""

    def __init__(self, folder: Path, *, port: int, smtp_port: int, web_processes: int = 2):
        self.folder, self.port = folder, port
        self.place = Place(folder, "redis")
        self.place.data.mkdir(parents=True)
        self.place.sockets.mkdir(mode=0o700, exist_ok=True)
        database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
        inherited = {name: value for name, value in os.environ.items() if name not in TAKEN_FROM_THE_TESTS}
        self.environment = {
            **inherited,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": database.geturl(),
            "REDIS_URL": f"unix://{self.place.socket}?db=0",
            "PORTAL_DATA": str(folder),
            "PORTAL_DEMO": "1",
            "PORT": str(port),
            "WEB_PROCESSES": str(web_processes),
            "TICK_SECONDS": "1",
            "FAULTS_SMTP_PORT": str(smtp_port),
        }
        self.commands = {"redis": self._redis(), **read_procfile(ROOT / "Procfile")}
        self.running: dict[str, subprocess.Popen] = {}
        self.killed: list[tuple[str, float]] = []
        self.ended: list[str] = []

    def _redis(self) -> list:
        options = {"port": 0, "unixsocket": self.place.socket, "dir": self.place.data, "appendonly": "yes"}
        return [
            redis_program(),
            *(str(part) for name, value in options.items() for part in (f"--{name}", value)),
        ]

    def __enter__(self):
        for name in self.commands:
            self.start(name)
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self._end(name)
        with suppress(OSError):
            self.place.socket.unlink(missing_ok=True)
            self.place.sockets.rmdir()

    def start(self, name: str):
        log = (self.folder / f"{name}.out").open("ab")
        with log:
            self.running[name] = subprocess.Popen(
                self.commands[name],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_stop_with_parent,
            )

    def revive(self):
        """What the machine's supervisor does for a process that ended by itself."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.ended.append(name)
                self._end(name)
                self.start(name)

    def wait_until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Whether `holds()` becomes true in time, while the supervisor keeps its eye on the processes."""

        def holds_now() -> bool:
            self.revive()
            return holds()

        return wait_until(holds_now, seconds=seconds)

    def kill(self, name: str):
        """SIGKILL for the whole of `name`."""
        self.killed.append((name, time.monotonic()))
        self._end(name)

    def kill_child(self, name: str, *, chance: random.Random):
        """SIGKILL for one process that `name` forked; its parent lives on."""
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.running[name].pid)
            if children := wait_until(parent.children, seconds=20):
                child = chance.choice(children)
                self.killed.append((f"{name} child", time.monotonic()))
                child.kill()

    def _end(self, name: str):
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_for_redis(self):
        assert wait_until(self.place.answers, seconds=60)

    def last_words(self) -> str:
        logs = sorted(self.folder.glob("*.out"))
        return "\n".join(f"== {log.stem}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)
