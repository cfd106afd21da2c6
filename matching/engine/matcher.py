"""Finding the lexicon's terms in a sentence, and how each is meant: done, denied, wished."""

from collections import defaultdict
from dataclasses import dataclass

from .lexicon import Concept, Lexicon, Term
from .text import STOPWORDS, Sentence, Word, fold

GAP = 3
WINDOW = 9
NEGATORS = frozenset("geen niet nooit noch zonder niets nergens evenmin".split())
SELF = frozenset("we wij ik onze organisatie".split())
HAVE_NOT = frozenset(
    """hebben heeft had hadden vindt vinden vonden krijgt krijgen kent kennen kan kunnen durft durven
    raakt raken geraakt geraken weet weten spreekt spreken verstaat begrijpt heb wie lukt mag""".split()
)
FACTORS = {"denied": 0.0, "lacking": 0.6, "wish": 0.25, "elsewhere": 0.3, "referral": 0.35}
NOT_AN_ACTIVITY = 0.8


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
    words were recognised, and how it is meant (a denial is worth nothing)."""
    found = _terms(sentence.words, lexicon)
    said = [f for f in found if f.term.concept.kind != "modality"]
    cues = [f for f in found if f.term.concept.kind == "modality"]
    return [hit for f in said if (hit := _weighed(f, sentence, said, cues)).strength > 0]


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
    if len(term.slots) == 1:
        at = {p: [s for s in spots if _says_much(words[s[0]])] for p, spots in at.items() if p in term.key}
    spots = [
        sorted({spot for pattern in slot for spot in at.get(pattern, ())}) for slot in term.slots
    ]
    if not all(spots):
        return []
    found = []
    for position, sureness in spots[0]:
        chain = _follow(term, spots, position)
        if chain and (term.proper or not any(words[p].name for p, _ in chain)):
            found.append(
                _Found(term, tuple(sorted({p for p, _ in chain})), min(s for _, s in chain))
            )
    return found


def _says_much(word: Word) -> bool:
    return word.folded not in STOPWORDS


def _follow(term: Term, spots, first: int):
    chain = [next(spot for spot in spots[0] if spot[0] == first)]
    for options in spots[1:]:
        last = chain[-1][0]
        if term.ordered:
            near = [s for s in options if last < s[0] <= last + GAP]
        else:
            used = {p for p, _ in chain}
            near = [s for s in options if s[0] not in used and abs(s[0] - first) <= WINDOW]
        if not near:
            return None
        chain.append(min(near, key=lambda s: (abs(s[0] - last), s[0])))
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
        yield "lacking" if _is_lack(words, negators[0]) else "denied"
    for way in ("wish", "elsewhere"):
        if _has(cues, way):
            yield way
    clause = words[found.positions[0]].clause
    if any(c.term.concept.target == "referral" and words[c.positions[0]].clause == clause for c in cues):
        yield "referral"


def _has(cues, target: str) -> bool:
    return any(cue.term.concept.target == target for cue in cues)


def _negators(found: _Found, words, said) -> list[int]:
    consumed = {p for other in said for p in other.positions}
    first, last = found.positions[0], found.positions[-1]
    clause = words[first].clause
    return [
        p
        for p, word in enumerate(words)
        if word.folded in NEGATORS
        and p not in consumed
        and word.clause == clause
        and (first - 4 <= p < first or last < p <= last + 4)
    ]


def _is_lack(words, negator: int) -> bool:
    if words[negator].folded == "zonder":
        return True
    clause = [w.folded for w in words if w.clause == words[negator].clause]
    return not SELF.intersection(clause) and bool(HAVE_NOT.intersection(clause))
