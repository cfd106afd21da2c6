"""The lexicon: everyday Dutch words per concept, read from versioned YAML.

A term is written as people would say it. `fiets*`, `*opvang`, `*taal*` match compounds; `a/b`
means either word; `a b` means in this order within one clause; `a + b` means in one sentence, in
any order, little words ("zijn", "over") left out where others stand beside them; `~` in front
marks a weak hint. Words between are not counted: a word taken away could otherwise bring two
others together and raise a score. A term with a capital may also match inside a proper name
(`Itsme`, `De Lijn`).
"""

import hashlib
import json
import re
from collections.abc import Iterable, KeysView, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from .ngrams import NearWords
from .text import STOPWORDS, fold, stem

KINDS = (
    "service_types",
    "target_groups",
    "principles",
    "expertise",
    "against",
    "purpose",
    "modality",
)
WEAK = 0.4
AUTOMATIC_COMPOUND = 7
LONG_WORD = 8
LONGEST_WORD = 80
SHORTEST_PART = 3
LITTLE = frozenset(map(stem, STOPWORDS))
# "kleintjes" are children, "klein" is not: a diminutive in the lexicon stands for itself.
SMALL = re.compile(r"(.{4,}je)s?")


class LexiconError(ValueError):
    """A lexicon file says something that can't be read; the message names file and place."""


@dataclass(frozen=True, eq=False)
class Concept:
    """One idea behind a target: (service_types, mobiliteit, fietsen). One object per idea, so
    that two files that add words to it speak of the same."""

    kind: str
    target: str
    name: str
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Term:
    """A term of a concept: `slots` are alternatives per word, as pattern strings."""

    concept: Concept
    slots: tuple[frozenset[str], ...]
    weight: float
    ordered: bool = True
    proper: bool = False

    @cached_property
    def key(self) -> frozenset[str]:
        """The slot that is looked up first: the one with the longest words, so the rarest."""
        return max(self.slots, key=_rarity)


def _rarity(slot: frozenset[str]) -> tuple:
    return min(len(pattern) for pattern in slot), sorted(slot)


