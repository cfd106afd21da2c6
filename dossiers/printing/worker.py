"""A process that prints: one JSON line in per sheet, one JSON line out.

Started by `dossiers.printing.press_room`; knows no Django and no database. It reads a sheet of HTML,
prints it next to the goal and moves it there at once, so that nobody ever meets half a file.
"""

import json
import os
import re
import sys
from pathlib import Path
from threading import get_ident

from submissions.press import print_html


def print_sheet(*, html: str, goal: str, fingerprint: str, pictures: dict[str, str] | None = None) -> None:
    """Print the file `html` to the file `goal`."""
    places = {address: Path(file) for address, file in (pictures or {}).items()}
    pdf = print_html(Path(html).read_text(), fingerprint=fingerprint, pictures=places)
    beside = Path(f"{goal}.{os.getpid()}.{get_ident()}.part")
    beside.write_bytes(pdf)
    beside.replace(goal)


def peak_kilobytes() -> int:
    """The most memory this process has held. Not `ru_maxrss`: that begins at what its parent held."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1])


def answer(line: str) -> dict:
    """What is said back about one sheet."""
    try:
        print_sheet(**json.loads(line))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "peak_kb": peak_kilobytes()}
    return {"error": None, "peak_kb": peak_kilobytes()}


def main():
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
