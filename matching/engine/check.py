"""Recounting an answer of the solver from the cells themselves, without solver or programme.

Nothing here calls the code that made the answer: coverage, quality, cost and every wish are counted
again in their plainest form, so that one mistake can't hide in both.
"""

from collections.abc import Collection, Sequence
from itertools import combinations

from .compose import Composed, Composition
from .coverage import FULL, Problem
from .wishes import Wish, Wishes


def check(problem: Problem, wishes: Wishes, answer: Composition) -> list[str]:
    """What does not hold in `answer`, in words for the log; empty when all of it does.

    A proven answer is also compared with every set that differs by one joining, one leaving or one
    exchange.
    """
    if answer.status == "infeasible":
        return _check_ways_out(problem, wishes, answer)
    hard = duties_counted_again(problem, wishes)
    best = Composed(answer.selected, answer.objective, answer.levels)
    found = [*_check_set(problem, hard, best), *_check_levels(answer)]
    if answer.bound > recount(problem, problem.by_id)[0]:
        found.append(f"bound {answer.bound} is more than everybody together covers")
    sets = [answer.selected, *(other.selected for other in answer.alternatives)]
    for other in answer.alternatives:
        found += _check_set(problem, hard, other)
        if answer.status == "optimal" and other.objective.key > answer.objective.key:
            found.append(f"alternative {other.selected} is better than the answer")
    found += [f"{a} and {b} differ too little" for a, b in combinations(sets, 2) if len({*a} ^ {*b}) < 2]
    if answer.status == "optimal":
        found += _beaten(problem, hard, answer)
    return found


def recount(problem: Problem, selected: Collection[str]) -> tuple[int, int, int]:
    """Coverage, quality and cost of a set, straight from the definitions."""
    chosen = [o for o in problem.offers if o.external_id in selected]
    covered = 0
    for (number, slug, nis), weight in problem.cells.items():
        quarters = 0
        for o in chosen:
            if number in o.points and slug in o.quarters and nis in o.municipalities:
                quarters += o.quarters[slug]
        covered += weight * min(FULL, quarters)
    good = 0
    for (number, slug), weight in problem.needs.items():
        worths = [0]
        for o in chosen:
            if number in o.points and slug in o.quarters and o.municipalities:
                worths.append(o.points[number] if o.merit is None else o.merit)
        good += weight * max(worths)
    return covered, good, sum(o.cost for o in chosen)


def duties_counted_again(problem: Problem, wishes: Wishes) -> list[Wish]:
    """Every wish and duty, read from the offers anew."""
    hard = list(wishes.listed())
    asked = {number for number, _slug in problem.needs}
    for number in sorted(asked):
        if any(number in o.points for o in problem.offers):
            hard.append(Wish("challenge", number))
    hard += [Wish("expertise", slug) for slug in sorted({s for o in problem.offers for s in o.expertise})]
    groups = sorted({o.group for o in problem.offers if o.group})
    for name in groups:
        if sum(o.group == name for o in problem.offers) > 1:
            hard.append(Wish("group", name))
    return [wish for wish in hard if wish not in wishes.waived]


def broken(problem: Problem, wishes: Wishes, selected: Collection[str]) -> list[Wish]:
    """The wishes and duties that a set does not hold to, whoever chose it."""
    return _broken(problem, duties_counted_again(problem, wishes), selected)


def allowed(problem: Problem, hard: Sequence[Wish], selected: Collection[str]) -> bool:
    """Whether a set satisfies every wish."""
    return not _broken(problem, hard, selected)


def _broken(problem: Problem, hard: Sequence[Wish], selected: Collection[str]) -> list[Wish]:
    chosen = [o for o in problem.offers if o.external_id in selected]
    return [wish for wish in hard if not _satisfied(wish, chosen)]


def _satisfied(wish: Wish, chosen) -> bool:
    value = wish.value
    match wish.kind:
        case "budget":
            return sum(o.cost for o in chosen) <= value
        case "min":
            return len(chosen) >= value
        case "max":
            return len(chosen) <= value
        case "include":
            return any(o.external_id == value for o in chosen)
        case "exclude":
            return all(o.external_id != value for o in chosen)
        case "challenge":
            return any(value in o.points for o in chosen)
        case "expertise":
            return any(value in o.expertise for o in chosen)
        case "group":
            return sum(o.group == value for o in chosen) <= 1
    number, slug, *place = value.split(":")
    meeting = [o for o in chosen if int(number) in o.points and slug in o.quarters and o.municipalities]
    return sum(not place or place[0] in o.municipalities for o in meeting) >= 2


def _check_set(problem: Problem, hard: Sequence[Wish], found: Composed) -> list[str]:
    known = {o.external_id for o in problem.offers}
    if not known.issuperset(found.selected) or len(set(found.selected)) != len(found.selected):
        return [f"{found.selected} holds unknown or doubled proposals"]
    told = (found.objective.coverage, found.objective.quality, found.objective.cost)
    counted = recount(problem, found.selected)
    wrong = [f"{found.selected} was told to reach {told}, counted {counted}"] if told != counted else []
    broken = _broken(problem, hard, found.selected)
    return wrong + [f"{found.selected} breaks {wish.kind} {wish.value}" for wish in broken]


def _check_levels(answer: Composition) -> list[str]:
    wrong = []
    for level in answer.levels:
        ahead = level.value - level.bound if level.name == "cost" else level.bound - level.value
        if ahead < 0 or (level.proven and ahead):
            wrong.append(f"{level.name} reaches {level.value} with bound {level.bound}")
        if level.value != getattr(answer.objective, level.name):
            wrong.append(f"{level.name} is {level.value} in the proof and not in the objective")
    proven = bool(answer.levels) and all(level.proven for level in answer.levels)
    if (answer.status == "optimal") != proven:
        wrong.append(f"status {answer.status} does not follow from the levels")
    return wrong


def _beaten(problem: Problem, hard: Sequence[Wish], answer: Composition) -> list[str]:
    key = answer.objective.key
    for other in _near(problem, set(answer.selected)):
        covered, good, spent = recount(problem, other)
        if (covered, good, -spent) > key and allowed(problem, hard, other):
            return [f"{tuple(sorted(other))} is better than the proven answer"]
    return []


def _near(problem: Problem, chosen: set[str]):
    refs = [o.external_id for o in problem.offers]
    outside = [ref for ref in refs if ref not in chosen]
    yield from (chosen | {ref} for ref in outside)
    for leaves in chosen:
        yield chosen - {leaves}
        yield from ((chosen - {leaves}) | {ref} for ref in outside)


def _check_ways_out(problem: Problem, wishes: Wishes, answer: Composition) -> list[str]:
    hard = duties_counted_again(problem, wishes)
    wrong = [] if answer.ways_out else ["infeasible without a way out"]
    for way in answer.ways_out:
        rest = [wish for wish in hard if wish not in way.wishes]
        if not way.wishes or len(way.wishes) != len(answer.ways_out[0].wishes):
            wrong.append("a way out that is not smallest")
        if not allowed(problem, rest, way.witness):
            wrong.append(f"giving up {way.wishes} does not help: {way.witness}")
        if way.needed != recount(problem, way.witness)[2]:
            wrong.append(f"{way.witness} does not cost {way.needed}")
    return wrong
