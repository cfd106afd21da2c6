"""Looking at the processes of this machine."""

import time
from collections.abc import Callable

import psutil


def wait_until(holds: Callable[[], bool], *, seconds: float = 30) -> bool:
    """Whether `holds()` becomes true in time."""
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.05)
    return held


def processes_naming(text: str) -> list[psutil.Process]:
    """The living processes with `text` in their command line or environment's PORTAL_DATA."""
    return [process for process in psutil.process_iter() if _names(process, text)]


def _names(process: psutil.Process, text: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return text in " ".join(process.cmdline()) or text in process.environ().get("PORTAL_DATA", "")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