@dataclass
class Lexicon:
    """All terms, indexed by word pattern. `digest` changes whenever a term does.

    `met_by` answers which terms of one word and which words of longer terms a word meets, worked out
    once, because a text of a region uses the same few thousand words; `together` answers terms of several.
    """

    terms: tuple[Term, ...]
    digest: str
    most_words: int = 100_000
    _exact: dict[str, str] = field(default_factory=dict)
    _prefix: dict[str, list[str]] = field(default_factory=dict)
    _stem_prefix: dict[str, list[str]] = field(default_factory=dict)
    _suffix: dict[str, list[str]] = field(default_factory=dict)
    _ending: dict[str, list[str]] = field(default_factory=dict)
    _inside: dict[str, str] = field(default_factory=dict)
    _patterns: dict[str, dict[str, float]] = field(default_factory=dict)
    _alone: dict[str, list[Term]] = field(default_factory=dict)
    _together: dict[str, dict[str, list[Term]]] = field(default_factory=dict)
    _met: dict[str, tuple[tuple, tuple]] = field(default_factory=dict)

    def __post_init__(self):
        keys = sorted({pattern for term in self.terms for pattern in term.key})
        for term in self.terms:
            self._place(term)
        self._in_several = {p for t in self.terms if len(t.slots) > 1 for slot in t.slots for p in slot}
        for pattern in sorted({p for term in self.terms for slot in term.slots for p in slot}):
            self._index(pattern)
        self._near = NearWords([p for p in keys if "*" not in p and len(p) >= 6])

    def _place(self, term: Term) -> None:
        """Index a term of several words by a word of its rarest slot and one of its next rarest."""
        first, *rest = sorted(term.slots, key=_rarity, reverse=True)
        for pattern in first:
            if not rest:
                self._alone.setdefault(pattern, []).append(term)
                continue
            for other in rest[0]:
                self._together.setdefault(pattern, {}).setdefault(other, []).append(term)

    def _index(self, pattern: str) -> None:
        bare = pattern.strip("*")
        if pattern.startswith("*") and pattern.endswith("*"):
            self._inside[bare] = pattern
        elif pattern.endswith("*"):
            self._prefix.setdefault(bare, []).append(pattern)
        elif pattern.startswith("*"):
            self._ending.setdefault(bare, []).append(pattern)
        else:
            self._exact[pattern] = pattern
            if is_acronym(pattern):
                return
            if len(pattern) >= AUTOMATIC_COMPOUND:
                self._stem_prefix.setdefault(pattern, []).append(pattern)
                self._suffix.setdefault(pattern, []).append(pattern)

    def concepts(self, *, kind: str) -> tuple[Concept, ...]:
        """Every concept of one kind, in the order of the files."""
        return tuple(dict.fromkeys(t.concept for t in self.terms if t.concept.kind == kind))

    def patterns_of(self, word: str) -> dict[str, float]:
        """Patterns that a word as written satisfies, each with how sure (0..1) that is.

        Exact and compound matches count fully, a misspelling of one letter in a long word .9,
        a word that only looks alike (character n-grams) by its likeness. The parts of a word with
        a hyphen count too, and so does an acronym written in capitals.
        """
        if word not in self._patterns:
            self._forget()
            found = self._match(fold(word)) | self._acronym(word)
            for part in word.split("-") if "-" in word else ():
                found |= self._acronym(part)
                if len(part) > 2:
                    found |= self._match(fold(part))
            self._patterns[word] = found
        return self._patterns[word]

    def met_by(self, word: str) -> tuple[tuple[tuple[Term, float], ...], tuple[tuple[str, float], ...]]:
        """What a word as written meets, each with how sure that is: the terms it meets by itself, per
        concept the best of those that may stand in a proper name and of those that may not; and the
        patterns that some term of several words asks for."""
        met = self._met.get(word)
        if met is None:
            found = self.patterns_of(word)
            several = tuple(each for each in found.items() if each[0] in self._in_several)
            met = self._met[word] = (self._alone_by(found), several)
        return met

    def _alone_by(self, found: Mapping[str, float]) -> tuple[tuple[Term, float], ...]:
        best: dict[tuple[Concept, bool], tuple[Term, float]] = {}
        for pattern, sureness in found.items():
            for term in self._alone.get(pattern, ()):
                key = (term.concept, term.proper)
                if key not in best or sureness * term.weight > best[key][1] * best[key][0].weight:
                    best[key] = (term, sureness)
        return tuple(best.values())

    def together(self, patterns: KeysView[str]) -> Iterable[Term]:
        """The terms of several words of which at least two words are among these patterns, each once."""
        found: dict[Term, None] = {}
        for pattern in patterns:
            others = self._together.get(pattern)
            if others and (present := others.keys() & patterns):
                for other in sorted(present):
                    found.update(dict.fromkeys(others[other]))
        return found

    def _forget(self) -> None:
        """Begin anew before what was worked out fills the memory of a process that lives for weeks."""
        if len(self._patterns) >= self.most_words:
            self._patterns.clear()
            self._met.clear()

    def _acronym(self, word: str) -> dict[str, float]:
        return {word: 1.0} if is_acronym(word) and word in self._exact else {}

    def _match(self, word: str) -> dict[str, float]:
        if len(word) > LONGEST_WORD:
            return {}
        found = dict.fromkeys(self._certain(word), 1.0)
        if not found and len(word) >= LONG_WORD:
            found = self._near.like(stem(word))
        return found

    def _certain(self, word: str) -> Iterable[str]:
        root = stem(word)
        if root in self._exact:
            yield root
        for cut in range(2, len(word) + 1):
            yield from self._prefix.get(word[:cut], ())
            yield from self._stem_prefix.get(root[:cut], ())
        for cut in range(len(root) - 1):
            yield from self._suffix.get(root[cut:], ())
        yield from self._endings(word)
        yield from self._parts_inside(word)

    def _endings(self, word: str) -> Iterable[str]:
        for inflection in ("", "s", "n", "e", "en"):
            if word.endswith(inflection):
                bare = word.removesuffix(inflection)
                for cut in range(len(bare) - 2):
                    yield from self._ending.get(bare[cut:], ())

    def _parts_inside(self, word: str) -> Iterable[str]:
        for start in range(len(word) - 2):
            for end in range(start + 3, min(len(word), start + 16) + 1):
                if word[start:end] in self._inside:
                    yield self._inside[word[start:end]]


def load_lexicon(folder: Path) -> Lexicon:
    """Read every `*.yaml` in `folder` (sorted by name) into one lexicon.

    Raises LexiconError naming the file and the concept when a file has another shape than
    kind -> target -> concept -> terms, or is empty.
    """
    terms: dict[tuple, Term] = {}
    concepts: dict[tuple, Concept] = {}
    for path in sorted(folder.glob("*.yaml")):
        for term in _terms_of_file(path, concepts):
            key = (term.concept, term.slots, term.weight, term.ordered, term.proper)
            terms.setdefault(key, term)
    if not terms:
        raise LexiconError(f"{folder}: no terms found; put the lexicon's YAML files here")
    return Lexicon(terms=tuple(terms.values()), digest=_digest(terms.values()))


def _digest(terms: Iterable[Term]) -> str:
    rows = sorted(
        [t.concept.kind, t.concept.target, t.concept.name, t.concept.weight, t.weight, t.ordered]
        + [sorted(slot) for slot in t.slots]
        for t in terms
    )
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def _terms_of_file(path: Path, known: dict[tuple, Concept]) -> Iterable[Term]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or not set(document) <= {*KINDS, "version"}:
        raise LexiconError(f"{path.name}: expected the keys {', '.join(KINDS)}")
    for kind in (k for k in KINDS if k in document):
        for target, concepts in _pairs(document[kind], f"{path.name}: {kind}"):
            for name, body in _pairs(concepts, f"{path.name}: {kind}.{target}"):
                weight, text = _body(body, f"{path.name}: {kind}.{target}.{name}")
                key = (kind, str(target), str(name), weight)
                yield from _terms_in(text, known.setdefault(key, Concept(*key)))


def is_acronym(word: str) -> bool:
    """Whether a word of two to four capitals is meant as written (`AA`, `MS`)."""
    return 2 <= len(word) <= 4 and word.isalpha() and word.isupper()


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
