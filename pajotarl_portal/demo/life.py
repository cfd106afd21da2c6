"""Live the practice call forward as its people would: each step is the portal's own action, in its time."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from accounts.models import Role, User
from accounts.queries import people_with_role
from challenges.models import Call
from decisions.actions import approve_release, release_decisions, request_release, save_decision
from decisions.jury import confirm_partnership, speak_on_partnership, standing_of
from decisions.models import Decision
from decisions.partnership import record_partnership
from decisions.queries import suggested_reasons
from decisions.replies import reply_to_decision
from journal.actions import set_clock
from matching.actions import run_matching
from matching.composing import compose_partnership
from matching.engine.wishes import Wishes
from pajotarl_portal.demo.scores import SCORES, SHORTLIST_FROM
from pitches.actions import release_schedule, save_sheet, schedule_pitches, settle_timetable
from pitches.deliberation import cast_vote, close_ballot, conclude, open_ballot, open_deliberation
from pitches.findings import advised_against
from pitches.models import Deliberation, Pitch, Timetable
from pitches.queries import jurors_of, panel_of
from pitches.rules import leader_of
from reviews.actions import (
    declare_conflicts,
    judge_admissibility,
    save_review,
    shortlist_proposal,
    submit_review,
)
from reviews.assigning import assign_reviewers
from reviews.models import Assignment
from reviews.queries import criteria_of, organisations_to_declare
from submissions.models import Proposal

BRUSSELS = ZoneInfo("Europe/Brussels")
Status = Proposal.Status
Advice = Deliberation.Advice
CONVINCED = 4


def live_until(call: Call, stage: str) -> None:
    """Go through every stage up to and including `stage`, from where the call stands."""
    for name, (at, step) in STAGES.items():
        set_clock(to=at)
        step(call)
        if name == stage:
            return


def read(call: Call) -> None:
    """Staff declare, judge admissibility, share the proposals, score and shortlist."""
    leader, _second = _coordinators(call)
    for person in people_with_role(call=call, kinds=Role.Kind.values):
        _declare_nothing(person, call)
    for proposal in _proposals(call, Status.FILED):
        judge_admissibility(proposal=proposal, admissible=True, reason="", by=leader)
    run_matching(call=call, by=leader)
    assign_reviewers(call=call, by=leader)
    for assignment in Assignment.objects.filter(proposal__call=call).select_related("proposal", "reviewer"):
        _score(assignment)


def shortlist(call: Call) -> None:
    """Invite who scored well to pitch, and plan the pitch day."""
    leader, _second = _coordinators(call)
    for proposal in _proposals(call, Status.ADMISSIBLE):
        good = SCORES[proposal.external_id][0] >= SHORTLIST_FROM
        reason = "" if good else "De aanpak sluit te weinig aan bij de uitdagingen om een pitch te vragen."
        shortlist_proposal(proposal=proposal, shortlisted=good, reason=reason, by=leader)
    schedule_pitches(call=call, by=leader, seconds=10)
    _name_chair(call, leader)
    release_schedule(call=call, by=leader)


def pitch(call: Call) -> None:
    """The jury hears every pitch, keeps its score sheets and comes to an advice."""
    criteria = list(criteria_of(call))
    for heard in Pitch.objects.filter(call=call).prefetch_related("told_jurors"):
        value, words = SCORES[heard.proposal.external_id]
        for juror in heard.told_jurors.all():
            scores = {criterion.pk: value for criterion in criteria}
            save_sheet(pitch=heard, juror=juror, notes=words, scores=scores, revision=0)
    *agreed, disputed = Pitch.objects.filter(call=call).order_by("told_during").select_related("proposal")
    for heard in agreed:
        _advise(heard, leader_of(heard))
    _vote(disputed, leader_of(disputed))


def decide(call: Call) -> None:
    """Compose the partnership, have the jury confirm it, write the decisions, release them by two people."""
    leader, second = _coordinators(call)
    for voted in Deliberation.objects.filter(pitch__call=call, concluded_at=None):
        _write_down(voted)
    composition = compose_partnership(call=call, wishes=WISHES, by=leader)
    chosen = set(composition.members.all())
    _confirm(composition, chosen, by=leader)
    rank = 0
    for proposal in _proposals(call, Status.SHORTLISTED, Status.NOT_SHORTLISTED):
        outcome = _outcome(proposal, chosen)
        rank += outcome == Decision.Outcome.RESERVE
        save_decision(
            proposal=proposal,
            outcome=outcome,
            rank=rank if outcome == Decision.Outcome.RESERVE else None,
            reasons=suggested_reasons(proposal),
            by=leader,
        )
    release = approve_release(release=request_release(call=call, by=leader), by=second)
    release_decisions(release=release, by=leader)


def reply(call: Call) -> None:
    """One organisation that was not chosen uses its right of reply."""
    decision = Decision.objects.filter(call=call, outcome=Decision.Outcome.REJECTED).first()
    reply_to_decision(
        decision=decision,
        text="De jury schrijft dat onze aanpak vaag blijft. In bijlage 2 staat wie wat doet, week na week.",
        by=decision.proposal.organisation.members.first(),
        received_at=REPLY_AT,
        disputes=["aanpak"],
    )


def _confirm(composition, chosen: set, *, by: User):
    """The jury follows the suggestion; the others who pitched stand in reserve, in order of reference."""
    call, places, rank = composition.run.call, {}, 0
    unfavourable = advised_against(call)
    for proposal in _proposals(call, Status.SHORTLISTED):
        outcome = _outcome(proposal, chosen)
        rank += outcome == Decision.Outcome.RESERVE
        reason = AGAINST_ADVICE if proposal in chosen and proposal.pk in unfavourable else ""
        places[proposal.pk] = (outcome, rank if outcome == Decision.Outcome.RESERVE else None, reason)
    recorded = record_partnership(composition=composition, places=places, account=ACCOUNT, by=by)
    jury = standing_of(recorded)
    for juror in jury.body:
        speak_on_partnership(partnership=recorded, agrees=True, by=juror)
    confirm_partnership(partnership=recorded, by=jury.leader)


def _declare_nothing(person: User, call: Call):
    houses = organisations_to_declare(user=person, call=call)
    declare_conflicts(user=person, call=call, declarations={house.pk: ("none", "") for house in houses})


def _score(assignment: Assignment):
    value, words = SCORES[assignment.proposal.external_id]
    criteria = criteria_of(assignment.proposal.call)
    scores = {
        criterion.slug: (seen_by(assignment, criterion, value), f"{criterion.name}: {words}")
        for criterion in criteria
    }
    save_review(proposal=assignment.proposal, scores=scores, by=assignment.reviewer)
    submit_review(proposal=assignment.proposal, by=assignment.reviewer)


def seen_by(assignment: Assignment, criterion, value: int) -> int:
    """Two readers seldom agree on everything: one in five sees a point more, one in five a point less."""
    taste = Random(f"{assignment.reviewer.email} {assignment.proposal.external_id} {criterion.slug}")
    return min(5, max(0, value + taste.choice((-1, 0, 0, 0, 1))))


def _advise(heard: Pitch, chair: User):
    """Consensus: favourable where the demo's reader was convinced."""
    value, words = SCORES[heard.proposal.external_id]
    advice = Advice.FAVOURABLE if value >= CONVINCED else Advice.UNFAVOURABLE
    deliberation = open_deliberation(pitch=heard, by=chair)
    conclude(deliberation=deliberation, advice=advice, reasons=capfirst(words), by=chair)


