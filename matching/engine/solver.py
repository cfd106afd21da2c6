"""A thin door to HiGHS: variables, rows, one objective at a time."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import highspy
import numpy

INFINITY = highspy.kHighsInf
TOLERANCE = 1e-9
SLACK = 1e-3
BETTER = highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution
ON_THE_WAY = highspy.cb.HighsCallbackType.kCallbackMipInterrupt

Tell = Callable[[tuple[float, ...] | None, float], None]


@dataclass(frozen=True)
class Solution:
    """`values` per variable, the bound on the objective (infinite while the solver knows none), and
    whether the answer is proven."""

    values: tuple[float, ...]
    bound: float
    proven: bool

    def at_most(self, known: int) -> int:
        """The whole number that the objective can at most be, when it is `known` to be no more than this."""
        return known if self.bound >= known else math.floor(self.bound + 1e-6)


class QuietHighs(highspy.Highs):
    """HiGHS greets on standard output while it sets up its callbacks, right where JSON goes."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()


class Model:
    """A mixed-integer programme over whole numbers, solved deterministically on one thread. The
    heuristics that search around a solution are off: counting what is near does that faster.

    `tell(values or None, bound)` hears every better solution and every better bound on the way. Without
    `presolve` a small programme with a good start is proven several times as fast.
    """

    def __init__(self, *, deadline: float, tell: Tell | None = None, presolve: bool = True):
        self._highs = QuietHighs()
        self.deadline = deadline
        self.columns = self.rows = 0
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 0.9,
            "mip_heuristic_run_rins": False,
            "mip_heuristic_run_rens": False,
            "mip_feasibility_tolerance": TOLERANCE,
            "primal_feasibility_tolerance": TOLERANCE,
            "presolve": "choose" if presolve else "off",
        }.items():
            self._highs.setOptionValue(option, value)
        if tell is not None:
            self._hear(tell)

    def _hear(self, tell: Tell) -> None:
        known = INFINITY

        def heard(kind, _message, out, _in, _user):
            nonlocal known
            if kind == BETTER or out.mip_dual_bound != known:
                known = out.mip_dual_bound
                tell(tuple(out.mip_solution) if kind == BETTER else None, known)

        self._highs.setCallback(heard, None)
        for kind in (BETTER, ON_THE_WAY):
            self._highs.startCallback(kind)

    def variables(self, number: int, *, upper: float = 1.0, whole: bool = False) -> int:
        """Add variables between 0 and `upper`; returns the number of the first."""
        first = self.columns
        self._highs.addVars(number, [0.0] * number, [float(upper)] * number)
        if whole:
            for column in range(first, first + number):
                self._highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        self.columns += number
        return first

    def row(self, terms: Mapping[int, float], *, low=-INFINITY, high=INFINITY) -> int:
        """Require low <= sum of coefficient x variable <= high; returns the row's number."""
        self._highs.addRow(low, high, len(terms), list(terms), list(map(float, terms.values())))
        self.rows += 1
        return self.rows - 1

    def free(self, row: int) -> None:
        """Require nothing of a row any more."""
        self._highs.changeRowBounds(row, -INFINITY, INFINITY)

    def _aim(self, terms: Mapping[int, float]) -> None:
        for column in range(self.columns):
            self._highs.changeColCost(column, float(terms.get(column, 0.0)))
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._highs.setOptionValue("time_limit", max(0.05, self.deadline - time.monotonic()))

    def at_most_with(self, terms: Mapping[int, float]) -> list[int | float]:
        """Per variable the whole number that the objective can at most be where that variable is 1.

        From the duals of the programme without whole variables, by weak duality: right for any duals, so
        no tolerance of the solver can make it too low. Infinite when there are none.
        """
        self._aim(terms)
        self._highs.setOptionValue("solve_relaxation", True)
        self._highs.run()
        duals = numpy.array(self._highs.getSolution().row_dual)
        self._highs.setOptionValue("solve_relaxation", False)
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return [math.inf] * self.columns
        gains, total = self._priced(duals)
        return [math.floor(total + min(0.0, gain) + SLACK) for gain in gains]

    def _priced(self, duals: numpy.ndarray) -> tuple[numpy.ndarray, float]:
        """What each variable gains above the price of the rows it uses, and the bound that follows."""
        lp = self._highs.getLp()
        matrix = lp.a_matrix_
        starts, values = numpy.array(matrix.start_), numpy.array(matrix.value_)
        lines, entries = (
            numpy.repeat(numpy.arange(len(starts) - 1), numpy.diff(starts)),
            numpy.array(matrix.index_),
        )
        by_column = matrix.format_ == highspy.MatrixFormat.kColwise
        rows, columns = (entries, lines) if by_column else (lines, entries)
        limits = numpy.where(duals > 0, lp.row_upper_, lp.row_lower_)
        duals = numpy.where(numpy.isfinite(limits), duals, 0.0)
        gains = numpy.array(lp.col_cost_)
        numpy.subtract.at(gains, columns, values * duals[rows])
        paid = numpy.where(duals != 0, limits, 0.0) @ duals
        return gains, float(paid + numpy.maximum(gains, 0.0) @ numpy.array(lp.col_upper_))

    def maximise(self, terms: Mapping[int, float], *, start: Mapping[int, float] | None = None):
        """The best whole Solution found before the deadline; None when there is none. `start`
        gives the whole variables of a solution to begin from."""
        self._aim(terms)
        if start is not None:
            self._highs.setSolution(len(start), list(start), list(start.values()))
        self._highs.run()
        found = self._solution()
        if found is not None and start is not None and self._contradicts_itself(found, terms):
            self._highs.clearSolver()
            self._highs.run()
            found = self._solution()
        return found

    def _contradicts_itself(self, found: Solution, terms: Mapping[int, float]) -> bool:
        """HiGHS 1.16 sometimes proves a better objective in presolve and then hands back the set
        it was given to begin from."""
        counted = sum(value * found.values[column] for column, value in terms.items())
        return abs(counted - self._highs.getInfo().objective_function_value) > 0.5

    def _solution(self) -> Solution | None:
        info = self._highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        proven = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        bound = info.mip_dual_bound if info.mip_node_count >= 0 else info.objective_function_value
        return Solution(tuple(self._highs.getSolution().col_value), bound, proven)

    @property
    def impossible(self) -> bool:
        """Whether the last search proved that no solution exists."""
        return self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
