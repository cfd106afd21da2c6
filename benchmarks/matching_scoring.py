"""How fast matching scores, with the words behind every point: seeded proposals, medians of five.

make bench-matching, or python -m benchmarks.matching_scoring ROUNDS

Proposals are put together from the sentences of the judged ones, and every fiftieth word is misspelt, so
that no text and not every word was seen before. Demanded: 1,000 proposals x 5 challenges within 10 s, and
10,000 within 10.5 times that, in CPU time and by turns, so that a busy machine meets both alike.
"""

import random
import re
import sys
from dataclasses import replace

from benchmarks.measured import alternated, verdict
from matching.engine.lexicon import load_lexicon
from matching.engine.score import score, scorer
from tests.matching import builders

SECONDS = 10.0
TIMES = 10.5
MISSPELT = 0.02
WARM = 300
ROUNDS = 5


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


def rounds(number: int, *, using, seeds):
    """A piece of work that scores `number` proposals, other ones each time."""
    given = [proposals(using.call, number=number, seed=seed) for seed in seeds]
    return lambda: len(score(given.pop(), using=using))


def round_told(number: int, done) -> None:
    """A line per round: they take minutes."""
    thousand, ten_thousand = done
    print(
        f"round {number}: 1,000 in {thousand.cpu:.2f} s CPU, 10,000 in {ten_thousand.cpu:.2f} s CPU, "
        f"{ten_thousand.cpu / thousand.cpu:.1f} times",
        flush=True,
    )


def main(times: int) -> int:
    using = scorer(call=builders.pajotarl(), lexicon=load_lexicon(builders.LEXICON))
    rounds(WARM, using=using, seeds=[0])()
    few = rounds(1_000, using=using, seeds=range(1, times + 1))
    many = rounds(10_000, using=using, seeds=range(times + 1, 2 * times + 1))
    thousand, ten_thousand = alternated([few, many], times=times, tell=round_told)
    quick = thousand.wall <= SECONDS
    print(f"score  1,000 {thousand}  {verdict(quick, f'within {SECONDS:.0f} s')}")
    times = ten_thousand.cpu / thousand.cpu
    linear = times <= TIMES
    print(
        f"score 10,000 {ten_thousand}  {times:.1f} times  {verdict(linear, f'at most {TIMES}')}", flush=True
    )
    return 0 if quick and linear else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
