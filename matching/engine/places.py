"""Places in a ranking, shared where scores can't be told apart."""

from collections.abc import Sequence

Scored = tuple[int, int, int]


def places(scores: Sequence[Scored]) -> list[int]:
    """Places 1, 2, ... of scores (points, lowest, highest) for one challenge: a score shares the place
    of the best one whose band it overlaps with."""
    order = sorted(range(len(scores)), key=lambda i: (-scores[i][0], i))
    found = [0] * len(scores)
    first = None
    for rank, i in enumerate(order, start=1):
        if first is None or not _overlap(scores[i], scores[first]):
            first, place = i, rank
        found[i] = place
    return found


def _overlap(one: Scored, other: Scored) -> bool:
    return one[1] <= other[2] and other[1] <= one[2]
