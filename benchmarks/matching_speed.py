"""How fast matching scores and composes: seeded instances, the median of five.

make bench-matching
"""

import random
import statistics
import time
from dataclasses import replace

from matching.engine.check import check
from matching.engine.compose import compose
from matching.engine.coverage import coverage
from matching.engine.greedy import greedy
from matching.engine.lexicon import load_lexicon
from matching.engine.score import score, scorer
from matching.engine.wishes import Wishes, all_wishes
from tests.matching import builders
from tests.matching.instances import regional_problem


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
    composing(call)


def composing(call) -> None:
    """Compositions of a region's size: three levels proven at 40 and 200, a bound at 1,000."""
    wishes = Wishes(budget=400_000, maximum=11)
    for number, seconds, times in ((40, 60, 5), (200, 60, 5), (1000, 60, 1)):
        problem = regional_problem(call, offers=number)
        answers = []
        spent = median_seconds(
            lambda p=problem, s=seconds, a=answers: a.append(compose(p, wishes, alternatives=0, seconds=s)),
            times=times,
        )
        answer = answers[-1]
        assert check(problem, wishes, answer) == []
        known = greedy(problem, all_wishes(problem, wishes))
        assert known is None or answer.objective.coverage >= coverage(problem, known)
        told = "all levels proven" if answer.status == "optimal" else f"gap {answer.gap:.2%}"
        print(f"compose {number:>5} proposals {spent:8.2f} s  {told}", flush=True)
    problem = regional_problem(call, offers=40)
    answers = []
    spent = median_seconds(lambda: answers.append(compose(problem, wishes, alternatives=5, seconds=60)))
    proven = sum(other.proven for other in answers[-1].alternatives)
    print(f"best and five alternatives at 40 {spent:8.2f} s  {proven} proven", flush=True)


if __name__ == "__main__":
    main()
