"""How long a proven pitch timetable takes, and how far the quick first one lies from it.

.venv/bin/python -m benchmarks.pitches
"""

from statistics import mean
from time import perf_counter

from pitches.engine import find_clashes, schedule
from pitches.engine.greedy import greedy
from pitches.engine.problem import Problem
from pitches.engine.reasons import possible_slots
from pitches.engine.slots import grid
from tests.pitches.engine.factory import large

SIZES = (
    {"pitches": 12, "days": 1, "rooms": 2, "jurors": 8},
    {"pitches": 40, "days": 2, "rooms": 3, "jurors": 12},
)
SEEDS = range(10)


def main() -> None:
    print("pitches rooms jurors   mean s    max s   worst gap   placed by the quick start   clashes")
    for size in SIZES:
        print(line(size, [measured(large(**size, seed=seed)) for seed in SEEDS]))


def measured(problem: Problem) -> dict:
    began = perf_counter()
    found = schedule(problem, seconds=30)
    seconds = perf_counter() - began
    first = greedy(problem, possible_slots(problem, grid(problem)), seed=0)
    return {
        "seconds": seconds,
        "gap": found.gap,
        "quick": len(first) / len(problem.proposals),
        "clashes": len(find_clashes(problem, found.pitches)),
    }


def line(size: dict, runs: list[dict]) -> str:
    seconds = [run["seconds"] for run in runs]
    return (
        f"{size['pitches']:7} {size['rooms']:5} {size['jurors']:6} {mean(seconds):8.2f} {max(seconds):8.2f}"
        f" {max(run['gap'] for run in runs):11.1%} {mean(run['quick'] for run in runs):27.1%}"
        f" {sum(run['clashes'] for run in runs):9}"
    )


if __name__ == "__main__":
    main()
