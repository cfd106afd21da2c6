"""Finding the lexicon's terms in a sentence, and how each is meant: done, denied, wished."""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from .lexicon import Concept, Lexicon, Met, Term
from .text import STOPWORDS, Sentence, Word

CITED = frozenset(("service_types", "target_groups", "principles", "expertise"))
REACH = 4
OWN_REACH = 9
LIST_ITEM = 3
NEGATORS = frozenset(
    ("geen", "niet", "nooit", "noch", "zonder", "niets", "nergens", "evenmin", "niks", "gene", "genen", "nie")
)
NOT_A_DENIAL = frozenset(("alleen", "enkel", "gewoon", "zomaar", "louter", "slechts", "per"))
SELF = frozenset(("we", "wij", "ik", "onze", "organisatie"))
OTHERS = frozenset(
    ("wie", "die", "mensen", "ouders", "moeders", "vaders", "gezinnen", "jongeren", "deelnemers")
)
HAVE_NOT = frozenset(
    (
        "hebben", "heeft", "had", "hadden", "vindt", "vinden", "vonden", "krijgt", "krijgen", "kent",
        "kennen", "kan", "kunnen", "durft", "durven", "raakt", "raken", "geraakt", "geraken", "weet",
        "weten", "spreekt", "spreken", "verstaat", "begrijpt", "lukt", "mag",
    )
)  # fmt: skip
FACTORS = {
    "denied": 0.0, "wish": 0.25, "elsewhere": 0.3, "referral": 0.35, "talk": 0.4, "vague": 0.4, "topic": 0.5,
    "lacking": 0.6, "idle": 0.8, "bare": 0.8,
}  # fmt: skip
WHOLE_SENTENCE = ("wish", "elsewhere", "talk")
ONLY_SAID = frozenset(("wish", "talk"))
ABOUT = frozenset(("over", "rond", "rondom", "inzake", "omtrent", "betreffende", "thema", "themas"))


class Hit(NamedTuple):
    """A term found: the positions of its words in the sentence and what it is worth."""

    concept: Concept
    positions: tuple[int, ...]
    strength: float


class Heard(NamedTuple):
    """What one sentence says: its hits, the ways in which it is meant as a whole (keys of FACTORS), its
    tone: how many more tangible words than vague ones, and the tangible ones."""

    hits: list[Hit]
    ways: tuple[str, ...]
    tone: int
    tangible: frozenset[str]

    @property
    def only_said(self) -> bool:
        """Whether it only wishes or calls for something."""
        return not ONLY_SAID.isdisjoint(self.ways)


class Found(NamedTuple):
    """A term at its place, before asking how the sentence means it."""

    term: Term
    positions: tuple[int, ...]
    sureness: float

    @property
    def kind(self) -> str:
        return self.term.concept.kind


def hits(sentence: Sentence, *, lexicon: Lexicon) -> list[Hit]:
    """Every concept in the sentence with its strength 0..1, as `heard` tells them."""
    return heard(sentence, lexicon=lexicon).hits


def heard(sentence: Sentence, *, lexicon: Lexicon) -> Heard:
    """Every concept in the sentence with its strength 0..1, and how the sentence speaks: the strength is
    the term's weight, how surely its words were recognised, and how it is meant (a denial is worth
    nothing). A word that is part of a term in favour neither speaks against nor is vague: taking
    it away would raise the score."""
    met = [lexicon.met_by(word.text) for word in sentence.words]
    found = _terms(sentence.words, met, lexicon)
    cited = {p for f in found if f.kind in CITED for p in f.positions}
    said = [
        f for f in found if f.kind != "modality" and (f.kind != "against" or cited.isdisjoint(f.positions))
    ]
    cues = [f for f in found if f.kind == "modality" and not _doubles(f, cited)]
    tangible = _tangible(sentence.words, met)
    tone = len(tangible) - _vague(sentence.words, met, aside=cited)
    targets = {cue.term.concept.target for cue in cues}
    ways = (*(way for way in WHOLE_SENTENCE if way in targets), *_manner(tone))
    topics = _topics(sentence.words, aside=cited)
    means = _meaning(sentence.words, said=said, cues=cues, ways=ways, topics=topics)
    best: dict[tuple[Concept, tuple[int, ...]], float] = {}
    for each in said:
        key = (each.term.concept, each.positions)
        worth = each.term.weight * each.sureness * means(each)
        if worth > best.get(key, 0.0):
            best[key] = worth
    told = [Hit(concept, places, round(worth, 6)) for (concept, places), worth in best.items()]
    return Heard(told, ways, tone, tangible)


def _tangible(words: tuple[Word, ...], met: list[Met]) -> frozenset[str]:
    """What can be seen or touched in a sentence; names say nothing."""
    return frozenset([w.folded for w, each in zip(words, met, strict=True) if each.tone > 0 and not w.name])


def _vague(words: tuple[Word, ...], met: list[Met], *, aside: set[int]) -> int:
    """How many words are vague and stand for nothing that counts."""
    places = [p for p, each in enumerate(met) if each.tone < 0 and p not in aside]
    return sum([not words[p].name for p in places])


def _manner(tone: int) -> tuple[str, ...]:
    if tone > 0:
        return ()
    return ("vague",) if tone < 0 else ("bare",)


def _doubles(cue: Found, cited: set[int]) -> bool:
    return cue.term.concept.target != "activity" and not cited.isdisjoint(cue.positions)


