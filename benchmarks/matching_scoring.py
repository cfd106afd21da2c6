"""How fast matching scores, with the words behind every point: seeded proposals, medians of five.

make bench-matching, or python -m benchmarks.matching_scoring ROUNDS

Proposals are put together from the sentences of the judged ones, and every fiftieth word is misspelt, so
that no text and not every word was seen before. Demanded: 1,000 proposals x 5 challenges within 10 s, and
10,000 within 10.5 times that, in CPU time and by turns.
"""

import random
import re
import statistics
import sys
from dataclasses import replace

from benchmarks.measured import alternated, verdict
from matching.engine.lexicon_files import load_lexicon
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


def told(number: int, done) -> float:
    """A line per round, as they take minutes; and how many times the mean of the two of 1,000 around it
    the 10,000 took, so that a machine that gets slower or faster meets both alike."""
    before, ten_thousand, after = done
    times = 2 * ten_thousand.cpu / (before.cpu + after.cpu)
    spent = f"{before.cpu:.2f}, {ten_thousand.cpu:.2f} and {after.cpu:.2f} s CPU"
    print(f"round {number}: 1,000, 10,000 and 1,000 again in {spent}: {times:.1f} times", flush=True)
    return times


def main(number: int) -> int:
    using = scorer(call=builders.pajotarl(), lexicon=load_lexicon(builders.LEXICON))
    rounds(WARM, using=using, seeds=[0])()
    few = rounds(1_000, using=using, seeds=range(1, 2 * number + 1))
    many = rounds(10_000, using=using, seeds=range(2 * number + 1, 3 * number + 1))
    growth = []
    thousand, ten_thousand, _after = alternated(
        [few, many, few], times=number, tell=lambda *args: growth.append(told(*args))
    )
    quick = thousand.wall <= SECONDS
    print(f"score  1,000 {thousand}  {verdict(quick, f'within {SECONDS:.0f} s')}")
    times = statistics.median(growth)
    linear = times <= TIMES
    print(
        f"score 10,000 {ten_thousand}  {times:.1f} times  {verdict(linear, f'at most {TIMES}')}", flush=True
    )
    return 0 if quick and linear else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
