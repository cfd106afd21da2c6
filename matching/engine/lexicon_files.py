"""Reading the lexicon from versioned YAML: kind -> target -> concept -> words as people say them.

A term is written as people would say it. `fiets*`, `*opvang`, `*taal*` match compounds; `a/b`
means either word; `a b` means in this order within one clause; `a + b` means in one sentence, in
any order, little words ("zijn", "over") left out where others stand beside them; `~` in front
marks a weak hint. Words between are not counted: a word taken away could otherwise bring two
others together and raise a score. A term with a capital may also match inside a proper name
(`Itsme`, `De Lijn`). The kind `tone` holds single words, tangible or vague.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from .lexicon import Concept, Lexicon, Term, is_acronym
from .text import STOPWORDS, fold, stem
from .tone import TONES, Tones

KINDS = (
    "service_types",
    "target_groups",
    "principles",
    "expertise",
    "against",
    "purpose",
    "modality",
)
TONE = "tone"
WEAK = 0.4
SHORTEST_PART = 3
LITTLE = frozenset(map(stem, STOPWORDS))
# "kleintjes" are children, "klein" is not: a diminutive in the lexicon stands for itself.
SMALL = re.compile(r"(.{4,}je)s?")


class LexiconError(ValueError):
    """A lexicon file says something that can't be read; the message names file and place."""


def load_lexicon(folder: Path) -> Lexicon:
    """Read every `*.yaml` in `folder` (sorted by name) into one lexicon.

    Raises LexiconError naming the file and the concept when a file has another shape than
    kind -> target -> concept -> terms, or is empty.
    """
    terms: dict[tuple, Term] = {}
    concepts: dict[tuple, Concept] = {}
    tones: dict[str, set[str]] = {tone: set() for tone in TONES}
    for path in sorted(folder.glob("*.yaml")):
        document = _document(path)
        for term in _terms_of_file(path, document, concepts):
            key = (term.concept, term.slots, term.weight, term.ordered, term.proper)
            terms.setdefault(key, term)
        for tone, words in _tones_of_file(path, document):
            tones[tone].update(words)
    if not terms:
        raise LexiconError(f"{folder}: no terms found; put the lexicon's YAML files here")
    return Lexicon(tuple(terms.values()), _digest(terms.values(), tones), Tones(tones))


def _digest(terms: Iterable[Term], tones: Mapping[str, set[str]]) -> str:
    rows = sorted(
        [t.concept.kind, t.concept.target, t.concept.name, t.concept.weight, t.weight, t.ordered]
        + [sorted(slot) for slot in t.slots]
        for t in terms
    )
    said = [rows, {tone: sorted(words) for tone, words in tones.items()}]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _document(path: Path) -> dict:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or not set(document) <= {*KINDS, TONE, "version"}:
        raise LexiconError(f"{path.name}: expected the keys {', '.join((*KINDS, TONE))}")
    return document


def _tones_of_file(path: Path, document: dict) -> Iterable[tuple[str, list[str]]]:
    for tone, concepts in _pairs(document.get(TONE, {}), f"{path.name}: {TONE}"):
        place = f"{path.name}: {TONE}.{tone}"
        if tone not in TONES:
            raise LexiconError(f"{place}: expected {' or '.join(TONES)}")
        for name, body in _pairs(concepts, place):
            yield tone, _single_words(_body(body, f"{place}.{name}")[1], f"{place}.{name}")


def _single_words(text: str, place: str) -> list[str]:
    words = [written.strip() for written in re.split(r"[,\n]", text) if written.strip()]
    for word in words:
        bare = fold(word)
        if not bare or " " in word or ("*" in word and len(bare) < SHORTEST_PART):
            raise LexiconError(f"{place}: {word!r} must be one word, with three letters beside a star")
    return words


def _terms_of_file(path: Path, document: dict, known: dict[tuple, Concept]) -> Iterable[Term]:
    for kind in (k for k in KINDS if k in document):
        for target, concepts in _pairs(document[kind], f"{path.name}: {kind}"):
            for name, body in _pairs(concepts, f"{path.name}: {kind}.{target}"):
                weight, text = _body(body, f"{path.name}: {kind}.{target}.{name}")
                key = (kind, str(target), str(name), weight)
                yield from _terms_in(text, known.setdefault(key, Concept(*key)))


def _pairs(mapping: object, place: str):
    if not isinstance(mapping, dict):
        raise LexiconError(f"{place}: expected names with terms under it")
    return mapping.items()


def _body(body, place: str) -> tuple[float, str]:
    weight, text = (body.get("weight", 1.0), body.get("terms")) if isinstance(body, dict) else (1, body)
    if not isinstance(text, str):
        raise LexiconError(f"{place}: expected words with commas between")
    return float(weight), text


def _terms_in(text: str, concept: Concept) -> Iterable[Term]:
    for written in re.split(r"[,\n]", text):
        if written.strip():
            yield parse_term(written.strip(), concept=concept)


def parse_term(written: str, *, concept: Concept) -> Term:
    """Read one written term. Raises LexiconError when nothing matchable is left of it, or everything is."""
    weak = written.startswith("~")
    bare = written.lstrip("~").strip()
    ordered = "+" not in bare
    words = [w for w in re.split(r"\s*\+\s*|\s+", bare) if w]
    slots = tuple(frozenset(filter(None, map(_pattern, word.split("/")))) for word in words)
    if not ordered:
        slots = tuple(slot - LITTLE or slot for slot in slots)
    if not slots or not all(slots):
        raise LexiconError(f"{concept.target}.{concept.name}: the term {written!r} has no words")
    if short := sorted(p for slot in slots for p in slot if "*" in p and len(p.strip("*")) < SHORTEST_PART):
        raise LexiconError(
            f"{concept.target}.{concept.name}: {written!r} would meet every word with {short[0]!r} in it; "
            f"write at least {SHORTEST_PART} letters beside the star"
        )
    proper = any(c.isupper() for c in bare)
    return Term(concept, slots, WEAK if weak else 1.0, ordered, proper)


def _pattern(word: str) -> str:
    if is_acronym(word):
        return word
    bare = fold(word)
    before, after = word.startswith("*"), word.endswith("*")
    if not before and not after:
        small = SMALL.fullmatch(bare)
        return f"{small[1]}*" if small else stem(bare)
    return ("*" if before else "") + bare + ("*" if after else "") if bare else ""