def _terms(words: tuple[Word, ...], met: list[Met], lexicon: Lexicon) -> list[Found]:
    at: dict[str, list[tuple[int, float]]] = defaultdict(list)
    found = []
    for position, (word, each) in enumerate(zip(words, met, strict=True)):
        if each.alone:
            little = word.folded in STOPWORDS
            for term, sureness in each.alone:
                if (term.proper or not word.name) and not (little and term.concept.kind != "modality"):
                    found.append(Found(term, (position,), sureness))
        for pattern, sureness in each.in_several:
            at[pattern].append((position, sureness))
    for term in lexicon.together(at.keys()):
        found += _places(term, at, words)
    return found


def _places(term: Term, at, words) -> list[Found]:
    spots = []
    for slot in term.slots:
        here = _spots(slot, at)
        if not here:
            return []
        spots.append(here)
    found = []
    for position, _ in spots[0]:
        chain = _follow(term, spots, position, words)
        if chain and (term.proper or not any(words[p].name for p, _ in chain)):
            found.append(Found(term, tuple(sorted({p for p, _ in chain})), min([s for _, s in chain])))
    return found


def _spots(slot: frozenset[str], at) -> list[tuple[int, float]]:
    present = [pattern for pattern in slot if pattern in at]
    if len(present) == 1:
        return at[present[0]]
    return sorted({spot for pattern in present for spot in at[pattern]})


def _follow(term: Term, spots, first: int, words):
    chain = [next(spot for spot in spots[0] if spot[0] == first)]
    for options in spots[1:]:
        last = chain[-1][0]
        if term.ordered:
            fitting = [s for s in options if s[0] > last and words[s[0]].clause == words[last].clause]
        else:
            used = {p for p, _ in chain}
            fitting = [s for s in options if s[0] not in used]
        if not fitting:
            return None
        chain.append(min(fitting, key=lambda s: (abs(s[0] - last), s[0])))
    return chain


def _meaning(words: tuple[Word, ...], *, said, cues, ways, topics) -> Callable[[object], float]:
    """A function from a found term to how it counts here, 0..1: the lowest of the FACTORS that hold for
    it. A service counts less in a sentence in which nobody does anything, and as a mere topic."""
    general = min((FACTORS[way] for way in ways), default=1.0)
    active = any(cue.term.concept.target == "activity" for cue in cues)
    service = general if active else min(general, FACTORS["idle"])
    referred = {words[c.positions[0]].clause for c in cues if c.term.concept.target == "referral"}
    negators = _negators(words, said)

    def counts(found) -> float:
        kind = found.term.concept.kind
        if kind == "against":
            return 1.0
        worth = service if kind == "service_types" else general
        if kind == "service_types" and found.positions[0] in topics:
            worth = min(worth, FACTORS["topic"])
        if words[found.positions[0]].clause in referred:
            worth = min(worth, FACTORS["referral"])
        ways = [way for reaches, way in negators if reaches(found.positions)]
        if ways:
            worth = min(worth, FACTORS["denied" if "denied" in ways else "lacking"])
        return worth

    return counts


def _topics(words: tuple[Word, ...], *, aside: set[int]) -> frozenset[int]:
    """The places right after a word that only tells what is spoken about ("over huisvesting"), unless
    that word counts itself."""
    return frozenset(p + 1 for p, word in enumerate(words) if word.folded in ABOUT and p not in aside)


def _negators(words: tuple[Word, ...], said):
    """Each negator of the sentence as (which positions it reaches, "denied" or "lacking"). One that
    is itself part of a term ("geen internet" of those who lack it) says nothing about its
    neighbours, unless the organisation denies in its own name."""
    places = [p for p, word in enumerate(words) if word.folded in NEGATORS]
    if not places:
        return []
    taken = {p for other in said for p in other.positions}
    found = []
    for place in places:
        if place + 1 < len(words) and words[place + 1].folded in NOT_A_DENIAL:
            continue
        own = _own_denial(words, place)
        if place not in taken or own:
            way = "denied" if _is_denial(words, place, own) else "lacking"
            found.append((_reach(words, place, own), way))
    return found


def _reach(words, place: int, own: bool):
    clause = words[place].clause
    items = _items_before(words, clause) if own else frozenset()
    reach = OWN_REACH if own else REACH

    def reaches(positions: tuple[int, ...]) -> bool:
        first, last = positions[0], positions[-1]
        if words[first].clause in items:
            return True
        return words[first].clause == clause and first - reach <= place <= last + reach

    return reaches


def _items_before(words, clause: int) -> frozenset[int]:
    """The clauses right before this one that are only items of its list: "Voor woonst, papieren of
    kinderen kunnen wij niks doen"."""
    items = set()
    for before in range(clause - 1, -1, -1):
        here = [word.folded for word in words if word.clause == before]
        if not 0 < len(here) <= LIST_ITEM or SELF.intersection(here) or OTHERS.intersection(here):
            break
        items.add(before)
    return frozenset(items)


def _is_denial(words, negator: int, own: bool) -> bool:
    if words[negator].folded == "zonder":
        return False
    if own:
        return True
    clause = _clause(words, negator)
    return not OTHERS.intersection(clause) and not HAVE_NOT.intersection(clause)


def _own_denial(words, negator: int) -> bool:
    clause = _clause(words, negator)
    return bool(SELF.intersection(clause)) and not OTHERS.intersection(clause)


def _clause(words, position: int) -> list[str]:
    return [word.folded for word in words if word.clause == words[position].clause]
