"""Which needs proposals cover: the picture of one, and the matrix of all."""

from django.utils.translation import gettext as _

from challenges.models import Need

FULL = 3
COLUMN, ROW = 34, 11
RADIUS = {1: 2.2, 2: 3.1, 3: 4.0}


class Needs:
    """The needs of a call by challenge, heaviest first: two queries."""

    def __init__(self, call):
        self.challenges = list(call.challenges.all())
        self.services = list(call.service_types.all())
        found = Need.objects.filter(challenge__call=call).select_related("challenge", "service_type")
        self.by_challenge: dict[int, list[Need]] = {challenge.number: [] for challenge in self.challenges}
        for need in found.order_by("challenge__number", "-weight", "position"):
            self.by_challenge[need.challenge.number].append(need)

    def picture(self, contents: list[dict]) -> dict:
        """A dot per need, under its challenge, filled when one of `contents` offers it: for picture.html.

        `contents` are proposal documents. `alt` says the same in words.
        """
        offered = {place for content in contents for place in _offered(content)}
        columns = [
            {
                "number": challenge.number,
                "x": COLUMN / 2 + i * COLUMN,
                "dots": [
                    {
                        "y": 6 + j * ROW,
                        "r": RADIUS[need.weight],
                        "met": (challenge.number, need.service_type.slug) in offered,
                    }
                    for j, need in enumerate(self.by_challenge[challenge.number])
                ],
            }
            for i, challenge in enumerate(self.challenges)
        ]
        tallest = max((len(column["dots"]) for column in columns), default=0)
        return {
            "columns": columns,
            "width": COLUMN * len(columns),
            "height": ROW * tallest + 14,
            "label_y": ROW * tallest + 11,
            "alt": self._in_words(columns),
            "met": sum(dot["met"] for column in columns for dot in column["dots"]),
            "needs": sum(len(column["dots"]) for column in columns),
        }

    def _in_words(self, columns) -> str:
        said = [
            _("challenge %(number)s: %(met)s of %(all)s")
            % {"number": c["number"], "met": sum(dot["met"] for dot in c["dots"]), "all": len(c["dots"])}
            for c in columns
        ]
        return _("Needs that are covered. %(list)s.") % {"list": "; ".join(said)}

    def rows(self, content: dict) -> list[dict]:
        """Rows of service type x challenge for one proposal: "met", "open", or None without a need."""
        offered = _offered(content)
        return [
            {
                "service": service,
                "cells": [
                    None if place is None else "met" if place in offered else "open"
                    for place in self._places(service)
                ],
            }
            for service in self.services
        ]

    def matrix(self, contents: list[dict]) -> list[dict]:
        """Rows of service type x challenge: which of `contents` (from 1) offer it, None without a need.

        A table that is read on paper is taller than wide: service types down, challenges across.
        """
        offers = [_offered(content) for content in contents]
        return [
            {
                "service": service,
                "cells": [
                    None if place is None else _cell([i for i, o in enumerate(offers, start=1) if place in o])
                    for place in self._places(service)
                ],
            }
            for service in self.services
        ]

    def _places(self, service):
        for challenge in self.challenges:
            wanted = any(n.service_type_id == service.pk for n in self.by_challenge[challenge.number])
            yield (challenge.number, service.slug) if wanted else None


def _offered(content: dict) -> set[tuple[int, str]]:
    slugs = [row["slug"] for row in content["service_types"]]
    return {(row["number"], slug) for row in content["challenges"] for slug in slugs}


def _cell(chapters: list[int]) -> dict:
    return {"count": len(chapters), "level": min(len(chapters), FULL), "chapters": chapters}
