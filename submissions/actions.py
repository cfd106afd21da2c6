"""What happens to a proposal: started, written, filed, withdrawn. Its files come by `attaching`, a later
deadline by `extending`.

`by` is None when the portal itself acts, loading what an organisation sent.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from challenges.models import Call
from journal.actions import record
from journal.deadlocks import once_more_after_deadlock
from submissions import answers, document, drafts, mails, rules, sections
from submissions.models import Intake, LateAttempt, Proposal, Version
from submissions.refusals import FilingClosed, Stale


@transaction.atomic
def start_proposal(*, call: Call, organisation: Organisation, by: User, received_at: datetime) -> Proposal:
    """The draft of `organisation` for `call`; the one that is there when it was started before.

    Raises NotAllowed, FilingNotOpen or FilingClosed.
    """
    rules.require_member(by, organisation)
    rules.require_call_open(call=call, organisation_id=organisation.pk, at=received_at)
    proposal, is_new = Proposal.objects.get_or_create(
        call=call,
        organisation=organisation,
        defaults={
            "created_at": received_at,
            "updated_at": received_at,
            "updated_by": by,
            "contact_name": by.name,
            "contact_email": by.email,
        },
    )
    if is_new:
        record("proposal.started", about=proposal, by=by, call=call, at=received_at)
    return proposal


def save_section(
    *,
    proposal: Proposal,
    section: sections.Section,
    values: dict,
    revision: int,
    by: User,
    received_at: datetime,
    editor: str = "",
    intake: Intake | None = None,
) -> Proposal:
    """Store the answers of one section and return the draft with its new revision.

    `values` follows the keys of the proposal document, `revision` is the draft's when the page was
    made. `editor` names one open page: its own later saves never collide with its earlier ones.
    With `intake` a coordinator writes on behalf of who mailed the candidacy, and whether that is in time
    goes by the mail's arrival. Values that stand there already change nothing. Raises NotAllowed,
    FilingNotOpen, FilingClosed, UnderReview, or Stale with what somebody else saved meanwhile. Writing
    too late is recorded.
    """
    how = {"section": section, "values": values, "revision": revision, "editor": editor, "intake": intake}
    try:
        return _save(proposal, by=by, received_at=received_at, **how)
    except FilingClosed:
        _record_late_writing(proposal, section=section, by=by, received_at=received_at)
        raise


@transaction.atomic
def _record_late_writing(proposal, *, section, by, received_at):
    record(
        "proposal.saved_late",
        about=proposal,
        by=by,
        call=proposal.call,
        at=received_at,
        section=section.slug,
    )


@once_more_after_deadlock
@transaction.atomic
def _save(proposal, *, section, values, revision, by, received_at, editor, intake) -> Proposal:
    proposal = drafts.locked(proposal)
    rules.require_author(by, proposal, intake=intake)
    rules.require_open(proposal, at=_counts_at(received_at, intake))
    standing = answers.read(proposal, section.keys)
    if standing == values:
        return proposal
    _require_fresh(proposal, section=section, standing=standing, revision=revision, editor=editor)
    answers.write(proposal, values)
    return touch(proposal, section=section, by=by, at=received_at, editor=editor)


def put_answers(*, proposal: Proposal, values: dict, by: User | None, at: datetime) -> bool:
    """Write what differs in `values`, section by section, into a draft locked by the caller.

    Returns whether anything changed. The rules of writing are the caller's.
    """
    standing = answers.read(proposal)
    changed = {key: value for key, value in values.items() if standing[key] != value}
    answers.write(proposal, changed)
    for section in sections.WRITTEN:
        if changed.keys() & set(section.keys):
            touch(proposal, section=section, by=by, at=at)
    return bool(changed)


def _counts_at(received_at, intake) -> datetime:
    """The moment by which something is in time: its request's, or the arrival of the mail it came by."""
    return intake.arrived_at if intake else received_at


def _require_fresh(proposal, *, section, standing, revision, editor):
    if proposal.revision <= revision:
        return  # nobody saved anything since
    save = drafts.last_save(proposal, section=section)
    if save and save.revision > revision and not (editor and save.editor == editor):
        raise Stale(values=standing, save=save, revision=proposal.revision)


def touch(proposal, *, section, by, at, editor="") -> Proposal:
    """Let a draft locked by the caller grow by one revision, and note who saved which section when."""
    proposal.revision += 1
    proposal.updated_at, proposal.updated_by = at, by
    drafts.store(proposal, section=section, editor=editor)
    return proposal


