"""Dutch text as sentences and words that remember where they stood."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?]+[\"'”’)]*(?=\s|$)|\n+|[•▪●]")
TITLE_CASE = 0.7
CLAUSE_END = re.compile(r"[,;:()–—]| - ")
TURNS = frozenset(("maar", "doch"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = _words("bv bvb o.a oa m.b.t mbt d.w.z dwz nr tel ca enz incl excl max min")
STOPWORDS = _words(
    """de het een en of van in op te met voor aan bij die dat dit deze er is zijn was waren wordt
    worden werd als ook maar om dan nog naar uit over door tot wat wie we wij ons onze hun hen
    ze zij hij haar zich men al wel hier daar zo dus want omdat waar kan kunnen heeft hebben had
    iemand mens mensen elk elke alle veel meer heel zeer onder tussen tijdens rond via zoals eens
    moet moeten zal zullen willen wil mogen mag gaat gaan komt komen doen doet maken maakt hoe
    vaak samen ander andere eigen goed jaar per ter ten zelf iets toch weer
    bied bieden biedt aanbieden zorgen zorgt werken werkt"""
)


class Word(NamedTuple):
    """A word as written: `start` and `end` are offsets in its field; `clause` counts within it."""

    text: str
    folded: str
    start: int
    end: int
    clause: int
    name: bool = False


@dataclass(frozen=True)
class Sentence:
    field: str
    start: int
    end: int
    words: tuple[Word, ...]

    @cached_property
    def stemmed(self) -> tuple[str, ...]:
        """The stem of each of its words."""
        return tuple([stem(word.folded) for word in self.words])

    @cached_property
    def meaningful(self) -> tuple[str, ...]:
        """The same, empty for a word that carries no meaning."""
        return tuple(
            [
                stemmed if len(word.folded) > 2 and word.folded not in STOPWORDS else ""
                for word, stemmed in zip(self.words, self.stemmed, strict=True)
            ]
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of its words that carry meaning."""
        return frozenset(filter(None, self.meaningful))

    @cached_property
    def key(self) -> tuple[str, ...]:
        """What the sentence says, apart from spacing and punctuation: equal for a repetition."""
        return tuple(word.text for word in self.words)


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower case, without accents, hyphens and apostrophes: `Koffie-uurtje` -> `koffieuurtje`."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if c.isalnum())


@lru_cache(maxsize=200_000)
def stem(folded: str) -> str:
    """A light Dutch stem that brings inflections together: `woningen`, `woning` -> `woning`.

    Not a dictionary form: it only has to be equal for forms of one word.
    """
    word = _without_diminutive(folded)
    word = _without_s(word)
    if len(word) > 4 and word.endswith("en"):
        word = word[:-2]
    elif len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    word = _without_s(_without_t(_hardened(word)))
    return re.sub(r"(.)\1", r"\1", word)


def _without_diminutive(word: str) -> str:
    match = re.fullmatch(r"(.{3,}?)(?:etje|tje|je)s?", word)
    return match[1] if match and len(word) > 6 else word


def _without_s(word: str) -> str:
    if len(word) > 4 and word[-1] == "s" and word[-2] not in "aeious":
        return word[:-1]
    return word


def _without_t(word: str) -> str:
    if len(word) < 5 or word[-1] != "t" or word[-2] in "aeiout":
        return word
    rest = word[:-1]
    return rest if len(rest) > 3 or re.search(r"(aa|ee|oo|uu|ie|oe|ei|ij|ui|ou)", rest) else word


def _hardened(word: str) -> str:
    return word[:-1] + {"v": "f", "z": "s"}.get(word[-1], word[-1]) if word else word


def content(words: Sequence[Word]) -> tuple[str, ...]:
    """Stems of the words that carry meaning."""
    told = [word.folded for word in words]
    return tuple([stem(each) for each in told if len(each) > 2 and each not in STOPWORDS])


def sentences(text: str, *, field: str = "") -> list[Sentence]:
    """Split `text` into sentences with their words; offsets point into `text` itself.

    Words inside a proper name ("Boksclub De Rechte") are marked, so that an organisation's name
    never counts as evidence.
    """
    found = []
    start = 0
    for end in _ends(text):
        sentence = _sentence(text, start, end, field)
        if sentence.words:
            found.append(sentence)
        start = end
    return found


def _ends(text: str):
    for match in SENTENCE_END.finditer(text):
        before = text[: match.start()].rsplit(None, 1)[-1:] or [""]
        if match[0] == "." and before[0].lower() in ABBREVIATIONS:
            continue
        yield match.end()
    yield len(text)


def _sentence(text: str, start: int, end: int, field: str) -> Sentence:
    found = []
    clause = 0
    previous = start
    for match in WORD.finditer(text, start, end):
        written = match[0]
        folded = fold(written)
        first, last = match.span()
        apart = text[previous:first]
        if (apart != " " and CLAUSE_END.search(apart)) or folded in TURNS:
            clause += 1
        previous = last
        if folded:
            found.append(Word(written, folded, first, last, clause))
    words = tuple(found) if field == "title" else _mark_names(found)
    return Sentence(field, start, end, words)


def _mark_names(words: list[Word]) -> tuple[Word, ...]:
    """Mark capitalised words as names: alone inside a sentence, or in a row at its start."""
    capital = [word.text[0].isupper() for word in words]
    if not any(capital[1:]) or sum(capital) > TITLE_CASE * len(words):
        return tuple(words)
    return tuple(
        _named(word) if capital[i] and (i > 0 or _next_is_capital(words, i)) else word
        for i, word in enumerate(words)
    )


def _next_is_capital(words: list[Word], i: int) -> bool:
    if i + 1 >= len(words) or words[i].folded in STOPWORDS:
        return False
    gap = words[i + 1].start - words[i].end
    return gap == 1 and words[i + 1].text[0].isupper()


def _named(word: Word) -> Word:
    return word._replace(name=True)
