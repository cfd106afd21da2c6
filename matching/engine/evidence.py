"""What a proposal's texts show, per concept of the lexicon: strength and place.

Every rule works on one sentence or one word, and only ever adds for words of support. So the
order of sentences does not matter, repeating a sentence adds nothing, and taking words away
never raises what the text shows.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .echo import ECHOING, CallWords
from .lexicon import Concept, Lexicon
from .matcher import Hit, heard
from .text import Sentence, sentences
from .trust import Trust
from .types import Evidence, Proposal

FIELD_ORDER = ("approach", "experience", "summary", "title")
WHO = "wie"
ONE_TERM = 0.55
CONCEPTS_FOR_STRONG = 1.5
BORROWED_AT_MOST = 0.7
OWN_BEFORE_BORROWED = 3.0


Place = tuple[str, int, int]


@dataclass
class Shown:
    """One concept in one proposal: strength per distinct wording, own words and the call's."""

    own: dict[tuple[str, ...], float] = field(default_factory=dict)
    borrowed: dict[tuple[str, ...], float] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)
    borrowed_places: set[Place] = field(default_factory=set)


@dataclass
class Reading:
    """Everything read in one proposal.

    `trust` says how far the text as a whole is about helping people rather than selling, playing or fine
    words; `borrowing` (0..1) how much the call's own words may count, which grows with what is said in
    own words.
    """

    texts: Mapping[str, str]
    shown: dict[Concept, Shown]
    sentences: int
    echoes: int
    trust: Trust = field(default_factory=Trust)
    borrowing: float = 0.0

    def __post_init__(self):
        self._targets: dict[tuple[str, str], list[Concept]] = defaultdict(list)
        for concept in self.shown:
            self._targets[concept.kind, concept.target].append(concept)
        self._placed: dict[tuple[str, str], tuple[Evidence, ...]] = {}
        self._supported: dict[tuple[str, str], float] = {}

    def strength(self, concept: Concept) -> float:
        """0..1: one wording of the concept gives .55, each further one covers .55 of the rest."""
        found = self.shown.get(concept)
        if not found:
            return 0.0
        values = dict(found.own)
        for key, value in found.borrowed.items():
            values[key] = max(values.get(key, 0.0), value * self.borrowing)
        return concept.weight * _saturated(values.values())

    def evidence(self, *, kind: str, target: str) -> float:
        """Sum of the strengths of the target's concepts.

        Expertise is about certain people: without its concept WHO the rest says nothing of it.
        """
        found = self._targets.get((kind, target), ())
        if kind == "expertise" and not any(c.name == WHO and self.strength(c) for c in found):
            return 0.0
        return sum(sorted(map(self.strength, found)))

    def support(self, *, kind: str, target: str) -> float:
        """The evidence brought to 0..1, 1 - exp(-evidence / 1.5), so that no single concept is
        enough for a strong claim, times the trust in the text as a whole."""
        if (kind, target) not in self._supported:
            value = self.evidence(kind=kind, target=target)
            share = 1 - math.exp(-value / CONCEPTS_FOR_STRONG)
            self._supported[kind, target] = round(self.trust.value * share, 6)
        return self._supported[kind, target]

    def places(self, *, kind: str, target: str) -> tuple[Evidence, ...]:
        """The words behind `support`, in the order of the text."""
        if (kind, target) not in self._placed:
            self._placed[kind, target] = self._places(self._targets.get((kind, target), ()))
        return self._placed[kind, target]

    def _places(self, concepts: Sequence[Concept]) -> tuple[Evidence, ...]:
        found: set[Place] = set()
        for concept in concepts if self.trust.value > 0 else ():
            found |= self.shown[concept].places
            if self.borrowing > 0:
                found |= self.shown[concept].borrowed_places
        return tuple(
            Evidence(name, start, end, self.texts[name][start:end])
            for name, start, end in sorted(found, key=_reading_order)
        )


def _saturated(values) -> float:
    rest = 1.0
    for value in sorted(values):
        rest *= 1 - ONE_TERM * min(1.0, value)
    return 1 - rest


def _reading_order(place: Place):
    return _field_rank(place[0]), place[1], place[2]


def _field_rank(name: str) -> tuple[int, str]:
    rank = FIELD_ORDER.index(name) if name in FIELD_ORDER else len(FIELD_ORDER)
    return rank, name


