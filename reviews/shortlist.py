"""The shortlist as one act: what the rules of the call say, what people decide, and how it is undone."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules as people
from journal import actions as journal
from journal import clock
from reviews import actions, queries, rules
from reviews.errors import NotAllowed, Refused
from reviews.models import ReadingRules, Shortlisting
from reviews.registry import is_released
from submissions.models import Proposal


@dataclass(frozen=True)
class Advice:
    """What the rules say of one proposal: invite, do not, or (None) people choose; and why, in words."""

    proposal: Proposal
    invite: bool | None
    why: str


def advice(proposals, reading: ReadingRules) -> list[Advice]:
    """What `reading` says of `proposals`, ranked by their average; who was not scored waits for people.

    The threshold comes first; then the seats, from the best average down. Who shares the last seat is
    a tie, which `reading.ties` decides.
    """
    scored = [p for p in proposals if p.average is not None]
    above = [p for p in scored if p.average >= reading.threshold]
    border = _border(above, reading.seats)
    return [_advise(p, reading, border) for p in proposals]


def _border(above, seats: int | None):
    """(average of the last seat, whether more share it than there are seats for), or None without a limit."""
    if seats is None or len(above) <= seats:
        return None
    last = sorted((p.average for p in above), reverse=True)[seats - 1]
    return last, sum(p.average >= last for p in above) > seats


def _advise(proposal, reading, border) -> Advice:
    points = proposal.average
    if points is None:
        return Advice(proposal, None, _("No score that counts is in: judge this candidacy yourself."))
    said = {
        "points": f"{points:.1f}".replace(".", ","),
        "threshold": reading.threshold,
        "seats": reading.seats,
    }
    if points < reading.threshold:
        return Advice(
            proposal, False, _("%(points)s points on average, below the threshold of %(threshold)s.") % said
        )
    if border is None or points > border[0]:
        return Advice(
            proposal,
            True,
            _("%(points)s points on average, at or above the threshold of %(threshold)s.") % said,
        )
    if points < border[0]:
        return Advice(
            proposal, False, _("%(points)s points on average: the %(seats)s places go to higher ones.") % said
        )
    return _advise_at_the_border(proposal, reading, tied=border[1], said=said)


def _advise_at_the_border(proposal, reading, *, tied: bool, said: dict) -> Advice:
    if not tied:
        return Advice(proposal, True, _("%(points)s points on average: the last of %(seats)s places.") % said)
    invite = {reading.Ties.ALL: True, reading.Ties.NONE: False}.get(reading.ties)
    return Advice(
        proposal, invite, _("%(points)s points on average: shares the last of %(seats)s places.") % said
    )


@transaction.atomic
def set_reading_rules(*, call, by, **values) -> ReadingRules:
    """Set and confirm how scores are read. Raises NotAllowed, or Refused once there is a shortlist."""
    if not people.is_coordinator(by, call=call):
        raise NotAllowed(_("Only a coordinator sets the rules of the shortlist."))
    if Shortlisting.objects.filter(proposal__call=call).exists():
        raise Refused(_("The shortlist was made by these rules. Undo it before you change them."))
    made, _new = ReadingRules.objects.update_or_create(call=call, defaults=values | {"assumed": False})
    journal.record("reading_rules.set", about=call, by=by, call=call, **values)
    return made


@transaction.atomic
def make_shortlist(*, call, choices: dict, reason: str, by) -> int:
    """Decide of every admissible proposal of `call` whether it pitches; returns how many do.

    `choices` is {proposal id: (invited, reason)}. Raises NotAllowed unless `by` is a coordinator
    without any conflict of interest in the call, Refused (field: the proposal's id, or `reason`)
    when one is left out, is not invited without a reason, or departs from the rules without one.
    """
    _require_whole_call(call, by=by)
    type(call).objects.select_for_update(no_key=True).get(pk=call.pk)
    proposals = list(queries.to_shortlist(by, call))
    if not reason.strip():
        raise Refused(_("Write down how this shortlist came about."), field="reason")
    for said in advice(proposals, queries.rules_of(call)):
        _require_reasoned(said, choices.get(said.proposal.pk))
    for proposal in proposals:
        invited, why = choices[proposal.pk]
        actions.shortlist_proposal(proposal=proposal, shortlisted=invited, reason=why, by=by)
    count = sum(invited for invited, _why in choices.values())
    journal.record(
        "shortlist.made",
        about=call,
        by=by,
        call=call,
        invited=count,
        of=len(proposals),
        reason=reason.strip(),
    )
    return count


def _require_whole_call(call, *, by) -> None:
    if not people.is_coordinator(by, call=call):
        raise NotAllowed(_("Only a coordinator makes the shortlist."))
    if queries.hidden_from(by, call).exists():
        raise NotAllowed(
            _(
                "You have a conflict of interest in this call, or have not declared yet. "
                "Another coordinator does this."
            )
        )
    if is_released(call):
        raise Refused(_("Invitations went out or decisions were written already: the shortlist stands."))


def _require_reasoned(said: Advice, choice) -> None:
    field = str(said.proposal.pk)
    if choice is None:
        raise Refused(_("Say of every candidacy whether it is invited."), field=field)
    invited, why = choice
    if not why.strip() and not invited:
        raise Refused(_("Write down why this candidacy is not invited to pitch."), field=field)
    if not why.strip() and invited != said.invite:
        raise Refused(_("This is not what the rules of the call say. Write down why."), field=field)


@transaction.atomic
def undo_shortlist(*, call, reason: str, by) -> int:
    """Take the whole shortlist back, so that scoring and choosing go on; returns how many it held.

    Raises NotAllowed, or Refused without a reason, when there is none, or once invitations went out.
    """
    _require_whole_call(call, by=by)
    if not reason.strip():
        raise Refused(_("Write down why the shortlist is taken back."), field="undo")
    made = Shortlisting.objects.filter(proposal__call=call).select_related("proposal")
    taken = [row.proposal for row in made if row.proposal.status in rules.CAN_BE_SHORTLISTED]
    if not taken:
        raise Refused(_("There is no shortlist to take back."))
    made.delete()
    Proposal.objects.filter(pk__in=[p.pk for p in taken]).update(status=Proposal.Status.ADMISSIBLE)
    journal.record(
        "shortlist.undone", about=call, by=by, call=call, at=clock.now(), reason=reason.strip(),
        references=sorted(p.reference for p in taken),
    )  # fmt: skip
    return len(taken)
