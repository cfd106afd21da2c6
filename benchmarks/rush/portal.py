"""A portal as in production, in a folder of its own: its environment, its processes, what they cost."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


def prepare_environment(folder: Path, *, port: int, smtp_port: int):
    """Set what this process and those it starts take for their settings; before Django is loaded."""
    for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_SERVERS", "DEBUG"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "pajotarl_portal.settings",
        "PORTAL_DATA": str(folder),
        "PORTAL_DEMO": "0",
        "SECRET_KEY": "of-a-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz-01234",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_HTTPS": "0",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "PORT": str(port),
        "WEB_PROCESSES": "4",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def postgres(folder: Path) -> list[psutil.Process]:
    """The server of `folder` with the processes that it forks for each connection."""
    pid = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    return [psutil.Process(pid)]


def cpu_seconds(parents: list[psutil.Process]) -> float:
    """Processor time of `parents` and of all that they started, ended ones included."""
    total = 0.0
    for parent in parents:
        for process in [parent, *parent.children(recursive=True)]:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + (times.children_user + times.children_system)
    return total


def as_parents(process: subprocess.Popen) -> list[psutil.Process]:
    return [psutil.Process(process.pid)]
