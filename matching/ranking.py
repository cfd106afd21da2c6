"""Who comes before whom for a challenge; scores whose bands overlap share a place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.engine.places import places

NAMED = 3


@dataclass(frozen=True)
class Place:
    """A place in the ranking of one challenge, and whether others share it."""

    number: int
    shared: bool


class Ranking:
    """The places of one challenge, by id of the scored proposal, the best score first."""

    def __init__(self, rows: Iterable[tuple[int, int, int, int]]):
        rows = sorted(rows, key=lambda row: (-row[1], row[0]))
        self._number = dict(zip([row[0] for row in rows], places([row[1:] for row in rows]), strict=True))
        self._at = defaultdict(list)
        for scored, number in self._number.items():
            self._at[number].append(scored)

    def __len__(self) -> int:
        return len(self._number)

    def __iter__(self):
        return iter(self._number)

    def __getitem__(self, scored: int) -> Place:
        number = self._number[scored]
        return Place(number, len(self._at[number]) > 1)

    def equals(self, scored: int, names: Mapping[int, str]) -> dict:
        """Who shares the place of a proposal: the first names that this reader may know, and how many
        more there are."""
        others = [other for other in self._at[self._number[scored]] if other != scored and other in names]
        return {"names": [names[other] for other in others[:NAMED]], "more": len(others[NAMED:])}


def rankings(bands: Iterable[tuple[int, int, int, int, int]]) -> dict[int, Ranking]:
    """A ranking per challenge, out of (scored proposal, challenge, points, lowest, highest)."""
    by_challenge = defaultdict(list)
    for scored, challenge, *score in bands:
        by_challenge[challenge].append((scored, *score))
    return {challenge: Ranking(rows) for challenge, rows in by_challenge.items()}
