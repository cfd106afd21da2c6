"""What the page of a composition shows: members, proof, alternatives, gaps, and how firm it is."""

from collections.abc import Collection, Mapping

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import documents, words
from matching.engine.coverage import Problem, alone, met, without
from matching.engine.wishes import Wish
from matching.grid import Names
from matching.models import Composition

WIDTH, HEIGHT, LEFT, INSET, BOTTOM, TOP = 560, 220, 60, 30, 180, 20


class Partnership:
    """One composition, read in its own problem."""

    def __init__(self, made: Composition, problem: Problem, names: Names):
        self.made, self.problem, self.names = made, problem, names
        self.document = made.document
        self.selected = [ref for ref in self.document.get("selected", ()) if ref in problem.by_id]

    def name(self, ref: str) -> str:
        return self.names.organisations.get(ref, ref)

    def service(self, slug: str) -> str:
        return self.names.services.get(slug, slug)

    def members(self) -> list[dict]:
        """A row per member: what it costs, what it alone adds, and what falls open without it."""
        only = alone(self.problem, self.selected)
        bests = {row["member"]: row["best"] for row in self.made.studies.get("without", ())}
        return [self._member(ref, only[ref], bests) for ref in self.selected]

    def _member(self, ref: str, only: int, bests: Mapping) -> dict:
        left = [other for other in self.selected if other != ref]
        opened = [self._gap(vars(gap)) for gap in without(self.problem, self.selected, ref)]
        said = ngettext("%(count)s need falls open", "%(count)s needs fall open", len(opened))
        return {
            "name": self.name(ref),
            "key": ref,
            "budget": self.problem.by_id[ref].cost,
            "alone": self._percent(only),
            "open": opened,
            "opens": said % {"count": len(opened)},
            "ask_without": _("Suggest without %(name)s") % {"name": self.name(ref)},
            "studied": ref in bests,
            "instead": bests.get(ref) and self._instead(bests[ref], left),
            "role": self._role(ref),
        }

    def _instead(self, best: dict, left: Collection[str]) -> dict:
        """The best set without a member, against those who would stay."""
        reached = {
            "coverage": words.number(self._percent(best["objective"]["coverage"]), 1),
            "cost": words.number(best["objective"]["cost"]),
        }
        return {
            "told": _("The best set without it covers %(coverage)s%% for € %(cost)s.") % reached,
            "joins": ", ".join(self.name(other) for other in best["selected"] if other not in left),
            "leaves": ", ".join(self.name(other) for other in left if other not in best["selected"]),
        }

    def _percent(self, units: int) -> float:
        full = self.problem.full_coverage
        return round(100 * units / full, 1) if full else 0.0

    def _gap(self, row: Mapping) -> dict:
        """A gap in words: the need, who offers it and the cheapest of them; `row` is the engine's or one
        of a stored document."""
        need = {"challenge": row["challenge"], "service": self.service(row["service_type"])}
        cheapest = row.get("cheapest") or ""
        cost = self.problem.by_id[cheapest].cost if cheapest in self.problem.by_id else 0
        return {
            "need": _("Challenge %(challenge)s: %(service)s") % need,
            "by": ", ".join(self.name(ref) for ref in row.get("by", ())[:6]),
            "cheapest": cheapest
            and _("Cheapest addition: %(name)s, € %(cost)s")
            % {"name": self.name(cheapest), "cost": words.number(cost)},
        }

    def gaps(self) -> dict[str, list[dict]]:
        return {kind: [self._gap(row) for row in rows] for kind, rows in self.document["gaps"].items()}

    def levels(self) -> list[dict]:
        """The proof: what each level reached, and what it can be at best."""
        return [
            {
                "name": words.LEVELS[row["level"]],
                "value": as_read(row["level"], row["value"]),
                "bound": as_read(row["level"], row["bound"]),
                "proven": row["proven"],
                "proof": words.proof(row["level"], row["gap"], proven=row["proven"]),
            }
            for row in self.document.get("levels", ())
        ]

    def alternatives(self) -> list[dict]:
        """What each alternative wins and loses against the suggestion."""
        return [self._alternative(other) for other in self.document.get("alternatives", ())]

    def _alternative(self, other: dict) -> dict:
        here, there = self.met, met(self.problem, other["selected"])
        best = self.document["objective"]
        return {
            "joins": ", ".join(self.name(ref) for ref in other["selected"] if ref not in self.selected),
            "leaves": ", ".join(self.name(ref) for ref in self.selected if ref not in other["selected"]),
            "keys": other["selected"],
            "proven": other.get("proven", False),
            **figures(other["objective"]),
            "coverage_change": words.signed(100 * (other["objective"]["coverage"] - best["coverage"]), 1),
            "quality_change": words.signed(other["objective"]["quality"] - best["quality"], 1),
            "cost_change": words.signed(other["objective"]["cost"] - best["cost"]),
            "wins": self._needs(there - here),
            "loses": self._needs(here - there),
        }

    @cached_property
    def met(self) -> set[tuple[int, str]]:
        """The needs that the members meet somewhere."""
        return met(self.problem, self.selected)

    def _needs(self, needs: Collection[tuple[int, str]]) -> str:
        return "; ".join(f"{number}: {self.service(slug)}" for number, slug in sorted(needs))

    def _role(self, ref: str) -> dict | None:
        role, share = self.made.studies.get("roles", {}).get(ref), self._share(ref)
        return role and {
            "label": words.ROLES[role],
            "tone": words.ROLE_TONES[role],
            "kind": role,
            "share": share,
        }

    def _share(self, ref: str) -> int | None:
        """How often the draws of the weights choose it, in percent."""
        draws, chosen = self.made.studies.get("draws", 0), self.made.studies.get("chosen", {}).get(ref, 0)
        return round(100 * chosen / draws) if draws else None

    def roles(self) -> dict:
        """`rows` of organisations that play a part: core or swap first, then how often each is drawn;
        and how many `never` do, with their names."""
        known = {
            ref: kind for ref, kind in self.made.studies.get("roles", {}).items() if ref in self.problem.by_id
        }
        never = {ref for ref, kind in known.items() if kind == "never" and not self._share(ref)}
        rows = [
            {"name": self.name(ref), "in": ref in self.selected, **self._role(ref)}
            for ref in known
            if ref not in never
        ]
        order = ("core", "swap", "never")
        return {
            "rows": sorted(rows, key=lambda r: (order.index(r["kind"]), -(r["share"] or 0), r["name"])),
            "never": len(never),
            "never_named": ", ".join(sorted(map(self.name, never))),
        }

    def curve(self) -> dict | None:
        """Coverage by budget, as points of a line and as a table."""
        points = [
            {**row, "percent": self._percent(row["coverage"])}
            for row in self.made.studies.get("curve", ())
            if row["coverage"] is not None
        ]
        if len(points) < 2:
            return None
        lowest = min(point["budget"] for point in points)
        width = (max(point["budget"] for point in points) - lowest) or 1
        base = next((p["percent"] for p in points if p["step"] == 0), points[0]["percent"])
        for point in points:
            point["x"] = round(
                LEFT + INSET + (WIDTH - LEFT - 40 - INSET) * (point["budget"] - lowest) / width
            )
            point["y"] = round(BOTTOM - (BOTTOM - TOP) * point["percent"] / 100)
            point["change"] = words.signed(point["percent"] - base, 1)
            point["told"] = words.number(point["percent"], 1)
            point["moved"] = words.signed(point["step"])
            point["label_y"] = point["y"] - 12
        line = " ".join(f"{point['x']},{point['y']}" for point in points)
        return {
            "points": points, "line": line, "width": WIDTH, "height": HEIGHT, "left": LEFT, "bottom": BOTTOM,
            "top": TOP, "right": WIDTH - 20, "foot": BOTTOM + 22,
        }  # fmt: skip

    def wishes(self) -> list[tuple[str, str]]:
        """What was asked, in pairs of a label and a value."""
        made = self.made
        told = [
            (_("Budget"), made.budget is not None and words.euros(made.budget)),
            (_("At least"), made.minimum),
            (_("At most"), made.maximum),
            (_("Must be in it"), ", ".join(map(self.name, made.include))),
            (_("Must not be in it"), ", ".join(map(self.name, made.exclude))),
            (_("At least two members for"), "; ".join(map(self._twice, made.twice))),
            (_("Given up"), "; ".join(self.wish(Wish(w["kind"], w["value"])) for w in made.waived)),
        ]
        return [(label, value) for label, value in told if value not in (None, False, "")]

    def _twice(self, written: str) -> str:
        number, slug, *place = written.split(":")
        told = _("challenge %(number)s, %(service)s") % {"number": number, "service": self.service(slug)}
        return f"{told} ({self.names.places.get(place[0], place[0])})" if place else told

    def wish(self, wish: Wish) -> str:
        """A wish in words, with names where the document has keys."""
        named = {
            "include": self.name,
            "exclude": self.name,
            "twice": self._twice,
            "challenge": lambda number: self.names.challenges.get(number, number),
            "budget": intcomma,
        }
        return documents.in_words(Wish(wish.kind, named.get(wish.kind, str)(wish.value)))

    def ways_out(self) -> list[dict]:
        """What could be given up when the wishes clash: each way a smallest one."""
        return [
            {
                "number": number,
                "wishes": [self.wish(Wish(row["wish"], row["value"])) for row in way["give_up"]],
                "then": [self.name(ref) for ref in way["then"]],
                "needed": way["needed"],
            }
            for number, way in enumerate(self.document.get("ways_out", ()))
        ]


def figures(told: dict) -> dict:
    """An objective as people read it: percent, points and euro."""
    return {
        "coverage": round(100 * told["coverage"], 1),
        "quality": round(told["quality"], 1),
        "cost": told["cost"],
    }


def as_read(level: str, value: float) -> str:
    """The value of a level of the proof, in percent, points or euro."""
    if level == "coverage":
        return f"{words.number(100 * value, 1)}%"
    return words.euros(value) if level == "cost" else f"{words.number(value, 2)} / 100"
