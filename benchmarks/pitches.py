"""How long a proven pitch timetable takes, what is asked of it, and how many the quick first one places.

    make bench-pitches

Ends with exit code 1 when a demand is not met. `tight` leaves few turns empty and asks four jurors;
`released` changes a timetable that was announced, with jurors and organisations who fell away since.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from statistics import mean
from time import perf_counter

from pitches.engine import Problem, Schedule, find_clashes, schedule
from pitches.engine.greedy import greedy
from pitches.engine.reasons import possible_slots
from pitches.engine.slots import grid
from tests.pitches.engine.factory import day, large

SEEDS = range(5)
LONGEST = 30.0
HALVES = (("09:00", "12:30"), ("13:30", "17:00"))


@dataclass(frozen=True)
class Demand:
    """What must hold for every seed: within `seconds`, at most `gap` from the best possible."""

    name: str
    size: dict
    seconds: float
    gap: float
    change: Callable[[Problem, int], Problem] | None = None

    def problem(self, seed: int) -> Problem:
        told = large(**self.size, seed=seed)
        return self.change(told, seed) if self.change else told


@dataclass(frozen=True)
class Run:
    found: Schedule
    seconds: float
    quick: float
    clashes: int


def tight(told: Problem, seed: int) -> Problem:
    """A lunch break, and a panel of four in each of three rooms out of twelve jurors."""
    dates = range(13, 13 + len(told.days))
    days = tuple(day(*half, on, reserve=on == dates[-1]) for on in dates for half in HALVES)
    return replace(told, days=days, quorum=4)


def released(told: Problem, seed: int) -> Problem:
    """Announced as it was best; since then two jurors left and a tenth of the organisations cannot come."""
    before = {pitch.proposal: pitch for pitch in schedule(told, seconds=LONGEST).pitches}
    random = Random(seed)

    def since(proposal):
        place = before[proposal.key]
        away = (place.during,) if random.random() < 0.1 else ()
        return replace(proposal, announced=place, busy=(*proposal.busy, *away))

    return replace(told, proposals=tuple(map(since, told.proposals)), jurors=told.jurors[2:])


SMALL = {"pitches": 12, "days": 1, "rooms": 2, "jurors": 8}
BIG = {"pitches": 40, "days": 2, "rooms": 3, "jurors": 12}
DEMANDS = (
    Demand("small", SMALL, seconds=5, gap=0.0),
    Demand("small, released", SMALL, seconds=5, gap=0.0, change=released),
    Demand("big", BIG, seconds=LONGEST, gap=0.03),
    Demand("big, tight", BIG, seconds=LONGEST, gap=0.03, change=tight),
    Demand("big, released", BIG, seconds=LONGEST, gap=0.03, change=released),
)


def main() -> int:
    print(
        "what             pitches rooms jurors   mean s    max s   worst gap   unplaced  quick start  clashes"
    )
    missed = []
    for demand in DEMANDS:
        runs = [measured(demand.problem(seed)) for seed in SEEDS]
        print(line(demand, runs), flush=True)
        missed += [f"{demand.name}: {why}" for why in failures(demand, runs)]
    print("\n".join(missed) or "every demand is met")
    return 1 if missed else 0


def measured(problem: Problem) -> Run:
    began = perf_counter()
    found = schedule(problem, seconds=LONGEST - 2)
    seconds = perf_counter() - began
    first = greedy(problem, possible_slots(problem, grid(problem)), seed=0)
    return Run(
        found=found,
        seconds=seconds,
        quick=len(first) / len(problem.proposals),
        clashes=len(find_clashes(problem, found.pitches)),
    )


def failures(demand: Demand, runs: list[Run]):
    """What was asked and did not hold."""
    if max(run.seconds for run in runs) > demand.seconds:
        yield f"longer than {demand.seconds} s"
    if max(run.found.gap for run in runs) > demand.gap:
        yield f"a gap above {demand.gap:.0%}"
    if any(run.clashes for run in runs):
        yield "clashes"


def line(demand: Demand, runs: list[Run]) -> str:
    size, seconds = demand.size, [run.seconds for run in runs]
    return (
        f"{demand.name:16} {size['pitches']:7} {size['rooms']:5} {size['jurors']:6}"
        f" {mean(seconds):8.2f} {max(seconds):8.2f} {max(run.found.gap for run in runs):11.1%}"
        f" {max(len(run.found.unplaced) for run in runs):10} {mean(run.quick for run in runs):12.1%}"
        f" {sum(run.clashes for run in runs):8}"
    )


if __name__ == "__main__":
    sys.exit(main())
