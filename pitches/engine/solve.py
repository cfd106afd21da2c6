"""From a problem to a schedule: quick start, exact times, then rooms and jurors."""

from collections.abc import Mapping

from pitches.engine.check import find_clashes
from pitches.engine.cost import timetable_cost
from pitches.engine.greedy import greedy
from pitches.engine.model import TimesModel
from pitches.engine.panels import seat
from pitches.engine.problem import Problem, Reason, Schedule, Status, Unplaced
from pitches.engine.reasons import possible_slots, why_not
from pitches.engine.slots import Slot, grid


def schedule(problem: Problem, *, seed: int = 0, seconds: float = 30.0) -> Schedule:
    """Place as many pitches as possible, and among those timetables take the cheapest.

    Hard: a room, a juror and an organisation are in one place at a time; availability; a quorum of
    jurors without a conflict; fixed pitches stay. Soft, by `Weights`. `infeasible` means that the
    fixed pitches break a hard rule themselves (`clashes` says which); a proposal that fits nowhere
    is listed in `unplaced`. `seconds` bounds the search; a search cut short is `feasible`, with
    the relative gap to the best bound.
    """
    if clashes := find_clashes(problem, problem.fixed):
        nowhere = tuple(Unplaced(p.key, Reason.FIXED_CLASH) for p in problem.proposals)
        return Schedule(Status.INFEASIBLE, 0.0, (), nowhere, clashes=clashes)
    times, gap = _times(problem, seed=seed, seconds=seconds)
    pitches = sorted((*problem.fixed, *seat(problem, times)), key=lambda p: (p.start, p.room))
    slots = grid(problem)
    return Schedule(
        status=Status.OPTIMAL if gap == 0 else Status.FEASIBLE,
        gap=gap,
        pitches=tuple(pitches),
        unplaced=tuple(
            Unplaced(p.key, why_not(problem, p, slots)) for p in problem.free if p.key not in times
        ),
        cost=timetable_cost(problem, pitches),
    )


def _times(problem: Problem, *, seed: int, seconds: float) -> tuple[dict[str, Slot], float]:
    possible = possible_slots(problem, grid(problem))
    start = greedy(problem, possible, seed=seed)
    places = sum(bool(slots) for slots in possible.values())
    if not places:
        return {}, 0.0
    model = TimesModel(problem, possible, seed=seed)
    missing = 0.0
    if len(start) < places:
        seconds /= 2
        start, missing = _most(model, start, seconds)
    best = model.cheapest(start, seconds=seconds)
    return model.times(best), max(missing, _gap(best.cost, best.bound, best.proven))


def _most(model: TimesModel, start: Mapping[str, Slot], seconds: float) -> tuple[dict[str, Slot], float]:
    most = model.most(start, seconds=seconds)
    return model.times(most), _gap(most.cost, most.bound, most.proven)


def _gap(cost: float, bound: float, proven: bool) -> float:
    return 0.0 if proven else abs(cost - bound) / max(1.0, abs(cost))
