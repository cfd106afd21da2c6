"""Finding the lexicon's terms in a sentence, and how each is meant: done, denied, wished."""

from collections import defaultdict
from dataclasses import dataclass

from .lexicon import Concept, Lexicon, Term
from .meaning import meaning
from .text import STOPWORDS, Sentence, Word

CITED = frozenset(("service_types", "target_groups", "principles", "expertise"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: the positions of its words in the sentence and what it is worth."""

    concept: Concept
    positions: tuple[int, ...]
    strength: float


@dataclass(frozen=True, slots=True)
class Found:
    """A term at its place, before asking how the sentence means it."""

    term: Term
    positions: tuple[int, ...]
    sureness: float

    @property
    def kind(self) -> str:
        return self.term.concept.kind


def hits(sentence: Sentence, *, lexicon: Lexicon) -> list[Hit]:
    """Every concept in the sentence with its strength 0..1: the term's weight, how surely its
    words were recognised, and how it is meant (a denial is worth nothing). A word that is part of a
    term in favour does not speak against as well: taking it away would raise the score."""
    found = _terms(sentence.words, lexicon)
    cited = {p for f in found if f.kind in CITED for p in f.positions}
    said = [
        f for f in found if f.kind != "modality" and (f.kind != "against" or cited.isdisjoint(f.positions))
    ]
    cues = [f for f in found if f.kind == "modality" and not _doubles(f, cited)]
    means = meaning(sentence.words, said=said, cues=cues)
    best: dict[tuple[Concept, tuple[int, ...]], float] = {}
    for each in said:
        key = (each.term.concept, each.positions)
        worth = each.term.weight * each.sureness * means(each)
        if worth > best.get(key, 0.0):
            best[key] = worth
    return [Hit(concept, places, round(worth, 6)) for (concept, places), worth in best.items()]


def _doubles(cue: Found, cited: set[int]) -> bool:
    return cue.term.concept.target != "activity" and not cited.isdisjoint(cue.positions)


def _terms(words: tuple[Word, ...], lexicon: Lexicon) -> list[Found]:
    at: dict[str, list[tuple[int, float]]] = defaultdict(list)
    found = []
    for position, word in enumerate(words):
        little = word.folded in STOPWORDS
        for term, sureness in lexicon.alone(word.text):
            if (term.proper or not word.name) and not (little and term.concept.kind != "modality"):
                found.append(Found(term, (position,), sureness))
        for pattern, sureness in lexicon.in_several(word.text):
            at[pattern].append((position, sureness))
    for term in dict.fromkeys(lexicon.together(at.keys())):
        found.extend(_places(term, at, words))
    return found


def _places(term: Term, at, words) -> list[Found]:
    spots = [_spots(slot, at) for slot in term.slots]
    if not all(spots):
        return []
    found = []
    for position, _ in spots[0]:
        chain = _follow(term, spots, position, words)
        if chain and (term.proper or not any(words[p].name for p, _ in chain)):
            found.append(Found(term, tuple(sorted({p for p, _ in chain})), min(s for _, s in chain)))
    return found


def _spots(slot: frozenset[str], at) -> list[tuple[int, float]]:
    present = slot & at.keys()
    if len(present) == 1:
        return at[next(iter(present))]
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
