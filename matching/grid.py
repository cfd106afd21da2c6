"""The coverage matrix as people look at it: by challenge, municipality or persona, as a picture, as
a table and as rows for a spreadsheet."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from matching.engine.coverage import Covered, Problem, matrix

SHOWN_NAMES = 12
LEFT, TOP, CELL, STEP, ROW = 250, 190, 62, 72, 44
TILES, TILE, GAP = 5, 11, 2
ROUNDED = "h7a2 2 0 0 1 2 2v7a2 2 0 0 1 -2 2h-7a2 2 0 0 1 -2 -2v-7a2 2 0 0 1 2 -2z"


@dataclass(frozen=True)
class Names:
    """What keys, numbers and codes are called: organisations, challenges (in order), service types
    (in order), municipalities, the challenges of each persona, and priority expertise."""

    organisations: Mapping[str, str]
    challenges: Mapping[int, str]
    services: Mapping[str, str]
    places: Mapping[str, str]
    personas: Mapping[str, Collection[int]] = field(default_factory=dict)
    expertise: Mapping[str, str] = field(default_factory=dict)


class Cell(NamedTuple):
    """A cell of the matrix: the names behind it, and how many of them work in the same municipality,
    where that are most."""

    names: list[str]
    together: int


class Grid:
    """The coverage of a problem by a set of proposals (None: by everybody who filed)."""

    def __init__(self, problem: Problem, selected: Collection[str] | None, names: Names):
        self.problem, self.selected, self.names = problem, selected, names

    @cached_property
    def covered(self) -> tuple[Covered, ...]:
        return matrix(self.problem, self.selected)

    @cached_property
    def by_need(self) -> dict[tuple[int, str], Covered]:
        return {(row.challenge, row.service_type): row for row in self.covered}

    @property
    def columns(self) -> list[str]:
        return list(self.names.services.values())

    def rows(self, by: str) -> list[dict]:
        """Rows for `components/matrix.html`: a cell is None without a need."""
        return {"challenge": self.by_challenge, "place": self.by_place, "persona": self.by_persona}[by]()

    def by_challenge(self) -> list[dict]:
        return [
            {"label": label, "cells": [self._cell([(number, slug)]) for slug in self.names.services]}
            for number, label in self.names.challenges.items()
        ]

    def by_persona(self) -> list[dict]:
        """Who meets a need of a persona: in any of the challenges this person meets."""
        return [
            {
                "label": name,
                "cells": [self._cell([(n, slug) for n in numbers]) for slug in self.names.services],
            }
            for name, numbers in self.names.personas.items()
        ]

    def by_place(self) -> list[dict]:
        """Who meets a need for a service type in a municipality, in any challenge."""
        columns = [
            self._meeting([(number, slug) for number in self.names.challenges])
            for slug in self.names.services
        ]
        return [
            {"label": label, "cells": [_here(meeting, nis) for meeting in columns]}
            for nis, label in self.names.places.items()
        ]

    def _cell(self, needs) -> Cell | None:
        meeting = self._meeting(needs)
        if meeting is None:
            return None
        here = Counter(nis for _name, places in meeting for nis in places)
        return Cell([name for name, _places in meeting], max(here.values(), default=0))

    def _meeting(self, needs) -> list[tuple[str, Collection[str]]] | None:
        """Who meets any of these, by name, with their municipalities; None when none is a need."""
        rows = [self.by_need[need] for need in needs if need in self.by_need]
        if not rows:
            return None
        refs = {ref for row in rows for ref in row.by}
        offers = ((self.names.organisations.get(ref, ref), self.problem.by_id[ref]) for ref in refs)
        return sorted(((name, offer.municipalities) for name, offer in offers), key=itemgetter(0))

    def needs(self) -> list[dict]:
        """A row per need: who meets it, for which share of the inhabitants, and in which municipalities
        nobody does, one does, and two or more do."""
        return [
            {
                "challenge": row.challenge,
                "service": self.names.services.get(row.service_type, row.service_type),
                "weight": row.weight,
                "where": self._where(row) if row.by else (),
                "by": ", ".join(self._some(row.by)),
                "count": len(row.by),
                "capacity": row.quarters * 25,
                "reached": round(row.reached / 10),
                "covered": _percent(row.units, row.of),
            }
            for row in self.covered
        ]

    def _where(self, row: Covered) -> list[tuple[str, int, str]]:
        kinds = {0: _("nobody"), 1: _("one"), 2: _("two or more")}
        found: dict[int, list[str]] = {kind: [] for kind in kinds}
        for nis, count in row.by_place.items():
            found[min(count, 2)].append(self.names.places[nis])
        return [(kinds[kind], len(places), ", ".join(places)) for kind, places in found.items() if places]

    def _some(self, refs) -> list[str]:
        shown = [self.names.organisations.get(ref, ref) for ref in refs[:SHOWN_NAMES]]
        more = len(refs) - len(shown)
        return [*shown, _("and %(more)s more") % {"more": more}] if more else shown

    def totals(self) -> dict:
        """Cells (needs in one municipality) by how many cover them, with their share of the weight of
        all, and the coverage of everything."""
        cells, weight = Counter(), Counter()
        for row in self.covered:
            here = self.problem.places[row.challenge, row.service_type]
            for nis, count in row.by_place.items():
                cells[min(count, 2)] += 1
                weight[min(count, 2)] += here[nis]
        return {
            "cells": cells.total(),
            **{
                kind: {"cells": cells[count], "weight": _percent(weight[count], weight.total())}
                for count, kind in enumerate(("holes", "single", "double"))
            },
            "covered": _percent(sum(r.units for r in self.covered), sum(r.of for r in self.covered)),
        }

    def shares(self) -> dict[tuple[int, str], float]:
        """The share of each need that is covered, in percent."""
        return {need: _percent(row.units, row.of) for need, row in self.by_need.items()}

    def personas(self) -> list[dict]:
        """Per persona: the share of this person's needs that is covered, and what nobody offers."""
        return [self._persona(name, numbers) for name, numbers in self.names.personas.items()]

    def _persona(self, name: str, numbers) -> dict:
        rows = [row for row in self.covered if row.challenge in numbers]
        open_slugs = dict.fromkeys(row.service_type for row in rows if not row.by)
        return {
            "name": name,
            "needs": len({row.service_type for row in rows}),
            "covered": _percent(sum(row.units for row in rows), sum(row.of for row in rows)),
            "open": [self.names.services.get(slug, slug) for slug in open_slugs],
        }

    def picture(self) -> dict:
        """Everything at once: a square per need, in it a tile per municipality, darker where more
        members are; the tiles of one tone are one path. Coordinates in the units of the SVG's viewBox."""
        places = list(self.names.places)
        squares = [
            self._square(row, places, list(self.names.services).index(row.service_type), number)
            for number, label in enumerate(self.names.challenges)
            for row in self.covered
            if row.challenge == label and row.service_type in self.names.services
        ]
        return {
            "width": LEFT + STEP * len(self.names.services) + 150,
            "height": TOP + ROW * len(self.names.challenges) + 10,
            "columns": [
                {
                    "full": label,
                    "label": _shortened(label, most=38),
                    "x": LEFT + STEP * i + CELL // 2,
                    "y": TOP - 10,
                }
                for i, label in enumerate(self.names.services.values())
            ],
            "rows": [
                {"full": label, "label": _shortened(label), "y": TOP + ROW * i + ROW // 2}
                for i, label in enumerate(self.names.challenges.values())
            ],
            "squares": squares,
            "places": [self.names.places[nis] for nis in places],
        }

    def _square(self, row: Covered, places: list[str], column: int, line: int) -> dict:
        left, top = LEFT + STEP * column, TOP + ROW * line + 6
        tones: dict[int, str] = {}
        for i, nis in enumerate(places):
            x, y = left + (TILE + GAP) * (i % TILES), top + (TILE + GAP) * (i // TILES)
            tone = min(3, row.by_place.get(nis, 0))
            tones[tone] = f"{tones.get(tone, '')}M{x + 2} {y}{ROUNDED}"
        service = self.names.services[row.service_type]
        told = _("%(challenge)s, %(service)s: %(count)s, %(covered)s%% covered") % {
            "challenge": self.names.challenges[row.challenge],
            "service": service,
            "count": len(row.by),
            "covered": _percent(row.units, row.of),
        }
        return {
            "tones": [{"tone": f"t{tone}", "drawn": drawn} for tone, drawn in tones.items()],
            "told": told,
        }

    def sheet(self) -> list[list]:
        """A head and a row per cell (challenge x service type x municipality), for a spreadsheet."""
        head = [
            _("Challenge"), _("Service type"), _("Municipality"), _("Need (1–3)"),
            _("Organisations"), _("Capacity (quarters of what is wanted)"), _("Who"),
        ]  # fmt: skip
        return [head, *(line for row in self.covered for line in self._lines(row))]

    def _lines(self, row: Covered):
        offers = [self.problem.by_id[ref] for ref in row.by]
        for nis, place in self.names.places.items():
            here = [offer for offer in offers if nis in offer.municipalities]
            yield [
                self.names.challenges.get(row.challenge, row.challenge),
                self.names.services.get(row.service_type, row.service_type),
                place,
                row.weight,
                len(here),
                min(4, sum(offer.quarters[row.service_type] for offer in here)),
                ", ".join(self.names.organisations.get(o.external_id, o.external_id) for o in here),
            ]


def _here(meeting, nis: str) -> Cell | None:
    if meeting is None:
        return None
    names = [name for name, places in meeting if nis in places]
    return Cell(names, len(names))


def _percent(units: int, of: int) -> float:
    return round(100 * units / of, 1) if of else 0.0


def _shortened(label: str, *, most: int = 34) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
