"""What matching without a lexicon would give: TF-IDF and cosine, over words or character n-grams."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from matching.engine.types import Call, Proposal

Grams = Callable[[str], Counter]


def words(text: str) -> Counter:
    """The words of a text, lower case, of two letters or more."""
    return Counter(re.findall(r"\w\w+", text.lower()))


def character_grams(text: str, *, sizes: Sequence[int] = (4, 5, 6)) -> Counter:
    """Character n-grams within the edges of words, a space marking the edge."""
    found: Counter = Counter()
    for word in re.findall(r"\S+", text.lower()):
        padded = f" {word} "
        for n in sizes:
            found.update(padded[i : i + n] for i in range(max(1, len(padded) - n + 1)))
    return found


def likeness(texts: Sequence[str], questions: Sequence[str], *, grams: Grams) -> list[list[float]]:
    """Cosine of every text with every question, TF-IDF learned from both together."""
    counted = [grams(text) for text in (*texts, *questions)]
    frequency = Counter(gram for counts in counted for gram in counts)
    idf = {gram: math.log((1 + len(counted)) / (1 + n)) + 1 for gram, n in frequency.items()}
    vectors = [_vector(counts, idf) for counts in counted]
    asked = vectors[len(texts) :]
    return [[_dot(vector, question) for question in asked] for vector in vectors[: len(texts)]]


def _vector(counts: Counter, idf: dict[str, float]) -> dict[str, float]:
    weights = {gram: n * idf[gram] for gram, n in counts.items()}
    norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {gram: w / norm for gram, w in weights.items()}


def _dot(a: dict[str, float], b: dict[str, float]) -> float:
    if len(b) < len(a):
        a, b = b, a
    return sum(weight * b[gram] for gram, weight in a.items() if gram in b)


def whole_text(proposal: Proposal) -> str:
    """Everything the proposal says, each passage once."""
    return "\n".join(dict.fromkeys(proposal.texts.values()))


def challenge_texts(call: Call) -> list[str]:
    """What the call says of each challenge."""
    return [" ".join((c.title, c.target_group, *c.passages)) for c in call.challenges]


def service_texts(call: Call) -> list[str]:
    """What the call says of each service type."""
    return [f"{s.need}. {s.service}" for s in call.service_types]
