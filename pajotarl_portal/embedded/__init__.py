"""PostgreSQL and Redis for a data folder, started by whoever needs them first.

Used when DATABASE_URL or REDIS_URL is unset. Every process that uses a server holds a shared lock on
a file beside its data; a keeper process (keeper.py) runs the server for as long as anybody holds that
lock. The kernel drops the lock of a process that dies, however it dies, and a forked child shares the
lock of its parent, so nothing has to be counted or cleaned up.
"""

import atexit
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

from pajotarl_portal.embedded.place import Place, is_locked

NAMES = ("postgres", "redis")
START_SECONDS = 120
STOP_SECONDS = 60

_held = {}


class NoServer(RuntimeError):
    """An embedded server does not start; the message says what to do."""


def postgres_url(folder: Path) -> str:
    """The address of the PostgreSQL that keeps its data in `folder`, running or not."""
    return f"postgresql://postgres@/postgres?host={Place(folder, 'postgres').sockets}"


def redis_url(folder: Path, *, database: int = 0) -> str:
    """The address of the Redis that keeps its data in `folder`, running or not."""
    return f"unix://{Place(folder, 'redis').socket}?db={database}"


def start(folder: Path, names: tuple[str, ...] = NAMES):
    """Have the named servers of `folder` run for as long as this process lives.

    Returns when they answer; harmless when repeated. Raises NoServer.
    """
    places = [place for name in names if (place := Place(folder, name)) not in _held]
    for place in places:
        _held[place] = _hold(place)
        atexit.register(_leave, place, of=os.getpid())
    try:
        _have_them_answer(places)
    except NoServer:
        for place in places:
            _held.pop(place).close()
        raise


def is_used(folder: Path) -> bool:
    """Whether any process, this one too, uses a server of `folder`."""
    return any(is_locked(Place(folder, name).users) for name in NAMES)


def _have_them_answer(places: list[Place]):
    keepers = {place: _keeper(place) for place in places if not place.answers()}
    for place, keeper in keepers.items():
        _wait_until_it_answers(place, keeper)


def _hold(place: Place):
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        users = place.users.open("a")
    except OSError as problem:
        mend = f"let user {os.getuid()} write there, or set PORTAL_DATA to another folder."
        raise NoServer(f"{place.folder} cannot be written ({problem.strerror}): {mend}") from problem
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _keeper(place: Place) -> subprocess.Popen:
    program = Path(__file__).with_name("keeper.py")
    return subprocess.Popen(
        [sys.executable, program, place.name, place.folder],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_until_it_answers(place: Place, keeper: subprocess.Popen):
    """A keeper that finds another at work leaves at once with success, hence the loop."""
    until = time.monotonic() + START_SECONDS
    while keeper.wait() == 0 and not place.answers() and time.monotonic() < until:
        time.sleep(0.05)
        keeper = _keeper(place)
    if not place.answers():
        raise NoServer(f"{place.name} does not start: {_last_words(place)} Its log is {place.log}.")


def _last_words(place: Place) -> str:
    if not place.log.exists():
        return "it left no message."
    return (place.log.read_text(errors="replace").strip().splitlines() or ["it left no message."])[-1]


def _leave(place: Place, *, of: int):
    """Let go of the server, and when nobody else uses it wait until it has stopped.

    A forked child inherits this exit handler, but not the right to let go for its parent.
    """
    if os.getpid() != of or place not in _held:
        return
    _held.pop(place).close()
    until = time.monotonic() + STOP_SECONDS
    while is_locked(place.keeper) and not _is_shared(place) and time.monotonic() < until:
        time.sleep(0.01)


def _is_shared(place: Place) -> bool:
    """Whether other users hold the server: their lock excludes a lock alone, not a lock beside them."""
    return is_locked(place.users) and not is_locked(place.users, against=fcntl.LOCK_SH)
