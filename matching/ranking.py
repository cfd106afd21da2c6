"""Who comes before whom for a challenge; a place is a range where scores can't be told apart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.engine.places import overlap, places

NAMED = 3


@dataclass(frozen=True)
class Place:
    """The first and the last place that a score can have."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


class Ranking:
    """The places of one challenge, by id of the scored proposal, the best score first."""

    def __init__(self, rows: Iterable[tuple[int, int, int, int]]):
        rows = sorted(rows, key=lambda row: (-row[1], row[0]))
        self._bands = {scored: (low, high) for scored, _points, low, high in rows}
        self._places = dict(zip(self._bands, places(list(self._bands.values())), strict=True))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self):
        return iter(self._places)

    def __getitem__(self, scored: int) -> Place:
        return Place(*self._places[scored])

    def equals(self, scored: int, names: Mapping[int, str]) -> dict:
        """Whose band overlaps with that of a proposal: the first names that this reader may know, and
        how many more there are."""
        mine = self._bands[scored]
        others = [
            other
            for other, band in self._bands.items()
            if other != scored and other in names and overlap(mine, band)
        ]
        return {"names": [names[other] for other in others[:NAMED]], "more": len(others[NAMED:])}


def rankings(bands: Iterable[tuple[int, int, int, int, int]]) -> dict[int, Ranking]:
    """A ranking per challenge, out of (scored proposal, challenge, points, lowest, highest)."""
    by_challenge = defaultdict(list)
    for scored, challenge, *score in bands:
        by_challenge[challenge].append((scored, *score))
    return {challenge: Ranking(rows) for challenge, rows in by_challenge.items()}
