"""A portal of one's own: a data folder apart from the tests', and commands as a person would type them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TAKEN_FROM_THE_TESTS = (
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "REDIS_URL",
    "PORTAL_SERVERS",
)


class Portal:
    def __init__(self, data: Path):
        self.data = data
        inherited = {name: value for name, value in os.environ.items() if name not in TAKEN_FROM_THE_TESTS}
        self.environment = {
            **inherited,
            "PORTAL_DATA": str(data),
            "PORTAL_DEMO": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def manage(self, *arguments, **environment) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            capture_output=True,
            text=True,
            **self.where(environment),
        )

    def start(self, *arguments, **environment) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.where(environment),
        )

    def where(self, environment: dict) -> dict:
        return {"cwd": ROOT, "env": {**self.environment, **environment}}


@pytest.fixture
def portal(tmp_path):
    return Portal(tmp_path / "data")


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
