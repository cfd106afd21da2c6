"""The score of a proposal for each challenge, and the support for each service type.

With support(t) and groups(c) from the text (0..1), need(c, t) from the call:

    text(c)     = .6 groups(c) + .4 (1 - product over two t of 1 - .7 need(c, t)/3 support(t))
    shown(c)    = min(1, text(c) / .35)                how far the challenge is shown at all
    chosen(c)   = shown(c) x min(1, 2 / ticked challenges) x (.5 + .5 min(1, groups(c) / .2)), if ticked
    services(c) = sum over two ticked t of need(c, t) x support(t) x enough clients, over 6, at most 1
    municipalities = inhabitants of the chosen municipalities / all (or their number / all), x shown(c)
    principles  = principles evidenced in the text / 3, at most 1, x shown(c)
    expertise   = strongest priority expertise in the text, x shown(c)

Of the services the two that bring most count, as much as two essential ones can be worth. So a tick
without text behind it earns nothing, one without a word about the people at most half, and ticking
everything thins what a tick earns.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod

from .echo import ECHOING, CallWords, call_words
from .evidence import Reading, read
from .lexicon import Lexicon
from .points import Draws, out_of, points
from .types import SIGNALS, Call, ChallengeScore, Evidence, Part, Proposal, Score, Support

GROUPS_SHARE = 0.6
ONE_NEED = 0.7
SHOWN_AT = 0.35
HIGHEST_NEED = 3
FULL_SERVICES = 6
COUNTED_SERVICES = 2
FREE_TICKS = 2
NAMED_AT = 0.2
UNNAMED = 0.5
FULL_PRINCIPLES = 3
SUPPORTED = 0.3
SUGGESTED = 0.7
EMPTY = 0.12
PLAIN_ENOUGH = 0.7


@dataclass(frozen=True)
class Scorer:
    """Everything that is the same for all proposals of a call."""

    call: Call
    lexicon: Lexicon
    words: CallWords
    of: Mapping[str, int]
    draws: Draws
    groups: Mapping[int, Mapping[str, float]]


def scorer(*, call: Call, lexicon: Lexicon) -> Scorer:
    """Prepare scoring for a call. Raises ValueError when its weights are all zero."""
    of = out_of(call.weights)
    groups = {c.number: challenge_groups(c.title, c.target_group, lexicon) for c in call.challenges}
    return Scorer(call, lexicon, call_words(call), of, Draws(of), groups)


def challenge_groups(title: str, target_group: str, lexicon: Lexicon) -> dict[str, float]:
    """The lexicon's groups of people that a challenge is about, the strongest at 1.

    Read from the challenge's own title (counted twice) and target group, so that a challenge of
    another region finds its words too.
    """
    proposal = Proposal("", "", {"title": title, "approach": target_group}, (), {}, ())
    reading = read(proposal, lexicon=lexicon, words=CallWords(frozenset(), ()))
    found: dict[str, float] = {}
    for concept in reading.shown:
        if concept.kind == "target_groups":
            found[concept.target] = found.get(concept.target, 0.0) + reading.strength(concept)
    highest = max(found.values(), default=1.0)
    return {g: round(v / highest, 6) for g, v in sorted(found.items()) if v >= 0.4 * highest}


def score(proposals: Sequence[Proposal], *, using: Scorer) -> list[Score]:
    """Score every proposal for every challenge of the call, in the order given."""
    with _uncollected():
        return [_score(proposal, using) for proposal in proposals]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Scoring makes no cycles, and looking for them in all that it keeps takes ever more of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _score(proposal: Proposal, using: Scorer) -> Score:
    reading = read(proposal, lexicon=using.lexicon, words=using.words)
    support = tuple(_support(s.slug, proposal, reading) for s in using.call.service_types)
    by_slug = {s.slug: s.support for s in support}
    people = {c.number: _people(c, reading, using) for c in using.call.challenges}
    text = {c.number: _text(c, people[c.number], by_slug) for c in using.call.challenges}
    whole = {
        "principles": _all(reading, "principles", [p.slug for p in using.call.principles]),
        "expertise": _all(reading, "expertise", [e.slug for e in using.call.expertise]),
    }
    challenges = tuple(
        _challenge(c, proposal, reading, by_slug, text, people, whole, using) for c in using.call.challenges
    )
    return Score(
        proposal.external_id,
        proposal.reference,
        _flags(proposal, reading, support, using),
        challenges,
        support,
    )


def _support(slug: str, proposal: Proposal, reading: Reading) -> Support:
    value = reading.support(kind="service_types", target=slug)
    places = reading.places(kind="service_types", target=slug) if value else ()
    return Support(slug, slug in proposal.service_types, round(value, 4), places)


def _people(challenge, reading: Reading, using: Scorer) -> float:
    """Support for the group of the challenge that the text shows best."""
    return max(
        (
            share * reading.support(kind="target_groups", target=group)
            for group, share in using.groups[challenge.number].items()
        ),
        default=0.0,
    )


def _text(challenge, people: float, support: Mapping[str, float]) -> float:
    left = sorted(lacking(need, support.get(slug, 0.0)) for slug, need in sorted(challenge.needs.items()))
    return GROUPS_SHARE * people + (1 - GROUPS_SHARE) * (1 - prod(left[:COUNTED_SERVICES]))


def lacking(need: int, support: float) -> float:
    """What one service leaves of the distance to 1."""
    return 1 - ONE_NEED * min(1.0, need / HIGHEST_NEED) * support


def _challenge(challenge, proposal, reading, support, text, people, whole, using: Scorer) -> ChallengeScore:
    here = min(1.0, text[challenge.number] / SHOWN_AT)
    values = {
        "chosen": here * _chosen(challenge.number, proposal, people, using.call),
        "services": _services(challenge, proposal, support, using.call),
        "text": text[challenge.number],
        "municipalities": here * _reach(proposal, using.call),
        "principles": here * _principles(reading, using.call),
        "expertise": here * _expertise(reading, using.call),
    }
    values = {signal: round(value, 6) for signal, value in values.items()}
    earned = points(values, of=using.of)
    behind = whole | _behind(challenge, proposal, reading, using)
    parts = tuple(
        Part(s, earned[s], using.of[s], values[s], behind.get(s, ()) if values[s] else ()) for s in SIGNALS
    )
    total = sum(earned.values())
    return ChallengeScore(challenge.number, total, using.draws.band(values, score=total), parts)


def _chosen(number: int, proposal: Proposal, people: Mapping[int, float], call: Call) -> float:
    ticked = {c.number for c in call.challenges}.intersection(proposal.challenges)
    return spread(len(ticked)) * named(people[number]) if number in ticked else 0.0


def spread(ticked: int) -> float:
    """How much each of so many ticked challenges counts: two fully, more of them less each."""
    return min(1.0, FREE_TICKS / ticked)


def named(people: float) -> float:
    """How much a tick counts by how far the text names the people of the challenge."""
    return UNNAMED + (1 - UNNAMED) * min(1.0, people / NAMED_AT)


def _services(challenge, proposal: Proposal, support: Mapping[str, float], call: Call) -> float:
    offered = sorted(
        challenge.needs.get(slug, 0) * support.get(slug, 0.0) * enough(clients, call)
        for slug, clients in proposal.service_types.items()
    )
    return min(1.0, sum(offered[-COUNTED_SERVICES:]) / FULL_SERVICES)


def enough(clients: int, call: Call) -> float:
    """Share (0..1) of the clients that the call wants for one service type."""
    return min(1.0, max(0, clients) / call.capacity_wanted) if call.capacity_wanted > 0 else 1.0


def _reach(proposal: Proposal, call: Call) -> float:
    share = {m.nis: 1 if call.municipalities_alike else m.inhabitants for m in call.municipalities}
    total = sum(share.values())
    chosen = set(proposal.municipalities)
    return sum(part for nis, part in share.items() if nis in chosen) / total if total else 0.0


def _principles(reading: Reading, call: Call) -> float:
    evidence = sum(reading.support(kind="principles", target=p.slug) for p in call.principles)
    return min(1.0, evidence / FULL_PRINCIPLES)


def _expertise(reading: Reading, call: Call) -> float:
    return max((reading.support(kind="expertise", target=e.slug) for e in call.expertise), default=0.0)


def _behind(challenge, proposal, reading: Reading, using: Scorer) -> dict[str, tuple[Evidence, ...]]:
    needed = [slug for slug, need in sorted(challenge.needs.items()) if need > 0]
    offered = [slug for slug in needed if slug in proposal.service_types]
    groups = _all(reading, "target_groups", using.groups[challenge.number])
    return {
        "chosen": groups,
        "services": _all(reading, "service_types", offered),
        "text": _merged(groups, _all(reading, "service_types", needed)),
    }


def _all(reading: Reading, kind: str, targets) -> tuple[Evidence, ...]:
    return _merged(*(reading.places(kind=kind, target=target) for target in targets))


def _merged(*places: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    found = {(place.field, place.start, place.end): place for group in places for place in group}
    return tuple(found[key] for key in sorted(found))


def _flags(proposal: Proposal, reading: Reading, support, using: Scorer) -> tuple[str, ...]:
    found = []
    if _says_nothing(reading, support):
        found.append("says_nothing")
    if reading.sentences and reading.echoes / reading.sentences >= ECHOING:
        found.append("repeats_call")
    elif reading.trust.plain < PLAIN_ENOUGH and reading.trust.vague > 1:
        found.append("vague")
    if set(proposal.service_types) >= {s.slug for s in using.call.service_types}:
        found.append("ticks_everything")
    found += [f"ticked_without_support:{s.slug}" for s in support if s.chosen and s.support < SUPPORTED]
    found += [f"supported_not_ticked:{s.slug}" for s in support if not s.chosen and s.support >= SUGGESTED]
    return tuple(found)


def _says_nothing(reading: Reading, support) -> bool:
    return not reading.sentences or all(s.support < EMPTY for s in support)
