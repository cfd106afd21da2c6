"""What happens to the files of a draft: attached, scanned after all, taken out again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actions import record
from submissions import drafts, files, mails, rules, sections
from submissions.actions import touch
from submissions.models import Attachment, Proposal
from submissions.refusals import FileRefused
from submissions.scanning import Scan, scan


@files.kept_on_success()
def attach_file(
    *, proposal: Proposal, file, name: str, kind: str = "", by: User | None, received_at: datetime
) -> Attachment:
    """Add an open binary file to the draft, judged by its content.

    The same content twice is kept once. Raises FileRefused, and what `save_section` raises.
    """
    # Before the lock: a large file must not keep colleagues from saving.
    found = files.examine(file, name=name)
    with transaction.atomic():
        proposal = drafts.locked(proposal)
        rules.require_member(by, proposal.organisation)
        rules.require_open(proposal, at=received_at)
        return put_file(proposal=proposal, file=file, found=found, kind=kind, by=by, at=received_at)


def put_file(
    *, proposal: Proposal, file, found: files.Examined, kind: str, by: User | None, at: datetime
) -> Attachment:
    """The part of `attach_file` after its rules, for a draft locked by the caller."""
    present = drafts.files_in(proposal)
    for file_before in present:
        if file_before.sha256 == found.sha256:
            return file_before
    if len(present) >= files.MAX_FILES:
        raise FileRefused(_("There are 10 attachments already. Remove one before you add another."))
    attachment = Attachment(
        proposal=proposal,
        name=found.name,
        kind=kind,
        media_type=found.media_type,
        size=found.size,
        sha256=found.sha256,
        pages=found.pages,
        scan=found.scanned.state,
        finding=found.scanned.finding,
        uploaded_by=by,
        uploaded_at=at,
    )
    files.store(attachment, file)
    touch(proposal, section=sections.ATTACHMENTS, by=by, at=at)
    record(
        "proposal.file_attached",
        about=proposal,
        by=by,
        call=proposal.call,
        at=at,
        name=found.name,
        sha256=found.sha256,
        size=found.size,
        scan=attachment.scan,
    )
    if attachment.is_quarantined:
        _record_quarantine(attachment, at=at)
    return attachment


def _record_quarantine(attachment, *, at):
    record(
        "proposal.file_quarantined",
        about=attachment.proposal,
        call=attachment.proposal.call,
        at=at,
        name=attachment.name,
        sha256=attachment.sha256,
        finding=attachment.finding,
    )


def scan_waiting(*, at: datetime, most: int) -> int:
    """Have files scanned that came while the scanner was away, at most `most`; returns how many it judged.

    What is found harmful goes into quarantine and its organisation hears so by mail.
    """
    waiting = Attachment.objects.filter(scan=Scan.WAITING, removed_at__isnull=True)
    judged = 0
    for attachment in waiting.order_by("uploaded_at").select_related("proposal__call")[:most]:
        with attachment.file.open("rb") as stored:
            found = scan(stored)
        if found.state == Scan.WAITING:
            break
        judged += _judge(attachment, found, at=at)
    return judged


@transaction.atomic
def _judge(attachment, found, *, at) -> int:
    still = Attachment.objects.filter(pk=attachment.pk, scan=Scan.WAITING)
    if not still.update(scan=found.state, finding=found.finding):
        return 0
    attachment.scan, attachment.finding = found.state, found.finding
    if attachment.is_quarantined:
        _record_quarantine(attachment, at=at)
        mails.announce_quarantine(attachment)
    return 1


@transaction.atomic
def remove_attachment(*, attachment: Attachment, by: User | None, received_at: datetime) -> None:
    """Take a file out of the draft; versions that were filed keep it. Raises as `save_section`."""
    proposal = drafts.locked(attachment.proposal)
    rules.require_member(by, proposal.organisation)
    rules.require_open(proposal, at=received_at)
    drop_file(attachment=attachment, proposal=proposal, by=by, at=received_at)


def drop_file(*, attachment: Attachment, proposal: Proposal, by: User | None, at: datetime) -> None:
    """The part of `remove_attachment` after its rules, for a draft locked by the caller."""
    if not proposal.attachments.filter(pk=attachment.pk, removed_at__isnull=True).update(removed_at=at):
        return
    touch(proposal, section=sections.ATTACHMENTS, by=by, at=at)
    record(
        "proposal.file_removed",
        about=proposal,
        by=by,
        call=proposal.call,
        at=at,
        name=attachment.name,
        sha256=attachment.sha256,
    )
