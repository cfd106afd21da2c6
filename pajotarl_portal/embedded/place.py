"""Where an embedded server stands: its files, its locks, its socket. Standard library only."""

import fcntl
import hashlib
import os
import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SOCKETS = {"postgres": ".s.PGSQL.5432", "redis": "redis.sock"}


def startup_message() -> bytes:
    """PostgreSQL's protocol 3.0: length, version, and who wants in."""
    who = b"user\0postgres\0database\0postgres\0\0"
    return (8 + len(who)).to_bytes(4, "big") + (3 << 16).to_bytes(4, "big") + who


GREETINGS = {"postgres": (startup_message(), b"R"), "redis": (b"PING\r\n", b"+")}


@dataclass(frozen=True)
class Place:
    """The files of server `name` in data folder `folder` (an absolute path)."""

    folder: Path
    name: str

    @property
    def data(self) -> Path:
        return self.folder / self.name

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def users(self) -> Path:
        """Every user holds a shared lock on it; the keeper takes it alone to stop the server."""
        return self.folder / f".{self.name}.users"

    @property
    def keeper(self) -> Path:
        """Locked by the one keeper that runs the server."""
        return self.folder / f".{self.name}.keeper"

    @property
    def sockets(self) -> Path:
        """A short folder of our own: the path of a unix socket may not be longer than 107 bytes."""
        key = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path("/tmp") / f"pajotarl-{os.getuid()}-{key}-{self.name}"

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKETS[self.name]

    def answers(self) -> bool:
        """Whether the server takes work now; not yet while it starts or recovers."""
        greeting, welcome = GREETINGS[self.name]
        with closing(socket.socket(socket.AF_UNIX)) as line:
            line.settimeout(5)
            try:
                line.connect(str(self.socket))
                line.sendall(greeting)
                return line.recv(4096).startswith(welcome)
            except OSError:
                return False


def lock(file, kind: int) -> bool:
    """Take the lock if it is free: `fcntl.LOCK_EX` alone, `fcntl.LOCK_SH` beside other readers."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(path: Path, *, against: int = fcntl.LOCK_EX) -> bool:
    """Whether somebody's lock on `path` stands in the way of a lock of the kind `against`."""
    if not path.exists():
        return False
    with path.open("a") as probe:
        return not lock(probe, against)
