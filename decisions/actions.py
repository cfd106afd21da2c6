"""How decisions come about and go out: written by one, approved by another, released as one act."""

from datetime import datetime
from pathlib import Path

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules as people
from decisions import letters, queries, rules
from decisions.checks import dry_run
from decisions.errors import NotAllowed, NotReady, Refused
from decisions.models import Decision, DecisionReason, Release, Remedy
from journal import actions as journal
from journal import clock
from notifications import actions as outbox
from reviews.queries import criteria_of
from submissions.models import Proposal

DEFAULT_REMEDY = Path(__file__).parent / "remedy.yaml"
LETTER = "decisions_letter"
Status = Release.Status


@transaction.atomic
def set_remedy(
    *,
    call,
    where: str,
    days: int,
    by=None,
    assumed: bool = False,
    reply_words: int | None = None,
    assessing_days: int | None = None,
) -> Remedy:
    """Say where one can appeal against the decisions of `call` and within how many days.

    `reply_words` is how many words a reply may count, `assessing_days` how many days before the end of
    the right of reply replies close; None leaves that as it is.

    Raises NotAllowed unless `by` is a coordinator (None is the portal itself), Refused while a
    release runs, when something is left out, and for other `assessing_days` than the letters named.
    """
    if by is not None and not people.is_coordinator(by, call=call):
        raise NotAllowed(_("Only a coordinator sets the remedy clause."))
    if rules.is_being_released(call):
        raise Refused(_("The letters are being approved with the present clause. Cancel the release first."))
    if not where.strip() or days < 1:
        raise Refused(_("Say where one can appeal, and within how many days."), field="where")
    values = {"where": where.strip(), "days": days, "assumed": assumed}
    given = {"reply_words": reply_words, "assessing_days": assessing_days}
    values |= {name: value for name, value in given.items() if value is not None}
    _require_the_term_of_the_letters(call, assessing_days)
    remedy, _new = Remedy.objects.update_or_create(call=call, defaults=values)
    journal.record("remedy.set", about=remedy, by=by, call=call, days=days, assumed=assumed)
    return remedy


def _require_the_term_of_the_letters(call, assessing_days: int | None) -> None:
    known = Remedy.objects.filter(call=call).first()
    moved = known is not None and assessing_days not in (None, known.assessing_days)
    if moved and call.releases.filter(status=Status.RELEASED).exists():
        raise Refused(_("The letters name until when one can reply: that stands."), field="assessing_days")


def ensure_remedy(*, call) -> None:
    """Give `call` the marked default clause when it has none; harmless when repeated."""
    if not Remedy.objects.filter(call=call).exists():
        set_remedy(call=call, assumed=True, **yaml.safe_load(DEFAULT_REMEDY.read_text()))


@transaction.atomic
def save_decision(
    *, proposal: Proposal, outcome: str, by, rank: int | None = None, motivation: str = "", reasons: dict
) -> Decision:
    """Write or rewrite the decision on `proposal` with `reasons` {criterion slug: text}.

    Raises NotAllowed unless `by` may decide, Refused (with its field) when the outcome does not fit,
    a reserve lacks its place, or a release of the call is running.
    """
    proposal = _locked(proposal)
    if not rules.may_decide(by, proposal):
        raise NotAllowed(_("Only a coordinator without a conflict of interest decides, before the release."))
    _require_sound(proposal=proposal, outcome=outcome, rank=rank)
    ensure_remedy(call=proposal.call)
    values = {"outcome": outcome, "rank": rank, "motivation": motivation.strip()}
    decision, _new = Decision.objects.update_or_create(
        proposal=proposal,
        defaults=values | {"call": proposal.call, "drafted_by": by, "drafted_at": clock.now()},
    )
    _write_reasons(decision, reasons, by=by)
    journal.record(
        "decision.written", about=decision, by=by, call=proposal.call, outcome=outcome, rank=rank,
        proposal=proposal.reference,
    )  # fmt: skip
    return decision


