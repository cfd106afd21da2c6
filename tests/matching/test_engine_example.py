"""The worked example of docs/matching.md, counted by the engine."""

from matching.engine.compose import compose
from matching.engine.coverage import Offer, Problem
from matching.engine.wishes import Wishes

HERE = frozenset({"23024"})
PROBLEM = Problem(
    {(1, "a"): 3, (1, "b"): 1},
    {(1, "a", "23024"): 3000, (1, "b", "23024"): 1000},
    (
        Offer("P", 50_000, {"a": 4}, {1: 60}, HERE),
        Offer("Q", 30_000, {"a": 2, "b": 4}, {1: 80}, HERE),
        Offer("R", 10_000, {"b": 4}, {1: 40}, HERE),
    ),
)


def test_the_worked_example_of_the_manual_holds():
    best = compose(PROBLEM, Wishes(budget=60_000))
    without = compose(PROBLEM, Wishes(budget=60_000, exclude=("P",)))
    less = compose(PROBLEM, Wishes(budget=54_000))

    assert (best.selected, best.objective.coverage) == (("P", "R"), 16000)
    assert 100 * best.objective.quality / PROBLEM.full_quality == 55
    assert (without.selected, without.objective.coverage) == (("Q",), 10000)
    assert (less.selected, less.objective.coverage) == (("P",), 12000)
