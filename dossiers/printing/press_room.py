"""Sheets printed side by side, each press a process of its own that is replaced before it grows too large."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

HOUSE = Path(__file__).resolve().parent.parent.parent
WORN_OUT_KB = 300 * 1024


class PrintingFailed(Exception):
    """A sheet that could not be printed, with what the press said."""


@dataclass(frozen=True)
class Sheet:
    """A file of HTML to print, and the file that its PDF becomes."""

    html: Path
    goal: Path
    fingerprint: str
    pictures: dict[str, str] = field(default_factory=dict)

    def job(self) -> dict:
        return {
            "html": str(self.html),
            "goal": str(self.goal),
            "fingerprint": self.fingerprint,
            "pictures": self.pictures,
        }


class Press:
    """One printing process, started when it is first needed."""

    def __init__(self):
        self.process: subprocess.Popen | None = None
        self.peak_kb = 0

    def print(self, sheet: Sheet) -> None:
        """Raises PrintingFailed."""
        self.process = self.process or self._started()
        try:
            self.process.stdin.write(json.dumps(sheet.job()) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        said = json.loads(line) if line else {"error": "The printing process ended.", "peak_kb": 0}
        self.peak_kb = max(self.peak_kb, said["peak_kb"])
        if not line or said["peak_kb"] > WORN_OUT_KB:
            self.stop()
        if said["error"]:
            raise PrintingFailed(said["error"])

    def _started(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "dossiers.printing.worker"],
            cwd=HOUSE,
            env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def stop(self):
        if self.process:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None


def processors() -> int:
    return len(os.sched_getaffinity(0))


def print_all(sheets: list[Sheet], *, presses: int | None = None) -> Iterator[tuple[Sheet, int]]:
    """Print every sheet; yields each with the peak memory (kilobytes) of its press as soon as it is ready.

    A single sheet is printed in this process: a new one would take longer to start. Raises PrintingFailed.
    """
    wanted = min(presses or processors(), len(sheets))
    if wanted <= 1:
        from dossiers.printing.worker import peak_kilobytes, print_sheet

        for sheet in sheets:
            print_sheet(**sheet.job())
            yield sheet, peak_kilobytes()
        return
    yield from _side_by_side(sheets, wanted)


def _warm_up():
    """Load what prints here too while the presses work: the front is printed in this process afterwards."""
    from submissions.press import warm_up

    warm_up()


def _side_by_side(sheets: list[Sheet], wanted: int) -> Iterator[tuple[Sheet, int]]:
    room = [Press() for _ in range(wanted)]
    idle: SimpleQueue[Press] = SimpleQueue()
    for press in room:
        idle.put(press)

    def on_an_idle_press(sheet: Sheet) -> tuple[Sheet, int]:
        press = idle.get()
        try:
            press.print(sheet)
        finally:
            idle.put(press)
        return sheet, press.peak_kb

    with ThreadPoolExecutor(wanted) as hands:
        longest_first = sorted(sheets, key=lambda sheet: sheet.html.stat().st_size, reverse=True)
        waiting: set[Future] = {hands.submit(on_an_idle_press, sheet) for sheet in longest_first}
        try:
            _warm_up()
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for each in ready:
                    yield each.result()
        finally:
            for each in waiting:
                each.cancel()
            wait(waiting)
            for press in room:
                press.stop()
