"""What a piece of work takes: wall time, and CPU time, which a busy machine hardly changes."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Medians over a number of times, in seconds; `answer` is what the last one gave."""

    wall: float
    cpu: float
    answer: object

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s wall {self.cpu:8.2f} s CPU"


def spent(work: Callable[[], object], *, times: int = 5) -> Spent:
    """The medians of doing `work` so many times."""
    walls, cpus, answer = [], [], None
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Spent(statistics.median(walls), statistics.median(cpus), answer)


def verdict(holds: bool, demand: str) -> str:
    """Beside a figure: what was demanded, and whether it holds."""
    return f"{'holds' if holds else 'MISSED'}: {demand}"
