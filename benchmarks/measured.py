"""What a piece of work takes: wall time, and CPU time, which a busy machine hardly changes."""

import statistics
import time
from collections.abc import Callable, Sequence
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
    [found] = alternated([work], times=times)
    return found


def alternated(
    works: Sequence[Callable[[], object]],
    *,
    times: int = 5,
    tell: Callable[[int, list[Spent]], object] = lambda number, done: None,
) -> list[Spent]:
    """The same for several pieces of work by turns, so that a busy spell of the machine meets them all;
    `tell` hears after each round what it took."""
    rounds = []
    for number in range(1, times + 1):
        rounds.append([_once(work) for work in works])
        tell(number, rounds[-1])
    return [_medians(done) for done in zip(*rounds, strict=True)]


def _once(work: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu, answer)


def _medians(done: Sequence[Spent]) -> Spent:
    walls, cpus = [each.wall for each in done], [each.cpu for each in done]
    return Spent(statistics.median(walls), statistics.median(cpus), done[-1].answer)


def verdict(holds: bool, demand: str) -> str:
    """Beside a figure: what was demanded, and whether it holds."""
    return f"{'holds' if holds else 'MISSED'}: {demand}"
