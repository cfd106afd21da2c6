"""The sum behind a score, step by step: what anybody needs to work it out again by hand."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from math import prod

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from matching import facts, words
from matching.engine import score
from matching.engine.echo import call_words
from matching.engine.evidence import Reading, read
from matching.engine.matcher import FACTORS, heard
from matching.engine.text import Sentence
from matching.engine.types import Call, Challenge
from matching.models import Match
from matching.trust import steps_of, told

WORDS = 8
CLOSE = 2e-6


@dataclass(frozen=True)
class Sum:
    """One part of a score: its value 0..1 worked out anew, in steps, and what it earns."""

    signal: str
    value: float
    steps: tuple[str, ...]
    points: int
    of: int

    @property
    def label(self) -> str:
        return str(words.SIGNALS[self.signal])

    @property
    def meaning(self) -> str:
        return str(words.MEANINGS[self.signal])

    @property
    def earned(self) -> str:
        """The last step, before points are made whole."""
        return f"{told(self.value)} × {self.of} = {told(self.of * self.value, 2)}"


@dataclass(frozen=True)
class Service:
    """What a service type brings to the part `services`: need × support × enough clients."""

    name: str
    slug: str
    need: int
    chosen: bool
    support: float
    clients: int
    enough: float

    @property
    def percent(self) -> int:
        return round(100 * self.support)

    @property
    def unsupported(self) -> bool:
        return self.chosen and self.support < score.SUPPORTED

    @property
    def counts(self) -> float:
        return self.need * self.support * self.enough if self.chosen else 0.0

    @property
    def sum(self) -> str:
        return f"{self.need} × {told(self.support)} × {told(self.enough, 2)} = {told(self.counts)}"


class Working:
    """The sums of one score, from what the run froze: recipe, version and supports.

    What the text shows of people, principles and expertise is read again, as a run stores only what
    it adds up to; `reading` is None when this portal's lexicon or code now reads it otherwise.
    """

    def __init__(self, match: Match, content: Mapping):
        self.match = match
        self.recipe = match.scored.run.recipe
        self.parts = {part["signal"]: part for part in match.parts}
        self.proposal = facts.engine_content(
            content, places={m.name: m.nis for m in self.call.municipalities}
        )

    @cached_property
    def call(self) -> Call:
        return facts.call_in(self.recipe)

    @cached_property
    def challenge(self) -> Challenge:
        [found] = [c for c in self.call.challenges if c.number == self.match.challenge.number]
        return found

    @cached_property
    def reading(self) -> Reading | None:
        found = read(self.proposal, lexicon=facts.lexicon(), words=call_words(self.call))
        return found if self._leads_there(found) else None

    def _leads_there(self, found: Reading) -> bool:
        """Whether the steps with this reading end at what the run stored, in every part."""
        tried = copy(self)
        tried.reading = found
        return all(abs(part.value - self.parts[part.signal]["value"]) < CLOSE for part in tried.sums())

    @cached_property
    def people(self) -> dict[str, float]:
        """The groups of people that this challenge is about, the first at 1."""
        return score.challenge_groups(self.challenge.title, self.challenge.target_group, facts.lexicon())

    @cached_property
    def services(self) -> list[Service]:
        """The service types that were ticked or that this challenge needs."""
        offered = self.proposal.service_types
        return [
            Service(
                name=support.service_type.need,
                slug=slug,
                need=self.challenge.needs.get(slug, 0),
                chosen=support.chosen,
                support=support.support,
                clients=offered.get(slug, 0),
                enough=score.enough(offered.get(slug, 0), self.call),
            )
            for support in self.match.scored.supports.all()
            if (slug := support.service_type.slug) in self.challenge.needs or support.chosen
        ]

    def sums(self) -> list[Sum]:
        """Every part of the score, in the order in which they are added."""
        made = {
            "chosen": self._chosen, "services": self._services, "text": self._text,
            "municipalities": self._municipalities, "principles": self._principles,
            "expertise": self._expertise,
        }  # fmt: skip
        found = []
        for signal, part in self.parts.items():
            value, steps = made[signal]()
            found.append(Sum(signal, round(value, 6), tuple(steps), part["points"], part["of"]))
        return found

    def _here(self) -> float:
        return min(1.0, _value(self.match.parts, "text") / score.SHOWN_AT)

    def _chosen(self):
        numbers = {challenge.number for challenge in self.call.challenges}
        ticked = numbers.intersection(self.proposal.challenges)
        if self.challenge.number not in ticked:
            return 0.0, [_("Not ticked: 0.")]
        text = _value(self.match.parts, "text")
        name, people = self._people(self._shown_services()[1])
        spread, named = score.spread(len(ticked)), score.named(people)
        steps = [
            _("Ticked. Shown by the text: %(text)s / %(at)s, at most 1 = %(shown)s.")
            % {"text": told(text), "at": told(score.SHOWN_AT, 2), "shown": told(self._here())}
        ]
        if named < 1:
            steps.append(
                _(
                    "The text hardly names the people%(name)s: %(people)s. "
                    "× (%(half)s + %(half)s × %(people)s / %(at)s) = × %(value)s."
                )
                % {
                    "name": name,
                    "people": told(people),
                    "half": told(score.UNNAMED, 1),
                    "at": told(score.NAMED_AT, 1),
                    "value": told(named),
                }
            )
        if spread < 1:
            steps.append(
                _(
                    "%(count)s challenges are ticked, of which %(free)s count fully: "
                    "× %(free)s / %(count)s = × %(share)s."
                )
                % {"count": len(ticked), "free": score.FREE_TICKS, "share": told(spread)}
            )
        return self._here() * spread * named, steps

    def _services(self):
        rows = sorted((service for service in self.services if service.counts), key=lambda row: -row.counts)
        best = rows[: score.COUNTED_SERVICES]
        total = sum(service.counts for service in best)
        steps = [f"{service.name}: {service.sum}" for service in rows]
        if len(rows) > len(best):
            steps.append(_("The %(count)s that bring most count.") % {"count": len(best)})
        steps.append(
            _("Together %(sum)s, divided by %(full)s, at most 1.")
            % {"sum": told(total), "full": score.FULL_SERVICES}
        )
        return min(1.0, total / score.FULL_SERVICES), steps

    def _shown_services(self) -> tuple[list[Service], float]:
        """The needed services that the text shows best, as many as count, and what they are worth."""
        needed = [service for service in self.services if service.need and service.support]
        best = sorted(needed, key=lambda s: score.lacking(s.need, s.support))[: score.COUNTED_SERVICES]
        return best, 1 - prod(score.lacking(s.need, s.support) for s in best)

    def _text(self):
        best, services = self._shown_services()
        share = score.GROUPS_SHARE
        name, people = self._people(services)
        factors = " × ".join(
            f"(1 − {told(score.ONE_NEED, 1)} × {s.need}/{score.HIGHEST_NEED} × {told(s.support)})"
            for s in best
        )
        steps = [
            _("The people%(name)s: %(support)s.") % {"name": name, "support": told(people)},
            _("The services (at most two): 1 − %(factors)s = %(value)s.")
            % {"factors": factors or "1", "value": told(services)},
            f"{told(share, 1)} × {told(people)} + {told(1 - share, 1)} × {told(services)}",
        ]
        return share * people + (1 - share) * services, steps

    def _people(self, services: float) -> tuple[str, float]:
        """The group of people that the text shows best; without a reading, what must have been."""
        if self.reading is None:
            rest = _value(self.match.parts, "text") - (1 - score.GROUPS_SHARE) * services
            return "", max(0.0, rest / score.GROUPS_SHARE)
        found = [(share * self._support("target_groups", g), share, g) for g, share in self.people.items()]
        value, share, group = max(found, default=(0.0, 1.0, ""))
        if not value:
            return "", 0.0
        told_share = f" × {told(share)}" if share < 1 else ""
        return f" ({_spoken(group)}{told_share})", value

    def _municipalities(self):
        alike = self.call.municipalities_alike
        weigh = {m.nis: 1 if alike else m.inhabitants for m in self.call.municipalities}
        chosen = [m for m in self.call.municipalities if m.nis in self.proposal.municipalities]
        here, everywhere = sum(weigh[m.nis] for m in chosen), sum(weigh.values())
        reach = here / everywhere if everywhere else 0.0
        listed = ", ".join(m.name if alike else f"{m.name} {words.number(m.inhabitants)}" for m in chosen)
        share = {"here": words.number(here), "all": words.number(everywhere), "value": told(reach)}
        steps = [
            listed or _("No municipality."),
            _("%(here)s of %(all)s municipalities = %(value)s.") % share
            if alike
            else _("%(here)s of %(all)s inhabitants = %(value)s.") % share,
        ]
        return self._as_far_as_shown(reach, steps)

    def _principles(self):
        if self.reading is None:
            return _value(self.match.parts, "principles"), [_not_read()]
        found = self._named("principles", self.call.principles)
        total = sum(value for _name, value in found)
        steps = [*_lines(found)]
        steps.append(
            _("Together %(sum)s, divided by %(full)s, at most 1.")
            % {"sum": told(total), "full": score.FULL_PRINCIPLES}
        )
        return self._as_far_as_shown(min(1.0, total / score.FULL_PRINCIPLES), steps)

    def _expertise(self):
        if self.reading is None:
            return _value(self.match.parts, "expertise"), [_not_read()]
        found = self._named("expertise", self.call.expertise)
        steps = [*_lines(found), _("The highest counts.")] if found else [_("Nothing of it in the text: 0.")]
        return self._as_far_as_shown(max((value for _name, value in found), default=0.0), steps)

    def _as_far_as_shown(self, value: float, steps: list[str]):
        if value and self._here() < 1:
            steps.append(
                _("Times how far the text shows this challenge: × %(shown)s.") % {"shown": told(self._here())}
            )
        return value * self._here(), steps

    def _support(self, kind: str, target: str) -> float:
        return self.reading.support(kind=kind, target=target)

    def _named(self, kind: str, targets) -> list[tuple[str, float]]:
        found = [(target.name, self._support(kind, target.slug)) for target in targets]
        return [(name, value) for name, value in found if value]

    def exact(self) -> str:
        """The sum of the parts before they are made whole."""
        return told(sum(part["of"] * part["value"] for part in self.match.parts), 2)

    def _read_for(self) -> list[tuple[str, str, str]]:
        """What the text was read for here: kind and target in the lexicon, and its name."""
        return [
            *(("target_groups", group, _spoken(group)) for group in self.people),
            *(("service_types", s.slug, s.name) for s in self.services),
            *(("principles", p.slug, p.name) for p in self.call.principles),
            *(("expertise", e.slug, e.name) for e in self.call.expertise),
        ]

    def supports(self) -> list[dict]:
        """What each support comes from: evidence per idea, and the words that were found."""
        if self.reading is None:
            return []
        rows = (self._row(*each) for each in self._read_for())
        return [row for row in rows if row["words"]]

    def about(self) -> dict[tuple[str, int, int], list[str]]:
        """What the words in each place (field, start, end) were read to be about."""
        found: dict[tuple[str, int, int], list[str]] = {}
        for kind, target, name in self._read_for() if self.reading else ():
            for place in self.reading.places(kind=kind, target=target):
                found.setdefault((place.field, place.start, place.end), []).append(name)
        return found

    def meant(self, sentence: Sentence) -> str:
        """What makes a sentence count less as a whole, and how much it counts; empty when it counts fully."""
        ways = heard(sentence, lexicon=facts.lexicon()).ways if self.reading else ()
        if not ways:
            return ""
        named = ", ".join(str(words.WAYS[way]) for way in ways)
        return _("%(ways)s: counts × %(factor)s") % {
            "ways": named,
            "factor": told(min(FACTORS[way] for way in ways), 2),
        }

    def _row(self, kind: str, target: str, name: str) -> dict:
        reading = self.reading
        ideas = sorted(
            ((c.name, reading.strength(c)) for c in reading.shown if (c.kind, c.target) == (kind, target)),
            key=lambda pair: (-pair[1], pair[0]),
        )
        return {
            "name": name,
            "ideas": ", ".join(f"{_spoken(idea)} {told(value, 2)}" for idea, value in ideas if value),
            "evidence": told(reading.evidence(kind=kind, target=target)),
            "support": told(self._support(kind, target)),
            "words": _some(place.text.lower() for place in reading.places(kind=kind, target=target)),
        }

    def trust(self) -> str:
        return told(self.reading.trust.value) if self.reading else ""

    def trust_steps(self) -> list[str]:
        """The factors of the trust in the text as a whole, each with what it is worked out from."""
        return steps_of(self.reading.trust, against=self._speaking_against()) if self.reading else []

    def _speaking_against(self) -> str:
        """Some of the words that speak of another purpose."""
        reading = self.reading
        targets = sorted({c.target for c in reading.shown if c.kind == "against"})
        return _some(
            place.text.lower()
            for target in targets
            for place in reading.places(kind="against", target=target)
        )


def _value(parts: Iterable[Mapping], signal: str) -> float:
    return next((part["value"] for part in parts if part["signal"] == signal), 0.0)


def _lines(found) -> list[str]:
    return [f"{name}: {told(value)}" for name, value in found]


def _spoken(slug: str) -> str:
    return slug.replace("-", " ")


def _some(found: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(found))
    more = len(distinct) - WORDS
    told_words = ", ".join(distinct[:WORDS])
    return f"{told_words} {_('and %(more)s more') % {'more': more}}" if more > 0 else told_words


def _not_read() -> str:
    return _("The portal reads this text otherwise since it was scored: these steps can't be shown any more.")
