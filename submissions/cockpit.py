"""How the drafts of a call stand before its deadline, for its coordinators: who is where, never the words."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from accounts.registry import kept_from
from notifications.models import Message
from notifications.render import render_mail
from submissions import mails, queries, rules
from submissions.models import Intake, Proposal
from submissions.progress import progress_of
from submissions.reminders import KIND, by_hand, context_of

NEARLY = 2
SILENT = timedelta(days=7)


@dataclass(frozen=True)
class Group:
    slug: str
    title: str
    says: str


COMPLETE = Group("volledig", _("Complete, not filed"), _("Only the last click is missing."))
NEAR = Group("bijna", _("Nearly complete"), _("At most two sections are missing."))
QUIET = Group("stil", _("Silent"), _("Nothing was saved for a week or more."))
BUSY = Group("bezig", _("Being written"), _("More than two sections are missing; somebody is writing."))
FILED = Group("ingediend", _("Filed"), _("Received in time, with a receipt."))
GROUPS = (COMPLETE, NEAR, QUIET, BUSY, FILED)
REMINDABLE = (COMPLETE, NEAR, QUIET, BUSY)


@dataclass(frozen=True)
class Row:
    """One organisation: `left` compulsory sections lack something; `told_at` is its last reminder."""

    proposal: Proposal
    group: Group
    left: int
    deadline: datetime | None
    told_at: datetime | None

    @property
    def active_at(self) -> datetime:
        return self.proposal.active_at

    @property
    def late(self) -> int:
        return self.proposal.late_count


def rows_of(call, *, at: datetime, user=None) -> list[Row]:
    """Every draft and every filed proposal of `call`, the last active first; a fixed number of queries.

    With a `user`, without what a conflict of interest hides from them.
    """
    shown = Proposal.objects.filter(call=call).exclude(status=Proposal.Status.WITHDRAWN)
    if user is not None:
        shown = shown.exclude(kept_from(user, organisation="organisation", call="call"))
    proposals = queries.with_calendar(queries.with_answers(shown)).annotate(
        active_at=Greatest(
            Coalesce(Max("section_saves__saved_at"), "updated_at"), Max("versions__received_at")
        ),
        late_count=Count("late_attempts", distinct=True),
        came_by_mail=Exists(Intake.objects.filter(proposal=OuterRef("pk"))),
    )
    told = _told(shown)
    rows = [_row(proposal, told.get(str(proposal.pk)), at=at) for proposal in proposals]
    return sorted(rows, key=lambda row: row.active_at, reverse=True)


def _told(proposals) -> dict[str, datetime]:
    """When each was last reminded, by its key."""
    label = Proposal._meta.label_lower
    about = [f"{label}:{pk}" for pk in proposals.values_list("pk", flat=True)]
    mails_sent = Message.objects.filter(kind=KIND, about__in=about).order_by()
    rows = mails_sent.values_list("about").annotate(last=Max("created_at"))
    return {key.partition(":")[2]: last for key, last in rows}


def _row(proposal, told_at, *, at) -> Row:
    progress = progress_of(proposal)
    left = progress.total - progress.done
    return Row(proposal, _group(proposal, left, at=at), left, rules.deadline_for(proposal), told_at)


def _group(proposal, left: int, *, at) -> Group:
    if proposal.status != Proposal.Status.DRAFT:
        return FILED
    if not left:
        return COMPLETE
    if left <= NEARLY:
        return NEAR
    return QUIET if at - proposal.active_at >= SILENT else BUSY


@dataclass(frozen=True)
class Letter:
    """The reminder that one organisation would get: to whom, and the words of the first of them."""

    row: Row
    readers: list
    subject: str
    text: str

    @property
    def addresses(self) -> list[str]:
        return [reader if isinstance(reader, str) else reader.email for reader in self.readers]


@dataclass(frozen=True)
class Plan:
    """What reminding would send now, and which organisations get nothing, with the reason."""

    letters: list[Letter]
    left_out: list[tuple[Row, str]]

    @property
    def count(self) -> int:
        return sum(len(letter.readers) for letter in self.letters)

    @property
    def seal(self) -> str:
        """Changes as soon as somebody else would get a mail, or another one."""
        told = sorted((str(each.row.proposal.pk), each.text, *each.addresses) for each in self.letters)
        return hashlib.sha256(repr(told).encode()).hexdigest()


def plan(call, *, groups: list[Group], at: datetime) -> Plan:
    """Whom a reminder to `groups` would reach at `at`, with the very words."""
    rows = [row for row in rows_of(call, at=at) if row.group in groups and row.group in REMINDABLE]
    readers = mails.readers_of_each([row.proposal for row in rows])
    told = _told_today(rows, at=at)
    letters, left_out = [], []
    for row in rows:
        key = row.proposal.pk
        if reason := _why_not(row, readers[key], is_told=key in told, at=at):
            left_out.append((row, reason))
        else:
            letters.append(_letter(row, readers[key]))
    return Plan(letters, left_out)


def _told_today(rows, *, at) -> set:
    """Which of them somebody reminded by hand today."""
    wanted = {
        (f"{Proposal._meta.label_lower}:{row.proposal.pk}", by_hand(row.proposal, row.deadline, at=at)): row
        for row in rows
        if row.deadline
    }
    sent = Message.objects.filter(kind=KIND, occurrence__in={occurrence for _about, occurrence in wanted})
    told = set(sent.values_list("about", "occurrence"))
    return {row.proposal.pk for key, row in wanted.items() if key in told}


def _why_not(row, readers, *, is_told, at) -> str:
    if row.deadline is None or at >= row.deadline:
        return _("its deadline has passed")
    if row.proposal.came_by_mail:
        return _("it came by e-mail: its sender did file, you finish it")
    if not readers:
        return _("no address is known")
    return _("was reminded by hand today") if is_told else ""


def _letter(row, readers) -> Letter:
    mail = render_mail(KIND, reader=readers[0], context=context_of(row.proposal, row.deadline))
    return Letter(row, readers, mail["subject"], mail["text"])
