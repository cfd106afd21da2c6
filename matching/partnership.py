"""What the page of a composition shows: members, proof, alternatives, gaps, and how firm it is."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching import documents, words
from matching.composing import wishes_of
from matching.engine.check import broken
from matching.engine.coverage import Problem, alone, met, without
from matching.engine.wishes import Wish, counted, duties
from matching.grid import Names
from matching.models import Composition

WIDTH, HEIGHT, LEFT, INSET, BOTTOM, TOP = 560, 220, 60, 30, 180, 20


class WishWords:
    """Wishes and duties in words, with names where a document has keys."""

    def __init__(self, names: Names):
        self.names = names

    def name(self, ref: str) -> str:
        return self.names.organisations.get(ref, ref)

    def service(self, slug: str) -> str:
        return self.names.services.get(slug, slug)

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
            "expertise": lambda slug: self.names.expertise.get(slug, slug),
            "budget": intcomma,
        }
        return documents.in_words(Wish(wish.kind, named.get(wish.kind, str)(wish.value)))


class Partnership(WishWords):
    """One composition, read in its own problem."""

    def __init__(self, made: Composition, problem: Problem, names: Names):
        super().__init__(names)
        self.made, self.problem = made, problem
        self.document = made.document
        self.selected = [ref for ref in self.document.get("selected", ()) if ref in problem.by_id]

    def members(self) -> list[dict]:
        """A row per member: what it costs, what it alone adds, and what falls open without it."""
        only = alone(self.problem, self.selected)
        bests = {row["member"]: row for row in self.made.studies.get("without", ())}
        return [self._member(ref, only[ref], bests) for ref in self.selected]

    def _member(self, ref: str, only: int, bests: Mapping) -> dict:
        left = [other for other in self.selected if other != ref]
        spent = self._spent - self.problem.by_id[ref].cost
        opened = [self._gap(vars(gap), spent) for gap in without(self.problem, self.selected, ref)]
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
            "instead": bests.get(ref, {}).get("best") and self._instead(bests[ref]["best"], left),
            "blocked": self._listed(bests.get(ref, {}).get("blocked", ())),
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

    @property
    def ceiling(self) -> float:
        """What everybody together would cover, in percent."""
        return self._percent(self.problem.ceiling)

    @property
    def _spent(self) -> int:
        return sum(self.problem.by_id[ref].cost for ref in self.selected)

    def _gap(self, row: Mapping, spent: int) -> dict:
        """A gap in words: the need, who offers it and the cheapest of them beside what is `spent`; `row`
        is the engine's or one of a stored document."""
        need = {"challenge": row["challenge"], "service": self.service(row["service_type"])}
        cheapest = row.get("cheapest") or ""
        cost = self.problem.by_id[cheapest].cost if cheapest in self.problem.by_id else 0
        return {
            "need": _("Challenge %(challenge)s: %(service)s") % need,
            "by": ", ".join(self.name(ref) for ref in row.get("by", ())[:6]),
            "cheapest": cheapest
            and _("Cheapest addition: %(name)s, € %(cost)s")
            % {"name": self.name(cheapest), "cost": words.number(cost)},
            "too_much": cheapest and self._too_much(spent + cost),
        }

    def _too_much(self, cost: int) -> str:
        budget = self.made.budget
        if budget is None or cost <= budget:
            return ""
        return _("that is %(euros)s over the budget") % {"euros": words.euros(cost - budget)}

    def gaps(self) -> dict[str, list[dict]]:
        return {
            kind: [self._gap(row, self._spent) for row in rows]
            for kind, rows in self.document["gaps"].items()
        }

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

    def place(self, ref: str) -> dict:
        """Whether somebody is a member, and how firm that is."""
        return {"in": ref in self.selected, "role": self._role(ref)}

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

    def _listed(self, rows: Iterable[Mapping]) -> list[str]:
        return [self.wish(Wish(row["kind"], row["value"])) for row in rows]

    def duties(self) -> list[dict]:
        """What every partnership owes: which members answer for it, and whether that is kept, open or
        given up."""
        return [self._duty(duty) for duty in duties(self.problem)]

    def _duty(self, duty: Wish) -> dict:
        who = [ref for ref in counted(self.problem, duty) if ref in self.selected]
        kept = len(who) <= 1 if duty.kind == "group" else bool(who)
        given_up = any((row["kind"], row["value"]) == (duty.kind, duty.value) for row in self.made.waived)
        state = "given_up" if given_up else "kept" if kept else "open"
        return {
            "kind": words.DUTIES[duty.kind],
            "name": self._owed(duty),
            "who": ", ".join(map(self.name, who)),
            "state": words.DUTY_STATES[state],
            "tone": words.DUTY_TONES[state],
        }

    def _owed(self, duty: Wish) -> str:
        known = {"challenge": self.names.challenges, "expertise": self.names.expertise}
        return known.get(duty.kind, {}).get(duty.value, str(duty.value))

    def broken(self, selected: Collection[str] | None = None) -> list[str]:
        """The wishes and duties that the members (or another set) do not hold to, counted again, and what
        is found instead."""
        chosen = self.selected if selected is None else list(selected)
        return [self._broken(wish, chosen) for wish in broken(self.problem, wishes_of(self.made), chosen)]

    def _broken(self, wish: Wish, chosen: list[str]) -> str:
        told = self.wish(wish)
        if wish.kind == "budget":
            cost = sum(self.problem.by_id[ref].cost for ref in chosen)
            return _("%(wish)s (this costs € %(cost)s)") % {"wish": told, "cost": words.number(cost)}
        if wish.kind in ("min", "max"):
            return _("%(wish)s (these are %(count)s)") % {"wish": told, "count": len(chosen)}
        if wish.kind == "group":
            both = ", ".join(self.name(ref) for ref in counted(self.problem, wish) if ref in chosen)
            return _("%(wish)s (now %(names)s)") % {"wish": told, "names": both}
        return told

    def ways_out(self) -> list[dict]:
        """What could be given up when the wishes clash: each way a smallest one."""
        return [
            {
                "number": number,
                "wishes": [
                    self._way(Wish(row["wish"], row["value"]), way["needed"]) for row in way["give_up"]
                ],
                "then": [self.name(ref) for ref in way["then"]],
                "needed": way["needed"],
            }
            for number, way in enumerate(self.document.get("ways_out", ()))
        ]

    def _way(self, wish: Wish, needed: int) -> str:
        """A wish to give up; of a budget, what would do."""
        if wish.kind != "budget":
            return self.wish(wish)
        told = {"budget": words.euros(wish.value), "needed": words.euros(needed)}
        return _("a budget of %(needed)s a year instead of %(budget)s") % told


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
