"""One composition in a process of its own: `python -m matching.engine.job`.

Reads one JSON document on standard input and writes one JSON document per line: `{"better": …}` for
every better set on the way, `{"answer": …}` once, then `{"studies": …}`, ever more complete. Who
started it may kill it at any moment; what was written stands.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

from . import wire
from .compose import Composed, compose
from .studies import studies

EVERY = 0.3


def run(task: dict, *, better: Callable[[dict], None] | None = None) -> Iterator[dict]:
    """The lines of one job. `better` hears every better set at once: the search cannot be paused."""
    problem, wishes = wire.problem_in(task["problem"]), wire.wishes_in(task["wishes"])
    if (answer := task.get("answer")) is None:
        found = compose(
            problem,
            wishes,
            alternatives=task["alternatives"],
            seconds=task["seconds"],
            starts=task["starts"],
            tell=_Teller(better).tell if better else None,
        )
        answer = wire.answer_out(found)
        yield {"answer": answer}
    if answer["status"] == "infeasible" or not answer["levels"]:
        return
    best = wire.composed_in(answer)
    yield from _studies(problem, wishes, best, task)


def _studies(problem, wishes, best: Composed, task: dict) -> Iterator[dict]:
    last, told, found = time.monotonic(), None, None
    values = wire.values_in(task["values"])
    for found in studies(problem, wishes, best, values=values, seconds=task["study_seconds"]):
        if time.monotonic() - last >= EVERY:
            last, told = time.monotonic(), found
            yield {"studies": wire.studies_out(found)}
    if found is not None and found is not told:
        yield {"studies": wire.studies_out(found)}


class _Teller:
    def __init__(self, better: Callable[[dict], None]):
        self.better, self.key, self.last = better, None, 0.0

    def tell(self, found: Composed) -> None:
        key = (found.selected, found.levels)
        if key != self.key and time.monotonic() - self.last >= EVERY:
            self.key, self.last = key, time.monotonic()
            self.better({"better": asdict(found)})


def write(line: dict) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in run(json.load(sys.stdin), better=write):
        write(line)
