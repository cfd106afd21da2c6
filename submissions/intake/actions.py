"""What happens to a candidacy that came by e-mail: taken in, registered, filed, or late, or set aside."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.actions import register_organisation
from accounts.models import Organisation, User
from journal.actions import record
from journal.chain import canonical_json, sha256
from submissions import actions, answers, attaching, document, drafts, files, mails
from submissions import rules as filing
from submissions.intake import rules
from submissions.intake.models import Intake
from submissions.intake.opening import Mail, opened
from submissions.intake.refusals import MailKnown, MailRefused
from submissions.models import LateAttempt, Proposal, Version

State = Intake.State


@files.kept_on_success()
def take_mail(*, call, message, by: User | None, received_at: datetime) -> Intake:
    """Keep a mail, an open binary file, as it is; nothing else is stored yet. `by` is None for the mailbox.

    Raises NotAllowed, MailRefused with the reason, or MailKnown with the earlier one when the same
    mail (by its bytes or its Message-ID) was taken in before.
    """
    if by is not None:
        filing.require_coordinator(by, call=call)
    digest = hashlib.file_digest(message, "sha256").hexdigest()
    _require_new(call, sha256=digest)
    with opened(message, call=call) as mail:
        rules.require_arrived(mail.arrival.at, at=received_at)
        with transaction.atomic():
            return _keep(call, message, mail, digest=digest, by=by, at=received_at)


def _require_new(call, **known):
    if earlier := Intake.objects.filter(call=call, **known).first():
        raise MailKnown(earlier)


def _keep(call, message, mail: Mail, *, digest, by, at) -> Intake:
    # Two servers may bring the same mail at once: one waits here for the other.
    type(call).objects.select_for_update(no_key=True, of=("self",)).get(pk=call.pk)
    _require_new(call, sha256=digest)
    if mail.message_id:
        _require_new(call, message_id=mail.message_id)
    intake = Intake(
        call=call,
        size=message.seek(0, 2),
        sha256=digest,
        message_id=mail.message_id,
        sender_name=mail.sender_name,
        sender=mail.sender,
        subject=mail.subject,
        arrived_at=mail.arrival.at,
        arrived_by=mail.arrival.host,
        taken_at=at,
        taken_by=by,
    )
    files.store(intake, message)
    record(
        "intake.taken",
        about=intake,
        by=by,
        call=call,
        at=at,
        arrived_at=intake.arrived_at.isoformat(),
        message_id=intake.message_id,
        sha256=digest,
    )
    return intake


@transaction.atomic
def refuse_mail(*, call, message, refusal: MailRefused, at: datetime) -> None:
    """Record that the mailbox holds a mail which can't be taken in, and tell the coordinators so."""
    digest = hashlib.file_digest(message, "sha256").hexdigest()
    record("intake.refused", about=call, call=call, at=at, sha256=digest, reason=str(refusal))
    mails.announce_refused_mail(call, reason=str(refusal), sha256=digest)


@dataclass(frozen=True)
class Choices:
    """What staff decided in the preview: a known organisation or the facts of a new one, which files
    are kept (their numbers), the answers to begin with (keys of the proposal document), and with whom
    they agreed that the mail counts instead of the organisation's own draft."""

    organisation: Organisation | None = None
    facts: dict = field(default_factory=dict)
    files: tuple[int, ...] = ()
    answers: dict = field(default_factory=dict)
    agreed: str = ""


@files.kept_on_success()
def register_intake(*, intake: Intake, choices: Choices, by: User, received_at: datetime) -> Proposal:
    """Make the mail a draft of its organisation, with its files and its sender's own text.

    A later mail of the same organisation adds to that draft and overwrites nothing. What the organisation
    wrote itself gives way only when that was agreed with it, and stays readable with the mail. The deadline
    goes by the mail's arrival. Raises NotAllowed, NotRegistrable, FilingNotOpen, FilingClosed, UnderReview,
    FileRefused, OrganisationExists, MailRefused; nothing is stored then.
    """
    with intake.file.open("rb") as message, opened(message, call=intake.call) as mail, transaction.atomic():
        intake = _waiting(intake, by=by)
        organisation = _organisation_of(intake, choices, by=by)
        filing.require_call_open(call=intake.call, organisation_id=organisation.pk, at=intake.arrived_at)
        proposal, is_new = _draft_for(intake, organisation, by=by, at=received_at)
        if not is_new:
            rules.require_addable(intake, proposal, agreed=choices.agreed)
            filing.require_open(proposal, at=intake.arrived_at)
        if gives_way := rules.is_written_by_organisation(proposal):
            _keep_earlier(intake, proposal, agreed=choices.agreed, at=received_at)
        _mark(intake, State.REGISTERED, by=by, at=received_at, proposal=proposal, texts=mail.texts)
        said = answers.BLANK | choices.answers if gives_way else _only_blank(proposal, choices.answers)
        actions.put_answers(proposal=proposal, values=said, by=by, at=received_at)
        _put_files(proposal, mail, choices.files, by=by, at=received_at)
        if gives_way:
            _record_replaced(intake, by=by, at=received_at)
        mails.acknowledge(intake)
        record(
            "intake.registered",
            about=intake,
            by=by,
            call=intake.call,
            at=received_at,
            proposal=str(proposal.pk),
            organisation=organisation.pk,
            arrived_at=intake.arrived_at.isoformat(),
        )
    return proposal


