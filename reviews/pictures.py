"""What the pictures of the scores are drawn from, in SVG units; a table with the same stands behind each."""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from statistics import mean
from string import ascii_uppercase

from reviews.models import HIGHEST

WIDTH, LABEL, RIGHT, ROW, HEAD = 900, 240, 90, 34, 26
VALUES = range(HIGHEST + 1)
BAR = 120


@dataclass(frozen=True)
class Column:
    """How often one value was given: a bar of `height` out of `BAR`."""

    value: int
    count: int
    height: int

    @property
    def top(self) -> int:
        return BAR - self.height


@dataclass(frozen=True)
class Distribution:
    """The values given on one criterion, from 0 to 5."""

    criterion: object
    columns: tuple[Column, ...]
    mean: float | None


def distributions(criteria, scores) -> list[Distribution]:
    """For each of `criteria` how often each value was given; `scores` are (criterion id, value)."""
    given = {criterion.pk: Counter() for criterion in criteria}
    for criterion, value in scores:
        given[criterion][value] += 1
    highest = max((max(counter.values(), default=0) for counter in given.values()), default=0) or 1
    return [
        Distribution(
            criterion=criterion,
            columns=tuple(
                Column(value, counter[value], round(BAR * counter[value] / highest)) for value in VALUES
            ),
            mean=mean(counter.elements()) if counter else None,
        )
        for criterion in criteria
        for counter in [given[criterion.pk]]
    ]


@dataclass(frozen=True)
class Dot:
    """One reader's points for one proposal; dots on the same place stand beside each other."""

    x: float
    letter: str
    reader: object
    points: float


@dataclass(frozen=True)
class Strip:
    """One proposal: its dots on a line from 0 to 100 points."""

    proposal: object
    y: int
    dots: tuple[Dot, ...]
    flagged: bool

    @property
    def low(self) -> float:
        return min(dot.x for dot in self.dots)

    @property
    def high(self) -> float:
        return max(dot.x for dot in self.dots)


@dataclass(frozen=True)
class Strips:
    width: int
    height: int
    axis: tuple[tuple[float, int], ...]
    rows: tuple[Strip, ...]
    letters: tuple[tuple[str, object], ...]


def letters_for(readers) -> dict:
    """A letter for each reader, in order: a picture can't rely on colour alone."""
    names = [*ascii_uppercase, *(first + second for first in ascii_uppercase for second in ascii_uppercase)]
    return dict(zip(readers, names, strict=False))


def strips(proposals, reviews, *, letters: dict) -> Strips:
    """The readers of each proposal against each other; `reviews` are (reader, proposal id, points)."""
    rows = []
    for proposal in proposals:
        given = sorted((float(s), letters[r], r) for r, p, s in reviews if p == proposal.pk)
        if given:
            y = HEAD + ROW * len(rows) + ROW // 2
            rows.append(Strip(proposal, y, _dots(given), _is_flagged(proposal)))
    return Strips(
        width=WIDTH,
        height=HEAD + ROW * len(rows) + 8,
        axis=tuple((_x(points), points) for points in range(0, 101, 20)),
        rows=tuple(rows),
        letters=tuple((letter, reader) for reader, letter in letters.items()),
    )


def _dots(given) -> tuple[Dot, ...]:
    dots, taken = [], -100.0
    for points, letter, reader in given:
        x = max(_x(points), taken + 19)
        dots.append(Dot(round(min(x, WIDTH - 10), 1), letter, reader, points))
        taken = x
    return tuple(dots)


def _x(points: float) -> float:
    return round(LABEL + points / 100 * (WIDTH - LABEL - RIGHT), 1)


def _is_flagged(proposal) -> bool:
    return (
        proposal.spread is not None and proposal.reviews_in > 1 and proposal.spread >= proposal.disagrees_from
    )


@dataclass(frozen=True)
class Pair:
    """Two readers: how many they both scored, and how much higher the first scored on average."""

    first: object
    second: object
    shared: int
    difference: float


def pairs(readers, reviews) -> list[Pair]:
    """Every two of `readers` who scored the same proposal; `reviews` as for `strips`."""
    given = {reader: {p: float(s) for r, p, s in reviews if r == reader} for reader in readers}
    found = []
    for first, second in combinations(readers, 2):
        shared = given[first].keys() & given[second].keys()
        if shared:
            apart = mean(given[first][p] - given[second][p] for p in shared)
            found.append(Pair(first, second, len(shared), apart))
    return found