def file_proposal(
    *, proposal: Proposal, by: User | None, received_at: datetime, intake: Intake | None = None
) -> Version:
    """Freeze `proposal` as its next version, under one reference for all of them, and mail the receipt.

    Filing what stands in the last version changes nothing and returns that version, so a double
    click files once. Raises NotAllowed, FilingNotOpen, FilingClosed when `received_at` is not before
    the deadline that holds for this organisation, UnderReview, or Incomplete with what is missing.
    A late attempt is recorded although it is refused. With `intake` a coordinator files on behalf of who
    mailed it: the mail's arrival is what counts, stands in the version and on the receipt.
    """
    try:
        return _file(proposal, by=by, received_at=received_at, intake=intake)
    except FilingClosed as refusal:
        if by is not None:
            how = {"by": by, "received_at": received_at, "deadline": refusal.deadline, "intake": intake}
            note_late_attempt(proposal=proposal, said=answers.read(proposal), **how)
        raise


@once_more_after_deadlock
@transaction.atomic
def _file(proposal, *, by, received_at, intake) -> Version:
    proposal = drafts.locked(proposal, whole=True)
    rules.require_author(by, proposal, intake=intake)
    content = document.content_of(proposal)
    last = drafts.last_version(proposal)
    if last and _stands_in(last, content, proposal=proposal):
        return last
    arrival = _counts_at(received_at, intake)
    rules.require_open(proposal, at=arrival)
    rules.require_complete(content, call=proposal.call)
    number = last.number + 1 if last else 1
    version = _freeze(proposal, number=number, by=by, received_at=arrival, intake=intake)
    mails.send_receipt(version, also=[intake.sender] if intake else [])
    record(
        "proposal.filed",
        about=proposal,
        by=by,
        call=proposal.call,
        at=received_at,
        reference=proposal.reference,
        version=version.number,
        digest=version.digest,
        **_on_behalf(intake),
    )
    return version


def _on_behalf(intake) -> dict:
    """What the journal adds when somebody acts for who mailed the candidacy."""
    return {"intake": str(intake.pk), "arrived_at": intake.arrived_at.isoformat()} if intake else {}


def _stands_in(version, content, *, proposal) -> bool:
    withdrawn = proposal.status == Proposal.Status.WITHDRAWN
    return not withdrawn and document.content_in(version.document) == content


def _freeze(proposal, *, number, by, received_at, intake) -> Version:
    if proposal.reference is None:
        _give_reference(proposal)
    proposal.status = Proposal.Status.FILED
    proposal.save(update_fields=["serial", "reference", "status"])
    frozen = document.compose(proposal, number=number, received_at=received_at, by=by, intake=intake)
    version = Version.objects.create(
        proposal=proposal,
        number=number,
        received_at=received_at,
        filed_by=by,
        document=frozen,
        digest=document.digest_of(frozen),
    )
    version.attachments.add(*[file for file in proposal.attachments.all() if file.is_offered])
    return version


def _give_reference(proposal):
    """The next number of the call: its row is locked, so that two first filings cannot take the same."""
    proposal.serial = drafts.last_serial_locked(proposal.call_id) + 1
    proposal.reference = f"{proposal.call.region.slug.upper()}-{proposal.call.edition}-{proposal.serial:03}"


@transaction.atomic
def note_late_attempt(
    *,
    proposal: Proposal,
    said: dict,
    by: User,
    received_at: datetime,
    deadline: datetime,
    intake: Intake | None = None,
) -> LateAttempt:
    """Record that somebody tried to file after `deadline`, with what `said` (the answers) lacked.

    With `intake` a coordinator notes it at `received_at` for who mailed, and the mail's arrival counts.
    """
    missing = rules.missing_in(said, call=proposal.call)
    attempt = LateAttempt.objects.create(
        proposal=proposal,
        by=by,
        received_at=_counts_at(received_at, intake),
        deadline=deadline,
        missing=[gap.field for gap in missing],
        intake=intake,
    )
    record(
        "proposal.filed_late",
        about=proposal,
        by=by,
        call=proposal.call,
        at=received_at,
        deadline=deadline.isoformat(),
        missing=attempt.missing,
        **_on_behalf(intake),
    )
    return attempt


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User, received_at: datetime) -> Proposal:
    """Take a filed proposal out of the running; until the deadline it can be filed again.

    Raises NotAllowed, or NotWithdrawable for a draft, once withdrawn, or after a decision.
    """
    proposal = drafts.locked(proposal)
    rules.require_member(by, proposal.organisation)
    rules.require_withdrawable(proposal)
    before, proposal.status = proposal.status, Proposal.Status.WITHDRAWN
    proposal.save(update_fields=["status"])
    record("proposal.withdrawn", about=proposal, by=by, call=proposal.call, at=received_at, before=before)
    return proposal