def _require_sound(*, proposal, outcome, rank) -> None:
    if rules.is_being_released(proposal.call):
        raise Refused(_("A release is under way. Cancel it before you change a decision."))
    if not rules.outcome_fits(outcome, proposal):
        raise Refused(_("This proposal was not invited to pitch: it can only be rejected."), field="outcome")
    if (outcome == Decision.Outcome.RESERVE) != (rank is not None):
        raise Refused(_("Give a place on the reserve list to a reserve, and to nobody else."), field="rank")
    taken = Decision.objects.filter(call=proposal.call, rank=rank).exclude(proposal=proposal)
    if rank is not None and taken.exists():
        raise Refused(_("Place %(rank)s on the reserve list is taken.") % {"rank": rank}, field="rank")


def _write_reasons(decision: Decision, reasons: dict[str, str], *, by) -> None:
    for criterion in criteria_of(decision.call).filter(slug__in=reasons):
        DecisionReason.objects.update_or_create(
            decision=decision,
            criterion=criterion,
            defaults={"text": reasons[criterion.slug].strip(), "written_by": by, "written_at": clock.now()},
        )


@transaction.atomic
def request_release(*, call, by) -> Release:
    """Ask a second coordinator to release the decisions of `call`.

    Raises NotAllowed for who may not sign, Refused while one runs, NotReady with the failed dry run.
    """
    _lock(call)
    if not rules.may_sign(by, call=call):
        raise NotAllowed(_("Only a coordinator without any conflict of interest signs the letters."))
    if rules.is_being_released(call):
        raise Refused(_("A release is running already."))
    _require_ready(call, signatories=[by])
    release = Release.objects.create(call=call, requested_by=by, requested_at=clock.now())
    journal.record("release.requested", about=release, by=by, call=call)
    return release


@transaction.atomic
def approve_release(*, release: Release, by) -> Release:
    """Approve as the second person: letters are frozen, and their mails held in the outbox.

    Raises NotAllowed for the person who asked and for who may not sign, Refused when it does not
    wait for approval, NotReady when something changed meanwhile.
    """
    release = _locked_release(release)
    if not rules.may_approve(by, release):
        raise NotAllowed(_("Another coordinator without any conflict of interest approves the letters."))
    if release.status != Status.REQUESTED:
        raise Refused(_("This release does not wait for approval."))
    _require_ready(release.call, signatories=[release.requested_by, by])
    release.status, release.approved_by, release.approved_at = Status.APPROVED, by, clock.now()
    release.save()
    for decision in queries.drafts_to_release(release.call):
        _freeze(decision, release=release)
    journal.record("release.approved", about=release, by=by, call=release.call)
    return release


def _freeze(decision: Decision, *, release: Release) -> None:
    until = rules.replies_end(release.call)
    decision.letter = letters.compose_letter(decision, release=release, until=until)
    decision.status, decision.release, decision.reply_until = Decision.Status.APPROVED, release, until
    decision.save()
    organisation = decision.proposal.organisation
    outbox.notify(
        LETTER,
        to=list(organisation.members.all()) or [organisation.email],
        about=decision,
        occurrence=f"release {release.pk}",
        context={"decision": decision, "call": decision.call},
        call=decision.call,
        organisation=organisation,
        hold=True,
    )


@transaction.atomic
def cancel_release(*, release: Release, by) -> Release:
    """Take back a release that did not go out: letters are unfrozen, their held mails dropped."""
    release = _locked_release(release)
    if not rules.may_sign(by, call=release.call):
        raise NotAllowed(_("Only a coordinator without any conflict of interest cancels a release."))
    if release.status not in (Status.REQUESTED, Status.APPROVED):
        raise Refused(_("What went out cannot be taken back."))
    outbox.drop_held(queries.held_letters(release), by=by)
    release.decisions.update(status=Decision.Status.DRAFT, release=None, letter="", reply_until=None)
    release.status, release.goes_at, release.scheduled_by = Status.CANCELLED, None, None
    release.save()
    journal.record("release.cancelled", about=release, by=by, call=release.call)
    return release