def read(proposal: Proposal, *, lexicon: Lexicon, words: CallWords) -> Reading:
    """Read every text of the proposal once; a sentence that stands in two fields counts once."""
    shown: dict[Concept, Shown] = defaultdict(Shown)
    copies = _distinct_sentences(proposal)
    told = [same[0] for same in copies.values()]
    echoed = {sentence.key for sentence in words.echoed(told)}
    wished = vague = 0
    tangible: list[frozenset[str]] = []
    for sentence in told:
        if sentence.key in echoed:
            continue
        found = heard(sentence, lexicon=lexicon)
        wished += found.only_said
        if found.tone > 0:
            tangible.append(found.tangible)
        vague += found.tone < 0
        for hit, share in _shared(found.hits, sentence):
            _keep(shown[hit.concept], hit, share, copies[sentence.key], words)
    reading = Reading(proposal.texts, dict(shown), len(told), len(echoed))
    own = _total(reading, "service_types", "target_groups")
    reading.borrowing = BORROWED_AT_MOST * min(1.0, own / OWN_BEFORE_BORROWED)
    repeats = len(echoed) >= ECHOING * len(told)
    reading.trust = Trust(
        sentences=len(told),
        wished=wished,
        tangible=told_apart(tangible),
        vague=vague,
        own=_own_share(told, len(echoed), words) if repeats and told else 1.0,
        helping=_wordings(reading, "purpose"),
        against=_wordings(reading, "against"),
        people=_total(reading, "target_groups"),
    )
    return reading


def told_apart(sentences: Sequence[frozenset[str]]) -> int:
    """How many sentences name something tangible that no other one names together with all they do: who
    puts the same Monday, table and coffee in every sentence says it once."""
    distinct = set(sentences)
    return sum(not any(one < other for other in distinct) for one in distinct)


def _own_share(told: list[Sentence], echoed: int, words: CallWords) -> float:
    """Of a text that repeats the call: its own sentences beside those that repeat it. One that only
    uses a word of the call counts on neither side, so that adding it never lowers what the text shows."""
    own, repeating = len(told) - echoed, sum(map(words.repeats, told))
    return own / (own + repeating)


def _distinct_sentences(proposal: Proposal) -> dict[tuple[str, ...], list[Sentence]]:
    """What the texts say, each with every sentence that says it: one that stands in two fields counts
    once and is cited in both."""
    found: dict[tuple[str, ...], list[Sentence]] = defaultdict(list)
    for name in sorted(proposal.texts, key=_field_rank):
        for sentence in sentences(proposal.texts[name], field=name):
            found[sentence.key].append(sentence)
    return found


def _shared(found: list[Hit], sentence: Sentence):
    """Each hit with its share: words that point to several service types say less of each."""
    targets: dict[tuple[int, ...], set[str]] = defaultdict(set)
    for hit in found:
        if hit.concept.kind == "service_types":
            targets[hit.positions].add(hit.concept.target)
    for hit in found:
        service = hit.concept.kind == "service_types"
        yield hit, 1 / math.sqrt(len(targets[hit.positions])) if service else 1.0


def _keep(shown: Shown, hit: Hit, share: float, copies: list[Sentence], words: CallWords) -> None:
    sentence = copies[0]
    key = tuple([sentence.stemmed[p] for p in hit.positions])
    told = [sentence.meaningful[p] for p in hit.positions if sentence.meaningful[p]]
    borrowed = hit.concept.kind != "against" and words.borrowed(told)
    values = shown.borrowed if borrowed else shown.own
    worth = hit.strength * share
    if worth > values.get(key, 0.0) or key not in values:
        values[key] = worth
    places = shown.borrowed_places if borrowed else shown.places
    for copy in copies:
        places.update(_spans(hit.positions, copy))


def _spans(positions: tuple[int, ...], sentence: Sentence) -> list[Place]:
    """The stretches of neighbouring words at these positions."""
    found = []
    first = last = positions[0]
    for position in (*positions[1:], -1):
        if position != last + 1:
            found.append((sentence.field, sentence.words[first].start, sentence.words[last].end))
            first = position
        last = position
    return found


def _total(reading: Reading, *kinds: str) -> float:
    """Sum of own-word strengths over all concepts of these kinds."""
    return sum(sorted(_saturated(s.own.values()) for c, s in reading.shown.items() if c.kind in kinds))


def _wordings(reading: Reading, kind: str) -> float:
    """Sum of the strengths of distinct wordings, the call's own words included."""
    values: dict[tuple[str, ...], float] = {}
    for concept, found in reading.shown.items():
        if concept.kind == kind:
            for key, value in [*found.own.items(), *found.borrowed.items()]:
                values[key] = max(values.get(key, 0.0), value * concept.weight)
    return sum(sorted(values.values()))
