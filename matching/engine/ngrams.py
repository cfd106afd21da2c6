"""Likeness of words by character n-grams (TF-IDF, cosine): what the lexicon doesn't know.

Works per word, so that a likeness has a place in the text and removing words never adds any.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy

SIZES = (3, 4)
ANY_LIKENESS = 0.3
LIKE_ENOUGH = 0.7
SURE = 0.9


def grams(word: str) -> Counter:
    """Character 3- and 4-grams of `word`, its edges marked."""
    padded = f"^{word}$"
    return Counter(padded[i : i + n] for n in SIZES for i in range(len(padded) - n + 1))


def one_letter_apart(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns `a` into `b`."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if start is None:
        return len(a) != len(b)
    left, right = a[start:], b[start:]
    return (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )


class NearWords:
    """Known words, searchable by likeness."""

    def __init__(self, known: Sequence[str]):
        documents = {word: grams(word) for word in known}
        frequency = Counter(gram for counts in documents.values() for gram in counts)
        self._idf = {g: math.log((1 + len(known)) / (1 + n)) + 1 for g, n in frequency.items()}
        self._known = sorted(documents)
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, word in enumerate(self._known):
            for gram, weight in self._vector(documents[word]).items():
                postings[gram].append((place, weight))
        self._postings = {
            gram: (numpy.array([place for place, _ in found]), numpy.array([weight for _, weight in found]))
            for gram, found in postings.items()
        }

    def _vector(self, counts: Counter) -> dict[str, float]:
        weights = {g: n * self._idf.get(g, 1.0) for g, n in counts.items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {g: w / norm for g, w in sorted(weights.items())}

    def like(self, word: str) -> dict[str, float]:
        """Known words like `word` with their sureness: SURE for one letter's difference, else
        half the cosine when it reaches LIKE_ENOUGH."""
        cosine = numpy.zeros(len(self._known))
        for gram, weight in self._vector(grams(word)).items():
            if gram in self._postings:
                places, weights = self._postings[gram]
                cosine[places] += weight * weights
        found = {}
        for place in numpy.flatnonzero(cosine > ANY_LIKENESS).tolist():
            known, value = self._known[place], float(cosine[place])
            if one_letter_apart(word, known):
                found[known] = SURE
            elif value >= LIKE_ENOUGH:
                found[known] = round(value / 2, 6)
        return found