@transaction.atomic
def schedule_release(*, release: Release, goes_at: datetime | None, by) -> Release:
    """Let the approved letters go by themselves at `goes_at` (aware); None takes the moment back.

    Raises NotAllowed for who may not sign, Refused unless it was approved, and for a moment that has
    passed or does not lie before the end of the right of reply.
    """
    release = _locked_release(release)
    if not rules.may_sign(by, call=release.call):
        raise NotAllowed(_("Only a coordinator without any conflict of interest releases the letters."))
    if release.status != Status.APPROVED:
        raise Refused(_("This release was not approved by a second coordinator."))
    if goes_at is not None and not clock.now() < goes_at < rules.replies_end(release.call):
        raise Refused(_("Choose a moment that lies ahead, before the right of reply ends."), field="goes_at")
    release.goes_at, release.scheduled_by = goes_at, by if goes_at else None
    release.save()
    journal.record(
        "release.scheduled", about=release, by=by, call=release.call, goes_at=goes_at and goes_at.isoformat()
    )
    return release


def release_what_is_due(at: datetime) -> int:
    """Let go what was scheduled for `at` or before; returns how many releases went. Safe to repeat.

    What can no longer go out loses its moment, so that people see it wait; the journal says why.
    """
    due = Release.objects.filter(status=Status.APPROVED, goes_at__lte=at).select_related("scheduled_by")
    return sum(_go(release) for release in due)


def _go(release: Release) -> bool:
    try:
        release_decisions(release=release, by=release.scheduled_by)
    except (NotAllowed, Refused) as refused:
        Release.objects.filter(pk=release.pk, status=Status.APPROVED).update(goes_at=None, scheduled_by=None)
        journal.record("release.stayed", about=release, call=release.call, why=str(refused))
        return False
    return True


@transaction.atomic
def release_decisions(*, release: Release, by) -> int:
    """Let the approved letters go and set every proposal's status; returns how many letters went.

    Raises NotAllowed for who may not sign, Refused unless it was approved and the right of reply
    still lies ahead.
    """
    release, moment = _locked_release(release), clock.now()
    if not rules.may_sign(by, call=release.call):
        raise NotAllowed(_("Only a coordinator without any conflict of interest releases the letters."))
    if release.status != Status.APPROVED:
        raise Refused(_("This release was not approved by a second coordinator."))
    if rules.replies_end(release.call) <= moment:
        raise Refused(_("The right of reply in these letters has ended. Cancel the release, move its end."))
    mails = list(queries.held_letters(release))
    for decision in release.decisions.select_related("proposal"):
        _release(decision, at=moment, by=by)
    release.status, release.released_at = Status.RELEASED, moment
    release.save()
    sent = outbox.release_messages(mails, by=by)
    journal.record("release.done", about=release, by=by, call=release.call, letters=sent)
    return sent


def _release(decision: Decision, *, at, by) -> None:
    decision.status, decision.released_at = Decision.Status.RELEASED, at
    decision.save()
    Proposal.objects.filter(pk=decision.proposal_id).update(status=decision.outcome)
    journal.record(
        f"proposal.{decision.outcome}", about=decision.proposal, by=by, call=decision.call, rank=decision.rank
    )


def _require_ready(call, *, signatories) -> None:
    found = dry_run(call, at=clock.now(), signatories=signatories)
    if not found.ready:
        raise NotReady(_("The decisions are not ready to go out."), checks=found.checks)


def _lock(call) -> None:
    type(call).objects.select_for_update(no_key=True).get(pk=call.pk)


def _locked(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("call", "organisation")
    return rows.get(pk=proposal.pk)


def _locked_release(release: Release) -> Release:
    rows = Release.objects.select_for_update(of=("self",))
    return rows.select_related("call", "requested_by", "approved_by").get(pk=release.pk)