def _waiting(intake, *, by) -> Intake:
    """The mail, locked, when it was not handled yet and `by` runs its call."""
    intake = _locked(intake, by=by)
    rules.require_waiting(intake)
    return intake


def _locked(intake, *, by) -> Intake:
    everything = Intake.objects.select_related("call__region")
    intake = everything.select_for_update(of=("self",)).get(pk=intake.pk)
    filing.require_coordinator(by, call=intake.call)
    return intake


def _organisation_of(intake, choices: Choices, *, by) -> Organisation:
    return choices.organisation or register_organisation(by=by, owner=intake.sender, **choices.facts)


def _draft_for(intake, organisation, *, by, at) -> tuple[Proposal, bool]:
    """The candidacy of `organisation`, locked, and whether this mail begins it."""
    proposal, is_new = Proposal.objects.get_or_create(
        call=intake.call,
        organisation=organisation,
        defaults={"created_at": at, "updated_at": at, "updated_by": by},
    )
    if is_new:
        record("proposal.started", about=proposal, by=by, call=intake.call, at=at, intake=str(intake.pk))
    return drafts.locked(proposal), is_new


def _keep_earlier(intake, proposal, *, agreed, at) -> None:
    intake.earlier = document.content_of(proposal)
    intake.took_over_at, intake.agreed = at, agreed


def _record_replaced(intake, *, by, at) -> None:
    record(
        "proposal.replaced_by_mail",
        about=intake.proposal,
        by=by,
        call=intake.call,
        at=at,
        intake=str(intake.pk),
        earlier=sha256(canonical_json(intake.earlier)),
    )


def _only_blank(proposal, values: dict) -> dict:
    standing = answers.read(proposal)
    return {key: value for key, value in values.items() if not _says(standing[key])}


def _says(answer) -> bool:
    return any(answer.values()) if isinstance(answer, dict) else bool(answer)


def _put_files(proposal, mail: Mail, chosen, *, by, at):
    for file in mail.files:
        if file.index in chosen and file.found:
            with file.path.open("rb") as content:
                put = {"file": content, "found": file.found, "kind": "", "by": by, "at": at}
                attaching.put_file(proposal=proposal, **put)


def _mark(intake, state, *, by, at, **facts):
    intake.state, intake.handled_by, intake.handled_at = state, by, at
    for name, value in facts.items():
        setattr(intake, name, value)
    intake.save()


def file_intake(*, intake: Intake, by: User, received_at: datetime) -> Version:
    """File the registered candidacy, received when its mail arrived. Raises as `file_proposal`."""
    return actions.file_proposal(proposal=intake.proposal, by=by, received_at=received_at, intake=intake)


@files.kept_on_success()
def note_late(*, intake: Intake, choices: Choices, by: User, received_at: datetime) -> LateAttempt:
    """Record the mail as an attempt to file after the deadline of its organisation, and tell the sender.

    An organisation without a candidacy gets a draft of what it mailed, which stays unfiled; one that it has
    stays as it is. Raises NotAllowed, Handled, NotLate when it came in time, and as `register_intake`.
    """
    with intake.file.open("rb") as message, opened(message, call=intake.call) as mail, transaction.atomic():
        intake = _waiting(intake, by=by)
        organisation = _organisation_of(intake, choices, by=by)
        deadline = rules.require_late(intake, organisation=organisation)
        proposal, is_new = _draft_for(intake, organisation, by=by, at=received_at)
        _mark(intake, State.LATE, by=by, at=received_at, proposal=proposal, texts=mail.texts)
        if is_new:
            actions.put_answers(proposal=proposal, values=choices.answers, by=by, at=received_at)
            _put_files(proposal, mail, choices.files, by=by, at=received_at)
        said = answers.BLANK | choices.answers
        how = {"by": by, "received_at": received_at, "deadline": deadline, "intake": intake}
        attempt = actions.note_late_attempt(proposal=proposal, said=said, **how)
        mails.tell_late(attempt)
        record(
            "intake.late", about=intake, by=by, call=intake.call, at=received_at, proposal=str(proposal.pk)
        )
    return attempt


@transaction.atomic
def take_up_again(*, intake: Intake, by: User, received_at: datetime) -> Intake:
    """Let a mail that was noted as late wait to be registered, now that an extension covers its arrival.

    The late attempt stays on record. Raises NotAllowed, Handled, or StillLate.
    """
    intake = _locked(intake, by=by)
    rules.require_in_time_after_all(intake)
    _mark(intake, State.WAITING, by=None, at=None, proposal=None)
    record("intake.reopened", about=intake, by=by, call=intake.call, at=received_at)
    return intake


@transaction.atomic
def set_aside(*, intake: Intake, reason: str, tell_sender: bool, by: User, received_at: datetime) -> Intake:
    """Keep the mail without registering it, for a reason that the sender is told by mail if so chosen.

    Raises NotAllowed, or Handled when a colleague was first.
    """
    intake = _waiting(intake, by=by)
    _mark(intake, State.SET_ASIDE, by=by, at=received_at, reason=reason)
    if tell_sender:
        mails.tell_set_aside(intake)
    record(
        "intake.set_aside",
        about=intake,
        by=by,
        call=intake.call,
        at=received_at,
        reason=reason,
        told=tell_sender,
    )
    return intake
