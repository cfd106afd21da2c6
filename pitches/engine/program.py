"""A thin shell around HiGHS: whole-number programs of yes-or-no choices, small and repeatable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy


@dataclass(frozen=True, slots=True)
class Solution:
    """`values` per variable, `proven` when no better one exists, `bound` on the cost of any.

    `found` is false when nothing fits the limits, or nothing was found in time.
    """

    values: tuple[int, ...]
    cost: int
    bound: float
    proven: bool
    found: bool = True


class QuietHighs(highspy.Highs):
    """HiGHS greets on standard output while it sets up callbacks, where our JSON goes."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()


class Program:
    """Minimise a cost over yes-or-no variables under linear limits.

    Costs are whole numbers, so a solution within one point of the bound is already the best.
    One thread and a fixed seed: the same program gives the same answer, unless time runs out.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.highs = QuietHighs()
        self._set(threads=1, random_seed=seed, mip_rel_gap=0.0, mip_abs_gap=0.99)
        self.size = 0

    def add(self, cost: int = 0, *, whole: bool = True) -> int:
        """A new variable, yes or no, or (not `whole`) anything between; its number."""
        self.highs.addVar(0, 1)
        self.highs.changeColCost(self.size, cost)
        if whole:
            self.highs.changeColIntegrality(self.size, highspy.HighsVarType.kInteger)
        self.size += 1
        return self.size - 1

    def limit(
        self,
        variables: Sequence[int],
        *,
        lower: int | None = None,
        upper: int | None = None,
    ) -> None:
        """At least `lower` and at most `upper` of `variables` are chosen."""
        self.row(dict.fromkeys(variables, 1), lower=lower, upper=upper)

    def equal(self, ones: Sequence[int], others: Sequence[int]) -> None:
        """As many of `ones` as of `others` are chosen."""
        self.row({**dict.fromkeys(ones, 1), **dict.fromkeys(others, -1)}, lower=0, upper=0)

    def row(
        self,
        terms: Mapping[int, int],
        *,
        lower: int | None = None,
        upper: int | None = None,
    ) -> None:
        """`lower` <= sum of coefficient x variable <= `upper`."""
        self.highs.addRow(
            -highspy.kHighsInf if lower is None else lower,
            highspy.kHighsInf if upper is None else upper,
            len(terms),
            numpy.array(list(terms), dtype=numpy.int32),
            numpy.array(list(terms.values()), dtype=numpy.float64),
        )

    def price(self, costs: Sequence[int]) -> None:
        """Replace the cost of every variable."""
        for variable, cost in enumerate(costs):
            self.highs.changeColCost(variable, cost)

    def solve(self, start: Sequence[int] | None = None, *, seconds: float | None = None) -> Solution:
        """The best solution, or the best found in time when `start` gives HiGHS one to improve on."""
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = [float(value) for value in start]
            self.highs.setSolution(known)
        if seconds is not None:
            # HiGHS counts the time of every earlier run of the same program.
            self._set(time_limit=self.highs.getRunTime() + seconds)
        self.highs.run()
        info = self.highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return Solution(
            values=tuple(round(value) for value in self.highs.getSolution().col_value),
            cost=round(info.objective_function_value) if found else 0,
            bound=info.mip_dual_bound,
            proven=self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal,
            found=found,
        )

    def _set(self, **options: object) -> None:
        for name, value in options.items():
            self.highs.setOptionValue(name, value)
