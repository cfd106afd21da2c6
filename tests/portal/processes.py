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


def processes_naming(*texts: str) -> list[psutil.Process]:
    """The living processes with every one of `texts` in their command line or PORTAL_DATA."""
    return [process for process in psutil.process_iter() if _names(process, texts)]


def _names(process: psutil.Process, texts: tuple[str, ...]) -> bool:
    """A process may end while one looks: then it names nothing."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        said = [*process.cmdline(), process.environ().get("PORTAL_DATA", "")]
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return all(any(text in part for part in said) for text in texts)
