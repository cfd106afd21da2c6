"""Asking a ClamAV daemon about a file, by its own protocol (clamd, INSTREAM). Without one, nothing is asked.

The daemon's answer never decides whether somebody can file: when it is away a file waits to be scanned.
"""

import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

CHUNK = 64 * 1024
SECONDS = 30
LONGEST_ANSWER = 4096


class Scan(TextChoices):
    NONE = "none", _("Not scanned")
    WAITING = "waiting", _("Waits for the virus scanner")
    CLEAN = "clean", _("No virus found")
    QUARANTINED = "quarantined", _("In quarantine")


@dataclass(frozen=True)
class Scanned:
    """What the scanner said: a state and, in quarantine, the name of what it found."""

    state: str
    finding: str = ""


class ScannerAway(Exception):
    """No usable answer came: the daemon is down, busy, or refused the stream."""


def scan(file) -> Scanned:
    """Have an open binary file looked at, from its beginning; `WAITING` when the daemon is away."""
    if not settings.CLAMD_SOCKET:
        return Scanned(Scan.NONE)
    try:
        answer = _ask(file)
    except (OSError, ScannerAway):
        return Scanned(Scan.WAITING)
    finally:
        file.seek(0)
    return Scanned(Scan.QUARANTINED, answer[:200]) if answer else Scanned(Scan.CLEAN)


def _ask(file) -> str:
    """The name of what was found, or "" when the file is clean. Raises ScannerAway or OSError."""
    file.seek(0)
    with _connected() as daemon:
        try:
            _stream(daemon, file)
        except (BrokenPipeError, ConnectionResetError):
            """It stopped listening, as at its size limit; why stands in the answer."""
        answer = _read(daemon)
    said = answer.partition(": ")[2]
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerAway(answer)


@contextmanager
def _connected():
    address = urlsplit(settings.CLAMD_SOCKET)
    if address.scheme == "tcp":
        daemon = socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)
    else:
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(SECONDS)
    with daemon:
        if address.scheme != "tcp":
            daemon.connect(address.path)
        yield daemon


def _stream(daemon, file):
    daemon.sendall(b"zINSTREAM\0")
    while piece := file.read(CHUNK):
        daemon.sendall(struct.pack("!L", len(piece)) + piece)
    daemon.sendall(struct.pack("!L", 0))


def _read(daemon) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = daemon.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