def _vote(heard: Pitch, chair: User):
    """No consensus: everybody who heard it votes, one of them against."""
    deliberation = open_deliberation(pitch=heard, by=chair)
    ballot = open_ballot(deliberation=deliberation, by=chair)
    for number, juror in enumerate(panel_of(heard)):
        choice = Advice.FAVOURABLE if number else Advice.UNFAVOURABLE
        cast_vote(ballot=ballot, choice=choice, by=juror)
    close_ballot(ballot=ballot, by=chair)


def _write_down(voted: Deliberation):
    """The chair writes down what the majority voted for, with the reasons."""
    advice, words = voted.ballots.get(state="counted").majority, SCORES[voted.pitch.proposal.external_id][1]
    conclude(deliberation=voted, advice=advice, reasons=capfirst(words), by=leader_of(voted.pitch))


def _name_chair(call: Call, leader: User):
    """The first two of the jury chair it."""
    timetable = Timetable.objects.get(call=call)
    timetable.chair, timetable.deputy = jurors_of(call)[:2]
    settle_timetable(timetable=timetable, by=leader, changed=["chair", "deputy"])


def _outcome(proposal: Proposal, chosen: set[Proposal]) -> str:
    if proposal.status == Status.NOT_SHORTLISTED:
        return Decision.Outcome.REJECTED
    return Decision.Outcome.SELECTED if proposal in chosen else Decision.Outcome.RESERVE


def _coordinators(call: Call) -> tuple[User, User]:
    leader, second = people_with_role(call=call, kinds=[Role.Kind.COORDINATOR]).order_by("email")[:2]
    return leader, second


def _proposals(call: Call, *statuses):
    return Proposal.objects.filter(call=call, status__in=statuses).order_by("reference")


def _at(*parts) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)


ACCOUNT = "De jury beraadslaagde na de laatste pitch en volgde bij consensus het voorstel van de matching."
AGAINST_ADVICE = "De pitch overtuigde niet, maar zonder deze organisatie blijft een nood ongedekt."
WISHES = Wishes(budget=400_000)
REPLY_AT = _at(2023, 10, 10, 11)

STAGES: dict[str, tuple[datetime, Callable[[Call], None]]] = {
    "reading": (_at(2023, 9, 5, 9), read),
    "shortlist": (_at(2023, 9, 8, 15), shortlist),
    "pitches": (_at(2023, 9, 13, 16, 30), pitch),
    "decision": (_at(2023, 10, 4, 10), decide),
    "reply": (REPLY_AT, reply),
}
