"""The lexicon: everyday Dutch words per concept, searchable by the words of a text.

`fiets*`, `*opvang` and `*taal*` match compounds, a long word also as a part of others; a misspelt word
meets what is one letter away, a word that is not known what it looks like. `lexicon_files` reads it.
"""

from collections.abc import Iterable, KeysView, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .ngrams import NearWords
from .text import fold, stem
from .tone import Tones

AUTOMATIC_COMPOUND = 7
LONG_WORD = 8
LONGEST_WORD = 80


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


class Met(NamedTuple):
    """What a word meets, each with how sure that is: the terms it meets by itself, per concept the best of
    those that may stand in a proper name and of those that may not; and the patterns that some term
    of several words asks for. Its tone is 1 when it is tangible, -1 when it is vague, else 0."""

    alone: tuple[tuple[Term, float], ...]
    in_several: tuple[tuple[str, float], ...]
    tone: int


@dataclass(repr=False)
class Lexicon:
    """All terms, indexed by word pattern. `digest` changes whenever a term does.

    `met_by` answers which terms of one word and which words of longer terms a word meets, worked out
    once, because a text of a region uses the same few thousand words; `together` answers terms of several.
    """

    terms: tuple[Term, ...]
    digest: str
    tones: Tones = field(default_factory=lambda: Tones({}))
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
    _met: dict[str, Met] = field(default_factory=dict)

    def __post_init__(self):
        keys = sorted({pattern for term in self.terms for pattern in term.key})
        for term in self.terms:
            self._place(term)
        self._in_several = {p for t in self.terms if len(t.slots) > 1 for slot in t.slots for p in slot}
        for pattern in sorted({p for term in self.terms for slot in term.slots for p in slot}):
            self._index(pattern)
        self._near = NearWords([p for p in keys if "*" not in p and len(p) >= 6])

    def __repr__(self) -> str:
        """Short: thousands of terms, each with what it knows, would fill the memory of who prints it."""
        return f"Lexicon({len(self.terms)} terms, {self.digest[:8]})"

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

    def met_by(self, word: str) -> Met:
        """What a word as written meets."""
        met = self._met.get(word)
        if met is None:
            found = self.patterns_of(word)
            several = tuple(each for each in found.items() if each[0] in self._in_several)
            met = self._met[word] = Met(self._alone_by(found), several, self.tones.of(fold(word)))
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


def is_acronym(word: str) -> bool:
    """Whether a word of two to four capitals is meant as written (`AA`, `MS`)."""
    return 2 <= len(word) <= 4 and word.isalpha() and word.isupper()
