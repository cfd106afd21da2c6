"""Why a proposal has no place: said for the one who must mend it."""

from pitches.engine.problem import Problem, Proposal, Reason
from pitches.engine.slots import Slot, allowed_jurors, organisation_free


def possible_slots(problem: Problem, slots: tuple[Slot, ...]) -> dict[str, tuple[Slot, ...]]:
    """Per free proposal the slots it could have if it were alone."""
    return {
        proposal.key: tuple(slot for slot in slots if _suits(problem, proposal, slot))
        for proposal in problem.free
    }


def why_not(problem: Problem, proposal: Proposal, slots: tuple[Slot, ...]) -> Reason:
    """The first wall that an unplaced proposal runs into."""
    if not slots:
        return Reason.NO_DAYS
    slots = tuple(slot for slot in slots if organisation_free(problem, proposal, slot.during))
    if not slots:
        return Reason.ORGANISATION_BUSY
    slots = tuple(slot for slot in slots if slot.rooms)
    if not slots:
        return Reason.NO_ROOM
    if not any(_quorum(problem, proposal, slot) for slot in slots):
        return Reason.NO_QUORUM
    return Reason.FULL


def _suits(problem: Problem, proposal: Proposal, slot: Slot) -> bool:
    return bool(
        slot.rooms and organisation_free(problem, proposal, slot.during) and _quorum(problem, proposal, slot)
    )


def _quorum(problem: Problem, proposal: Proposal, slot: Slot) -> bool:
    return len(allowed_jurors(problem, proposal, slot)) >= problem.quorum
