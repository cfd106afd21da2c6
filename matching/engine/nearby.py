"""Every set of proposals that differs by a few members from a given one, counted at once.

What lies near a set is known exactly by counting, in a fraction of the time a solver needs; a solver
then only has to say how good everything further away can be.
"""

import math
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy

from .coverage import FULL, Problem, alike
from .wishes import APART, Wish, row_apart, row_of

MOST = 25_000
FARTHEST = 3
AT_ONCE = 2_048


@dataclass(frozen=True)
class Sets:
    """Sets of proposals with their levels: a row of `members` (in the order of the offers) per set."""

    members: numpy.ndarray
    coverage: numpy.ndarray
    quality: numpy.ndarray
    cost: numpy.ndarray

    def best_first(self) -> Iterator[int]:
        """Rows in the order of coverage, quality and least cost; equal ones as they were found."""
        return map(int, numpy.lexsort((self.cost, -self.quality, -self.coverage)))

    def key(self, row: int) -> tuple[int, int, int]:
        """Coverage, quality and saving of one set: greater is better."""
        return int(self.coverage[row]), int(self.quality[row]), -int(self.cost[row])


class Surroundings:
    """Counts the sets around one that hold to `wishes` and lie two members apart from all in `apart`.

    `reach` is how many members they differ by: as far as no more than `MOST` sets have to be counted.
    """

    def __init__(self, problem: Problem, wishes: Sequence[Wish], *, apart: Iterable[Collection[str]] = ()):
        self.refs = [o.external_id for o in problem.offers]
        self.place = {ref: i for i, ref in enumerate(self.refs)}
        self.costs = numpy.array([o.cost for o in problem.offers], dtype=numpy.int64)
        self._cells(problem)
        self._needs(problem)
        self._rows(
            [
                *(row_of(problem, wish) for wish in wishes),
                *((*row_apart(problem, other, by=APART), None) for other in apart),
            ]
        )
        number = len(self.refs)
        sizes = [sum(math.comb(number, k) for k in range(far + 1)) for far in range(FARTHEST + 1)]
        self.reach = max((far for far, size in enumerate(sizes) if size <= MOST), default=0)

    def _cells(self, problem: Problem) -> None:
        groups = alike(problem)
        self.weights = numpy.array(list(groups.values()), dtype=numpy.float64)
        self.quarters = numpy.zeros((len(self.refs), len(groups)), dtype=numpy.float32)
        for column, covers in enumerate(groups):
            for ref, quarters in covers:
                self.quarters[self.place[ref], column] = quarters

    def _needs(self, problem: Problem) -> None:
        self.needs = [
            (
                weight,
                [self.place[o.external_id] for o in problem.meeting[need]],
                numpy.array([o.worth(need[0]) for o in problem.meeting[need]], dtype=numpy.int64),
            )
            for need, weight in problem.needs.items()
            if problem.meeting[need]
        ]

    def _rows(self, rows) -> None:
        self.rows = numpy.zeros((len(self.refs), len(rows)))
        for column, (terms, _low, _high) in enumerate(rows):
            for ref, value in terms.items():
                self.rows[self.place[ref], column] = value
        self.lows = numpy.array([-math.inf if low is None else low for _terms, low, _high in rows])
        self.highs = numpy.array([math.inf if high is None else high for _terms, _low, high in rows])

    def around(self, selected: Collection[str]) -> Sets:
        """The set itself and all others within reach, as far as the wishes hold; and every exchange
        of one member."""
        base = self._row(selected)
        parts = [
            self._counted(base, moves[at : at + AT_ONCE])
            for moves in self._moves(base)
            for at in range(0, len(moves), AT_ONCE)
        ]
        return joined(parts)

    def climb(self, selected: Collection[str], *, deadline: float) -> tuple[str, ...]:
        """The best around it, and around that, until none is better or time is over
        (`time.monotonic`)."""
        reached = None
        while reached is None or time.monotonic() < deadline:
            sets = self.around(selected)
            if (row := next(sets.best_first(), None)) is None:
                break
            if reached is not None and sets.key(row) <= reached:
                break
            selected, reached = self.named(sets.members[row]), sets.key(row)
        return tuple(selected)

    def named(self, row: numpy.ndarray) -> tuple[str, ...]:
        """Who is in a row of members."""
        return tuple(self.refs[place] for place in numpy.flatnonzero(row))

    def _row(self, selected: Collection[str]) -> numpy.ndarray:
        row = numpy.zeros(len(self.refs), dtype=bool)
        row[[self.place[ref] for ref in selected]] = True
        return row

    def apart(self, sets: Sets, selected: Collection[str], *, by: int) -> numpy.ndarray:
        """Which of these sets differ from one by at least so many members."""
        return (sets.members ^ self._row(selected)).sum(axis=1) >= by

    def _moves(self, base: numpy.ndarray) -> Iterator[numpy.ndarray]:
        number = range(len(self.refs))
        for far in range(self.reach + 1):
            found = list(combinations(number, far))
            yield numpy.array(found, dtype=numpy.int64).reshape(len(found), far)
        if self.reach < 2:
            yield numpy.array(
                list(product(numpy.flatnonzero(base), numpy.flatnonzero(~base))), dtype=numpy.int64
            ).reshape(-1, 2)

    def _counted(self, base: numpy.ndarray, moves: numpy.ndarray) -> Sets:
        signs = numpy.where(base, -1, 1)
        held = self._moved(self.rows, base, signs, moves)
        moves = moves[((held >= self.lows) & (held <= self.highs)).all(axis=1)]
        covered = numpy.minimum(self._moved(self.quarters, base, signs, moves), FULL)
        members = numpy.repeat(base[None, :], len(moves), axis=0)
        members[numpy.arange(len(moves))[:, None], moves] ^= True
        return Sets(
            members,
            (covered @ self.weights).astype(numpy.int64),
            self._quality(members),
            members @ self.costs,
        )

    @staticmethod
    def _moved(values, base, signs, moves):
        """The sum of `values` over each set: over the base, plus who joins, minus who leaves."""
        steps = values * signs[:, None].astype(values.dtype)
        total = numpy.repeat(values[base].sum(axis=0)[None, :], len(moves), axis=0)
        for column in range(moves.shape[1]):
            total += steps[moves[:, column]]
        return total

    def _quality(self, members: numpy.ndarray) -> numpy.ndarray:
        total = numpy.zeros(len(members), dtype=numpy.int64)
        for weight, who, worths in self.needs:
            total += weight * (members[:, who] * worths).max(axis=1, initial=0)
        return total


def joined(parts: Sequence[Sets]) -> Sets:
    """Several collections as one."""
    return Sets(
        *(
            numpy.concatenate([getattr(part, name) for part in parts])
            for name in ("members", "coverage", "quality", "cost")
        )
    )
