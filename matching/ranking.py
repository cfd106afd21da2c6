"""Who comes before whom for a challenge; scores whose bands overlap share a place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.engine.places import places

NAMED = 3


@dataclass(frozen=True)
class Place:
    """A place in the ranking of one challenge; `equals` are the scored proposals that share it."""

    number: int
    equals: tuple[int, ...] = ()


class Ranking:
    """The places of one challenge, by id of the scored proposal, the best score first."""

    def __init__(self, rows: Iterable[tuple[int, int, int, int]]):
        rows = list(rows)
        numbers = places([row[1:] for row in rows])
        shared = defaultdict(list)
        for (scored, *_score), number in zip(rows, numbers, strict=True):
            shared[number].append(scored)
        self.places = {
            row[0]: Place(number, tuple(other for other in shared[number] if other != row[0]))
            for row, number in zip(rows, numbers, strict=True)
        }

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, scored: int) -> Place:
        return self.places[scored]

    def equals(self, scored: int, names: Mapping[int, str]) -> dict:
        """Who shares the place of a proposal: the first names that this reader may know, and how many
        more there are."""
        known = [names[other] for other in self[scored].equals if other in names]
        return {"names": known[:NAMED], "more": len(known[NAMED:])}


def rankings(bands: Iterable[tuple[int, int, int, int, int]]) -> dict[int, Ranking]:
    """A ranking per challenge number, out of `queries.bands_of`."""
    by_challenge = defaultdict(list)
    for scored, number, *score in bands:
        by_challenge[number].append((scored, *score))
    return {number: Ranking(rows) for number, rows in by_challenge.items()}
