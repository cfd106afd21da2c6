"""A thin door to HiGHS: variables, rows, one objective at a time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import highspy

INFINITY = highspy.kHighsInf


@dataclass(frozen=True)
class Solution:
    """`values` per variable, the bound on the objective, and whether the answer is proven."""

    values: tuple[float, ...]
    bound: float
    proven: bool


class QuietHighs(highspy.Highs):
    """HiGHS greets on standard output while it sets up its callbacks, right where JSON goes."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()


class Model:
    """A mixed-integer programme over whole numbers, solved deterministically on one thread."""

    def __init__(self, *, deadline: float):
        self._highs = QuietHighs()
        self._deadline = deadline
        self.columns = 0
        for option, value in {
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 0.9,
            "mip_feasibility_tolerance": 1e-7,
        }.items():
            self._highs.setOptionValue(option, value)

    def variable(self, *, upper: float = 1.0, whole: bool = False) -> int:
        """Add a variable between 0 and `upper`; returns its number."""
        self._highs.addVar(0.0, upper)
        if whole:
            self._highs.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def row(self, terms: Mapping[int, float], *, low=-INFINITY, high=INFINITY) -> None:
        """Require low <= sum of coefficient x variable <= high."""
        self._highs.addRow(low, high, len(terms), list(terms), list(map(float, terms.values())))

    def maximise(self, terms: Mapping[int, float], *, start=None) -> Solution | None:
        """The best whole solution found before the deadline; None when there is none."""
        for column in range(self.columns):
            self._highs.changeColCost(column, float(terms.get(column, 0.0)))
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._highs.setOptionValue("time_limit", self._time_left())
        if start is not None:
            self._start_from(start)
        self._highs.run()
        return self._solution()

    def _time_left(self) -> float:
        return self._highs.getRunTime() + max(0.05, self._deadline - time.monotonic())

    def _start_from(self, values) -> None:
        solution = highspy.HighsSolution()
        solution.col_value = list(values)
        self._highs.setSolution(solution)

    def _solution(self) -> Solution | None:
        info = self._highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        proven = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        bound = info.mip_dual_bound if info.mip_node_count >= 0 else info.objective_function_value
        return Solution(tuple(self._highs.getSolution().col_value), bound, proven)
