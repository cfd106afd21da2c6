"""How fast partnerships are composed and proven: seeded instances of a region's size, medians of five.

make bench-matching

At 1,000 proposals one search of at most a minute is measured, and how far its coverage can at most be
from the best. No answer may be worse than a greedy one, or than one that was known before.
"""

import sys
from dataclasses import dataclass

from benchmarks.measured import Spent, spent, verdict
from matching.engine.check import check
from matching.engine.compose import Composition, compose, objective
from matching.engine.greedy import greedy
from matching.engine.wishes import Wishes, all_wishes
from tests.matching import builders
from tests.matching.instances import regional_problem

WISHES = Wishes(budget=400_000, maximum=11)


@dataclass(frozen=True)
class Row:
    """One row of the table: what is composed, how often, within how many seconds and at which gap."""

    proposals: int
    alternatives: int
    seconds: float
    times: int = 5
    gap: float = 0.0

    @property
    def name(self) -> str:
        more = f" and {self.alternatives} alternatives" if self.alternatives else ""
        return f"compose {self.proposals:>5}{more}"

    @property
    def demand(self) -> str:
        gap = f"gap at most {self.gap:.0%}" if self.gap else "all levels proven"
        return f"{gap} within {self.seconds:.0f} s"

    def is_met(self, took: Spent) -> bool:
        answer = took.answer
        proven = answer.status == "optimal" and all(other.proven for other in answer.alternatives)
        good = answer.gap <= self.gap if self.gap else proven
        return good and took.wall <= self.seconds and len(answer.alternatives) == self.alternatives


ROWS = (Row(40, 0, 1), Row(40, 5, 3), Row(200, 0, 15), Row(1_000, 0, 60, times=1, gap=0.01))


def main() -> int:
    call = builders.pajotarl()
    met = [measured(row, regional_problem(call, offers=row.proposals)) for row in ROWS]
    return 0 if all(met) else 1


def measured(row: Row, problem) -> bool:
    limit = row.seconds - 5 if row.gap else 60
    took = spent(
        lambda: compose(problem, WISHES, alternatives=row.alternatives, seconds=limit), times=row.times
    )
    met = row.is_met(took)
    print(f"{row.name:32} {took}  {_told(took.answer)}  {verdict(met, row.demand)}", flush=True)
    never_worse(problem, took.answer)
    return met


def _told(answer: Composition) -> str:
    if answer.status == "optimal":
        return f"{1 + sum(other.proven for other in answer.alternatives)} proven"
    return f"gap {answer.gap:.2%}"


def never_worse(problem, answer: Composition) -> None:
    """Recounts the answer, and compares it with a greedy set and with what it began from."""
    assert check(problem, WISHES, answer) == []
    known = greedy(problem, all_wishes(problem, WISHES))
    assert known is None or answer.objective.key >= objective(problem, known).key
    again = compose(problem, WISHES, alternatives=0, seconds=0.01, starts=[answer.selected])
    assert again.objective.key >= answer.objective.key


if __name__ == "__main__":
    sys.exit(main())
