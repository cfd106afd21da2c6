"""How fast matching scores and composes: seeded instances, the median of five.

make bench-matching
"""

import random
import statistics
import time
from dataclasses import replace

from matching.engine.compose import compose
from matching.engine.lexicon import load_lexicon
from matching.engine.score import score, scorer
from matching.engine.wishes import Wishes
from tests.matching import builders


def proposals(call, *, number: int, seed: int = 1):
    """Proposals put together from the sentences of the judged ones."""
    source = random.Random(seed)
    known = [proposal for half in "abc" for proposal, _ in builders.written(call, half=half)]
    told = [sentence for proposal in known for sentence in proposal.texts["approach"].split(". ")]
    return [_one(source, i, source.choice(known), told) for i in range(number)]


def _one(source, i: int, model, told):
    texts = {
        **model.texts,
        "approach": ". ".join(source.sample(told, 12)),
        "experience": ". ".join(source.sample(told, 6)),
    }
    return replace(model, external_id=f"p{i:05}", texts=texts)


def median_seconds(work, *, times: int = 5) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def main() -> None:
    call = builders.pajotarl()
    using = scorer(call=call, lexicon=load_lexicon(builders.LEXICON))
    for number in (100, 1000):
        given = proposals(call, number=number)
        seconds = median_seconds(lambda given=given: score(given, using=using))
        print(f"score {number:>5} proposals   {seconds:8.2f} s")
    for number in (40, 200):
        problem = builders.random_problem(7, offers=number, needs=40, places=10)
        wishes = Wishes(budget=3_000 * number, maximum=11)
        seconds = median_seconds(lambda p=problem, w=wishes: compose(p, w, alternatives=0))
        print(f"compose {number:>3} proposals   {seconds:8.2f} s")
    problem = builders.random_problem(7, offers=40, needs=40, places=10)
    seconds = median_seconds(lambda: compose(problem, Wishes(budget=120_000, maximum=11), alternatives=5))
    print(f"five alternatives at 40 {seconds:6.2f} s")


if __name__ == "__main__":
    main()
