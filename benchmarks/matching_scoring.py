"""How fast matching scores, with the words behind every point: seeded proposals, medians of five.

make bench-matching

Proposals are put together from the sentences of the judged ones, and every fiftieth word is misspelt, so
that no text and not every word was seen before. Demanded: 1,000 proposals x 5 challenges within 10 s, and
10,000 within 10.5 times that.
"""

import random
import re
import statistics
import time
from dataclasses import replace

from matching.engine.lexicon import load_lexicon
from matching.engine.score import score, scorer
from tests.matching import builders

SECONDS = 10.0
TIMES = 10.5
MISSPELT = 0.02


def proposals(call, *, number: int, seed: int = 1):
    """Seeded proposals of eighteen sentences, as long as real ones."""
    source = random.Random(seed)
    known = [judged.proposal for judged_set in builders.judged_sets(call).values() for judged in judged_set]
    told = [sentence for proposal in known for sentence in proposal.texts["approach"].split(". ")]
    return [_one(source, i, source.choice(known), told) for i in range(number)]


def _one(source, i: int, model, told):
    approach, experience = (". ".join(source.sample(told, sentences)) for sentences in (12, 6))
    texts = {**model.texts, "approach": _misspelt(approach, source), "experience": experience}
    return replace(model, external_id=f"p{i:05}", texts=texts)


def _misspelt(text: str, source) -> str:
    return re.sub(r"\w{5,}", lambda word: _typo(word[0], source), text)


def _typo(word: str, source) -> str:
    at = source.randrange(len(word))
    return word[:at] + source.choice("aeionrst") + word[at:] if source.random() < MISSPELT else word


def seconds_for(number: int, *, using, times: int) -> float:
    """Median of wall seconds to score `number` proposals, each time other ones."""
    spent = []
    for seed in range(times):
        given = proposals(using.call, number=number, seed=seed)
        start = time.perf_counter()
        score(given, using=using)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def main() -> None:
    using = scorer(call=builders.pajotarl(), lexicon=load_lexicon(builders.LEXICON))
    thousand = seconds_for(1_000, using=using, times=5)
    print(f"score  1,000 proposals   {thousand:8.2f} s      (demanded: at most {SECONDS:.0f} s)")
    many = seconds_for(10_000, using=using, times=1)
    print(
        f"score 10,000 proposals   {many:8.2f} s      {many / thousand:.1f} times (demanded: at most {TIMES})"
    )


if __name__ == "__main__":
    main()
