"""Finding the lexicon's terms in a sentence, and how each is meant: done, denied, wished."""

from collections import defaultdict
from dataclasses import dataclass

from .lexicon import Concept, Lexicon, Term
from .text import STOPWORDS, Sentence, Word, fold

NEGATION_REACH = 4
NEGATORS = frozenset(("geen", "niet", "nooit", "noch", "zonder", "niets", "nergens", "evenmin"))
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
FACTORS = {"denied": 0.0, "lacking": 0.6, "wish": 0.25, "elsewhere": 0.3, "referral": 0.35}
NOT_AN_ACTIVITY = 0.8
CITED = frozenset(("service_types", "target_groups", "principles", "expertise"))


@dataclass(frozen=True)
class Hit:
    """A term found: the positions of its words in the sentence and what it is worth."""

    concept: Concept
    positions: tuple[int, ...]
    strength: float


@dataclass(frozen=True)
class _Found:
    term: Term
    positions: tuple[int, ...]
    sureness: float


def hits(sentence: Sentence, *, lexicon: Lexicon) -> list[Hit]:
    """Every concept in the sentence with its strength 0..1: the term's weight, how surely its
    words were recognised, and how it is meant (a denial is worth nothing). A word that is part of a
    term in favour does not speak against as well: taking it away would raise the score."""
    found = _terms(sentence.words, lexicon)
    said = [f for f in found if f.term.concept.kind != "modality"]
    cited = {p for f in said if f.term.concept.kind in CITED for p in f.positions}
    cues = [f for f in found if f.term.concept.kind == "modality" and not _doubles(f, cited)]
    said = [f for f in said if f.term.concept.kind != "against" or cited.isdisjoint(f.positions)]
    return [hit for f in said if (hit := _weighed(f, sentence, said, cues)).strength > 0]


def _doubles(cue: _Found, cited: set[int]) -> bool:
    return cue.term.concept.target != "activity" and not cited.isdisjoint(cue.positions)


def _terms(words: tuple[Word, ...], lexicon: Lexicon) -> list[_Found]:
    at: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for position, word in enumerate(words):
        for pattern, sureness in _patterns(word, lexicon).items():
            at[pattern].append((position, sureness))
    candidates = dict.fromkeys(t for pattern in at for t in lexicon.by_pattern.get(pattern, ()))
    found = []
    for term in candidates:
        found.extend(_places(term, at, words))
    return found


def _patterns(word: Word, lexicon: Lexicon) -> dict[str, float]:
    found = lexicon.patterns_of(word.folded) | lexicon.acronym(word.text)
    for part in word.text.split("-") if "-" in word.text else ():
        found |= lexicon.acronym(part)
        if len(part) > 2:
            found |= lexicon.patterns_of(fold(part))
    return found


def _places(term: Term, at, words) -> list[_Found]:
    if any(slot.isdisjoint(at) for slot in term.slots):
        return []
    if len(term.slots) == 1 and term.concept.kind != "modality":
        at = {p: [s for s in spots if _says_much(words[s[0]])] for p, spots in at.items() if p in term.key}
    spots = [sorted({spot for pattern in slot for spot in at.get(pattern, ())}) for slot in term.slots]
    if not all(spots):
        return []
    found = []
    for position, _ in spots[0]:
        chain = _follow(term, spots, position, words)
        if chain and (term.proper or not any(words[p].name for p, _ in chain)):
            found.append(_Found(term, tuple(sorted({p for p, _ in chain})), min(s for _, s in chain)))
    return found


def _says_much(word: Word) -> bool:
    return word.folded not in STOPWORDS


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


def _weighed(found: _Found, sentence: Sentence, said, cues) -> Hit:
    term = found.term
    strength = term.weight * found.sureness * _meant(found, sentence, said, cues)
    return Hit(term.concept, found.positions, round(strength, 6))


def _meant(found: _Found, sentence: Sentence, said, cues) -> float:
    if found.term.concept.kind == "against":
        return 1.0
    factors = [FACTORS[way] for way in _ways(found, sentence, said, cues)]
    if found.term.concept.kind == "service_types" and not _has(cues, "activity"):
        factors.append(NOT_AN_ACTIVITY)
    return min(factors, default=1.0)


def _ways(found: _Found, sentence: Sentence, said, cues):
    words = sentence.words
    if negators := _negators(found, words, said):
        denied = any(_is_denial(words, negator) for negator in negators)
        yield "denied" if denied else "lacking"
    for way in ("wish", "elsewhere"):
        if _has(cues, way):
            yield way
    clause = words[found.positions[0]].clause
    if any(_is_referral(cue) and words[cue.positions[0]].clause == clause for cue in cues):
        yield "referral"


def _has(cues, target: str) -> bool:
    return any(cue.term.concept.target == target for cue in cues)


def _is_referral(cue: _Found) -> bool:
    return cue.term.concept.target == "referral"


def _negators(found: _Found, words, said) -> list[int]:
    """Negators near the term. One that is itself part of a term ("geen internet" of those who lack
    it) says nothing about its neighbours, unless the organisation denies in its own name."""
    taken = {p for other in said for p in other.positions}
    first, last = found.positions[0], found.positions[-1]
    return [
        p
        for p, word in enumerate(words)
        if word.folded in NEGATORS
        and word.clause == words[first].clause
        and first - NEGATION_REACH <= p <= last + NEGATION_REACH
        and (p not in taken or _own_denial(words, p))
    ]


def _is_denial(words, negator: int) -> bool:
    if words[negator].folded == "zonder":
        return False
    if _own_denial(words, negator):
        return True
    clause = _clause(words, negator)
    return not OTHERS.intersection(clause) and not HAVE_NOT.intersection(clause)


def _own_denial(words, negator: int) -> bool:
    clause = _clause(words, negator)
    return bool(SELF.intersection(clause)) and not OTHERS.intersection(clause)


def _clause(words, position: int) -> list[str]:
    return [word.folded for word in words if word.clause == words[position].clause]
