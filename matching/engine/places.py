"""Places in a ranking: a range, as wide as the doubt about a score."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

Band = tuple[int, int]


def places(bands: Sequence[Band]) -> list[tuple[int, int]]:
    """The first and the last place that each score can have among bands (lowest, highest): after all
    that are clearly better, before all that are clearly worse. Scores whose bands overlap have ranges
    that overlap."""
    lows, highs = sorted(low for low, _high in bands), sorted(high for _low, high in bands)
    return [
        (1 + len(bands) - bisect_right(lows, high), len(bands) - bisect_left(highs, low))
        for low, high in bands
    ]


def overlap(one: Band, other: Band) -> bool:
    """Whether two scores can't be told apart."""
    return one[0] <= other[1] and other[0] <= one[1]
