"""Erasing as an act of two people: one asks after the dry run, another approves, the worker does it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import rules as people
from decisions.errors import NotAllowed, Refused
from decisions.models import Purge
from journal import actions as journal
from journal import clock
from notifications.registry import due
from pajotarl_portal import retention
from reviews.queries import hidden_from
from submissions.paper import render_pdf

RUNNING = (Purge.Status.REQUESTED, Purge.Status.APPROVED)


def may_answer(user, *, call) -> bool:
    """A coordinator from whom nothing of the call is hidden: what goes is told by reference."""
    return people.is_coordinator(user, call=call) and not hidden_from(user, call).exists()


def may_approve(user, purge: Purge) -> bool:
    """Four eyes: another coordinator than the one who asked."""
    return user.pk != purge.requested_by_id and may_answer(user, call=purge.call)


def running_purge(call) -> Purge | None:
    people_too = call.purges.select_related("call", "requested_by", "approved_by")
    return people_too.filter(status__in=RUNNING).first()


def purges_over(call):
    """What was erased or cancelled before, the newest first."""
    return call.purges.exclude(status__in=RUNNING).select_related("requested_by", "approved_by")


@transaction.atomic
def request_purge(*, call, stage: str, seen: str, by) -> Purge:
    """Ask a second coordinator to erase what the dry run showed; `seen` is its digest.

    Raises NotAllowed for who may not answer for it, Refused before its time, while another request
    runs, when nothing would go, or when the dry run has changed since.
    """
    if not may_answer(by, call=call):
        raise NotAllowed(_("Only a coordinator without any conflict of interest erases data of this call."))
    type(call).objects.select_for_update(no_key=True).get(pk=call.pk)
    if running_purge(call):
        raise Refused(_("An erasure of this call is under way already."))
    retention.require_its_time(call, stage=stage)
    plan = retention.plan(call, stage=stage)
    if plan.digest != seen:
        raise Refused(_("This is not what the dry run showed. Look at it again, then confirm."))
    if not any(plan.counts.values()):
        raise Refused(_("There is nothing left to erase."))
    purge = Purge.objects.create(
        call=call,
        stage=stage,
        plan=plan.document,
        digest=seen,
        requested_by=by,
        requested_at=clock.now(),
    )
    journal.record("purge.requested", about=purge, by=by, call=call, stage=stage, plan=seen)
    return purge


@transaction.atomic
def approve_purge(*, purge: Purge, seen: str, by) -> Purge:
    """Approve as the second person what the same dry run shows; the worker then erases it.

    Raises NotAllowed for who asked or may not answer for it, Refused unless it waits for approval and
    the dry run still shows what was asked for.
    """
    purge = _locked(purge)
    if not may_approve(by, purge):
        raise NotAllowed(_("What is erased is gone: another coordinator without any conflict approves it."))
    if purge.status != Purge.Status.REQUESTED:
        raise Refused(_("This erasure does not wait for approval."))
    retention.require_its_time(purge.call, stage=purge.stage)
    if not purge.digest == seen == retention.plan(purge.call, stage=purge.stage).digest:
        raise Refused(_("This is not what the dry run showed. Cancel the request, and ask again."))
    purge.status, purge.approved_by, purge.approved_at = Purge.Status.APPROVED, by, clock.now()
    purge.save()
    journal.record("purge.approved", about=purge, by=by, call=purge.call, plan=purge.digest)
    return purge


@transaction.atomic
def cancel_purge(*, purge: Purge, by) -> Purge:
    """Take a request back before it is carried out. Raises NotAllowed, or Refused when it is over."""
    purge = _locked(purge)
    if not may_answer(by, call=purge.call):
        raise NotAllowed(_("Only a coordinator without any conflict of interest erases data of this call."))
    if purge.status not in RUNNING:
        raise Refused(_("This erasure is over."))
    return _stopped(purge, by=by)


def _stopped(purge: Purge, *, by=None, why: str = "") -> Purge:
    purge.status, purge.why_not = Purge.Status.CANCELLED, why
    purge.save()
    journal.record("purge.cancelled", about=purge, by=by, call=purge.call, why=why)
    return purge


@transaction.atomic
def carry_out(purge: Purge) -> Purge:
    """Erase what two coordinators approved. Raises Refused unless they did, or when the plan changed."""
    purge = _locked(purge)
    if purge.status != Purge.Status.APPROVED:
        raise Refused(_("This erasure was not approved by a second coordinator."))
    type(purge.call).objects.select_for_update(no_key=True).get(pk=purge.call_id)
    made = retention.erase(purge.call, stage=purge.stage, seen=purge.digest)
    purge.status, purge.done_at = Purge.Status.DONE, clock.now()
    purge.save()
    told = {name: value for name, value in made.document.items() if name != "call"}
    told["approved_by"] = purge.approved_by.email
    journal.record(
        "call.purged", about=purge.call, by=purge.requested_by, call=purge.call, plan=made.digest, **told
    )
    return purge


@due
def carry_out_what_was_approved(at: datetime):
    """One erasure at a time; what can no longer go is cancelled, and says why."""
    for purge in Purge.objects.filter(status=Purge.Status.APPROVED).select_related("call"):
        try:
            carry_out(purge)
        except Refused as refused:
            _stopped(purge, why=refused.message)
        yield


def certificate(purge: Purge) -> bytes:
    """The certificate of an erasure that was done, as PDF: made of what was kept, the same every time."""
    context = {"purge": purge, "call": purge.call, "counted": retention.counted(purge.plan["counts"])}
    return render_pdf("portal/certificate.html", context)


def _locked(purge: Purge) -> Purge:
    rows = Purge.objects.select_for_update(of=("self",))
    return rows.select_related("call", "requested_by", "approved_by").get(pk=purge.pk)
