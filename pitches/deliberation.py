"""How the jury comes to its advice on a pitch: talking, consensus or a secret ballot, reasons."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal import clock
from journal.actions import record
from pitches import queries, rules, seal
from pitches.errors import ChangedMeanwhile, NotAllowed, Refused
from pitches.models import Ballot, Deliberation, Pitch, Voter

Method = Deliberation.Method
BLANK = "blank"
CHOICES = (*Deliberation.Advice.values, BLANK)


@transaction.atomic
def open_deliberation(*, pitch: Pitch, by: User) -> Deliberation:
    """Begin to deliberate: from now on the panel sees each other's scores, and scores no longer change.

    Raises NotAllowed for anybody but who leads, Refused before the pitch began or after the decision.
    """
    rules.require_leader(by, pitch=pitch)
    rules.require_undecided(pitch)
    now = clock.now()
    if pitch.told_during is None or now < pitch.told_during.lower:
        raise Refused(_("This pitch has not begun. Deliberate when the jury has heard it."))
    deliberation, created = Deliberation.objects.get_or_create(
        pitch=pitch, defaults={"opened_at": now, "opened_by": by}
    )
    if created:
        record("deliberation.opened", about=deliberation, by=by, call=pitch.call)
    return deliberation


@transaction.atomic
def save_deliberation_notes(
    *, deliberation: Deliberation, notes: str, revision: int, by: User, editor: str = ""
) -> Deliberation:
    """Keep the notes of the deliberation; the journal notes who began to write, not every pause.

    `editor` names the open page. Raises ChangedMeanwhile for an older `revision`, unless the same page saved
    last (its answer got lost on the way).
    """
    deliberation = _led(deliberation, by)
    _require_not_concluded(deliberation)
    same_page = bool(editor) and editor == deliberation.editor
    if deliberation.revision != revision and not same_page:
        raise ChangedMeanwhile(
            _("These notes were saved in another window. Copy your text, and open the page again.")
        )
    if notes != deliberation.notes:
        deliberation.notes, deliberation.editor = notes, editor
        deliberation.revision += 1
        deliberation.save(update_fields=["notes", "revision", "editor"])
        if not same_page:
            about = {"about": deliberation, "by": by, "call": _call(deliberation)}
            record("deliberation.noted", **about, revision=deliberation.revision)
    return deliberation


@transaction.atomic
def open_ballot(*, deliberation: Deliberation, by: User) -> Ballot:
    """Put the advice to a secret vote of the jurors who heard the pitch and have no conflict.

    Raises NotAllowed, or Refused when there are too few of them, when a ballot is open or was
    counted already, or when its seal cannot be kept.
    """
    deliberation = _led(deliberation, by)
    _require_not_concluded(deliberation)
    jurors = list(queries.panel_of(deliberation.pitch))
    needed = rules.voters_needed(_timetable(deliberation))
    if len(jurors) < needed:
        raise Refused(
            _("A secret ballot needs %(needed)d jury members who heard the pitch; there are %(count)d.")
            % {"needed": needed, "count": len(jurors)}
        )
    ballot = _new_ballot(deliberation)
    Voter.objects.bulk_create(Voter(ballot=ballot, juror=juror) for juror in jurors)
    _sealed(seal.make, ballot.pk)
    record("ballot.opened", about=ballot, by=by, call=_call(deliberation), roll=len(jurors))
    return ballot


@transaction.atomic
def cast_vote(*, ballot: Ballot, choice: str, by: User) -> None:
    """Put a vote (`favourable`, `unfavourable` or `blank`) in the box; a later one replaces it.

    The journal says that somebody voted, never what. Raises NotAllowed for who is not on the roll
    or has a conflict of interest, Refused when the ballot has ended or its seal is lost.
    """
    ballot = _locked(ballot)
    pitch = ballot.deliberation.pitch
    voter = ballot.roll.filter(juror=by).first()
    if voter is None or not rules.may_deliberate(by, pitch=pitch):
        raise NotAllowed(_("You are not on the roll of this ballot."))
    _require_open(ballot)
    if choice not in CHOICES:
        raise Refused(_("Choose for, against, or a blank vote."))
    voter.envelope, voter.has_voted = _sealed(seal.close, ballot.pk, choice), True
    voter.save(update_fields=["envelope", "has_voted"])
    record("ballot.voted", about=ballot, by=by, call=pitch.call)


@transaction.atomic
def close_ballot(*, ballot: Ballot, by: User) -> Ballot:
    """Open all envelopes at once, write the totals, and destroy envelopes and key.

    Votes of jurors who since declared a conflict are not counted. Raises NotAllowed, or Refused
    while too few have voted to keep the votes secret, or when the seal is lost.
    """
    ballot = _led_ballot(ballot, by)
    eligible = queries.panel_of(ballot.deliberation.pitch).values("pk")
    envelopes = list(
        ballot.roll.filter(has_voted=True, juror__in=eligible).values_list("envelope", flat=True)
    )
    needed = rules.voters_needed(_timetable(ballot.deliberation))
    if len(envelopes) < needed:
        raise Refused(
            _("%(count)d voted; at least %(needed)d are needed. Wait, or stop this ballot.")
            % {"count": len(envelopes), "needed": needed}
        )
    votes = _sealed(seal.open_all, ballot.pk, envelopes)
    ballot.favourable, ballot.unfavourable, ballot.blank = (votes.count(choice) for choice in CHOICES)
    _end(ballot, Ballot.State.COUNTED)
    totals = {choice: votes.count(choice) for choice in CHOICES}
    record("ballot.counted", about=ballot, by=by, call=_call(ballot.deliberation), **totals)
    return ballot


@transaction.atomic
def abandon_ballot(*, ballot: Ballot, by: User) -> Ballot:
    """End an open ballot unread: all envelopes are destroyed, and a new ballot may be held."""
    ballot = _led_ballot(ballot, by)
    _end(ballot, Ballot.State.VOID)
    record("ballot.abandoned", about=ballot, by=by, call=_call(ballot.deliberation))
    return ballot


@transaction.atomic
def conclude(*, deliberation: Deliberation, advice: str, reasons: str, by: User) -> Deliberation:
    """Write down the jury's advice with its reasons.

    Without a ballot it is a consensus. After one the majority decides; after a tie this is the
    casting vote of who leads. Raises NotAllowed, or Refused while a ballot is open, against a
    majority, or without reasons.
    """
    deliberation = _led(deliberation, by)
    _require_not_concluded(deliberation)
    if not reasons.strip():
        raise Refused(_("Write the reasons: an advice without reasons cannot carry a decision."))
    deliberation.method = _method(deliberation, advice)
    deliberation.advice, deliberation.reasons = advice, reasons.strip()
    deliberation.concluded_at, deliberation.concluded_by = clock.now(), by
    deliberation.save()
    record(
        "deliberation.concluded",
        about=deliberation,
        by=by,
        call=_call(deliberation),
        advice=advice,
        method=deliberation.method,
    )
    return deliberation


@transaction.atomic
def reopen_deliberation(*, deliberation: Deliberation, reason: str, by: User) -> Deliberation:
    """Take an advice back that was written down by mistake; a counted ballot keeps its totals."""
    deliberation = _led(deliberation, by)
    if not reason.strip():
        raise Refused(_("Say why the advice is taken back: the journal keeps it."))
    record(
        "deliberation.reopened",
        about=deliberation,
        by=by,
        call=_call(deliberation),
        reason=reason.strip(),
        advice=deliberation.advice,
        reasons=deliberation.reasons,
    )
    deliberation.advice = deliberation.method = deliberation.reasons = ""
    deliberation.concluded_at = deliberation.concluded_by = None
    deliberation.save()
    return deliberation


def _method(deliberation: Deliberation, advice: str) -> str:
    ballot = queries.ballot_of(deliberation)
    if ballot is None:
        return Method.CONSENSUS
    if ballot.state == Ballot.State.OPEN:
        raise Refused(_("The secret ballot is still open. Close it first."))
    if not ballot.majority:
        return Method.CASTING_VOTE
    if ballot.majority != advice:
        raise Refused(_("The jury voted otherwise: the advice is what the majority chose."))
    return Method.BALLOT


def _led(deliberation: Deliberation, by: User) -> Deliberation:
    """`deliberation`, locked, when `by` leads it and the decision is still to come."""
    rules.require_leader(by, pitch=deliberation.pitch)
    rules.require_undecided(deliberation.pitch)
    found = Deliberation.objects.select_for_update(of=("self",)).select_related("pitch__call__timetable")
    return found.get(pk=deliberation.pk)


def _led_ballot(ballot: Ballot, by: User) -> Ballot:
    rules.require_leader(by, pitch=ballot.deliberation.pitch)
    ballot = _locked(ballot)
    _require_open(ballot)
    return ballot


def _locked(ballot: Ballot) -> Ballot:
    found = Ballot.objects.select_for_update(of=("self",))
    return found.select_related("deliberation__pitch__call__timetable").get(pk=ballot.pk)


def _new_ballot(deliberation: Deliberation) -> Ballot:
    try:
        with transaction.atomic():
            return Ballot.objects.create(deliberation=deliberation, opened_at=clock.now())
    except IntegrityError as error:
        raise Refused(_("There is a ballot on this pitch already: its result stands.")) from error


def _end(ballot: Ballot, state: str) -> None:
    """All envelopes go in one statement, before the ballot may end; the key goes with the commit."""
    ballot.roll.update(envelope=None)
    ballot.state, ballot.closed_at = state, clock.now()
    ballot.save()
    transaction.on_commit(lambda: seal.destroy(ballot.pk))


def _sealed(work, *arguments):
    try:
        return work(*arguments)
    except seal.SealLost as lost:
        raise Refused(
            _("The seal of this ballot cannot be reached. Try again, or stop it and hold a new one.")
        ) from lost


def _require_open(ballot: Ballot) -> None:
    if ballot.state != Ballot.State.OPEN:
        raise Refused(_("This ballot has ended."))


def _require_not_concluded(deliberation: Deliberation) -> None:
    if deliberation.is_concluded:
        raise Refused(_("The advice is already written down. Take it back first to change it."))


def _timetable(deliberation: Deliberation):
    return deliberation.pitch.call.timetable


def _call(deliberation: Deliberation):
    return deliberation.pitch.call
