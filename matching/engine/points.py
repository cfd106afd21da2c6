"""Whole points that add up: largest remainder."""

import random
from collections.abc import Mapping, Sequence

import numpy

from .types import SIGNALS, Band

DRAWS = 200
MOVE = 0.2
SEED = 2023
CLEAR = 50
POSSIBLE = 25


def largest_remainder(shares: Sequence[float], *, total: int) -> tuple[int, ...]:
    """Whole numbers near `shares` (non-negative) that sum to `total`.

    `total` may differ from the sum of `shares` by less than their number; the largest fractions
    are rounded up first, earlier places winning ties.
    """
    floors = [int(share + 1e-9) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    return tuple(floors)


def out_of(weights: Mapping[str, int]) -> dict[str, int]:
    """Points each signal can earn, summing to 100. Raises ValueError when all weights are zero."""
    total = sum(weights[signal] for signal in SIGNALS)
    if total <= 0 or min(weights[signal] for signal in SIGNALS) < 0:
        raise ValueError("the weights must be zero or more, and one of them more than zero")
    shares = [100 * weights[signal] / total for signal in SIGNALS]
    return dict(zip(SIGNALS, largest_remainder(shares, total=100), strict=True))


def points(values: Mapping[str, float], *, of: Mapping[str, int]) -> dict[str, int]:
    """Points per signal for values 0..1; they sum to the rounded exact score."""
    exact = [of[signal] * values[signal] for signal in SIGNALS]
    total = int(sum(exact) + 0.5 + 1e-9)
    return dict(zip(SIGNALS, largest_remainder(exact, total=total), strict=True))


class Draws:
    """Seeded sets of weights in which every weight moves by at most a fifth."""

    def __init__(self, of: Mapping[str, int], *, seed: int = SEED, draws: int = DRAWS):
        source = random.Random(seed)
        moved = [
            [of[signal] * source.uniform(1 - MOVE, 1 + MOVE) for signal in SIGNALS] for _ in range(draws)
        ]
        self.weights = [[100 * w / sum(row) for w in row] for row in moved]
        self._by_signal = [numpy.array(column) for column in zip(*self.weights, strict=True)]

    def band(self, values: Mapping[str, float], *, score: int) -> Band:
        """Lowest and highest score over the draws, and what the whole band says."""
        scores = sum(column * values[s] for s, column in zip(SIGNALS, self._by_signal, strict=True))
        low = min(score, int(float(scores.min()) + 0.5))
        high = max(score, int(float(scores.max()) + 0.5))
        return Band(low, high, label(low=low, high=high))


def label(*, low: int, high: int) -> str:
    """`clear` when even the low end is clear, `not_shown` when even the high end is not."""
    if low >= CLEAR:
        return "clear"
    return "not_shown" if high < POSSIBLE else "possible"
