"""Reading proposals: members their own, staff what was filed in their calls, everyone else nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery

from accounts.queries import organisations_of
from challenges.models import Call, Milestone
from journal.models import Entry
from submissions import answers, document, registry, rules
from submissions.models import (
    FILED_STATUSES,
    Attachment,
    Extension,
    Proposal,
    ProposalChallenge,
    ProposalPrinciple,
    ProposalService,
    Version,
)
from submissions.scanning import Scan

ANSWERS = (
    Prefetch("challenge_answers", ProposalChallenge.objects.select_related("challenge")),
    Prefetch("service_answers", ProposalService.objects.select_related("service_type")),
    Prefetch("principle_answers", ProposalPrinciple.objects.select_related("working_principle")),
    "municipalities",
    "priority_expertise",
    "attachments",
    "call__service_types",
)
CALENDAR = ("call__milestones", "call__extensions")


def with_answers(proposals):
    """The drafts with everything `answers.read` and `document.content_of` need: eight queries in all."""
    return proposals.select_related("call__region", "organisation", "updated_by").prefetch_related(*ANSWERS)


def with_calendar(proposals):
    """What `rules.deadline_for` needs, for all of them at once."""
    return proposals.prefetch_related(*CALENDAR)


def proposals_of(user):
    """The proposals of every organisation for which `user` may act, drafts too."""
    return Proposal.objects.filter(organisation__in=organisations_of(user))


def filed_proposals(call):
    """What was filed in `call` and not withdrawn, inadmissible ones too, with `current_version`."""
    return with_current_version(Proposal.objects.filter(call=call, status__in=FILED_STATUSES))


def with_current_version(proposals):
    """Adds `current_number`, `current_received_at` and `current_digest` of the last version."""
    last = Version.objects.filter(proposal=OuterRef("pk")).order_by("-number")
    return proposals.annotate(
        current_number=Subquery(last.values("number")[:1]),
        current_received_at=Subquery(last.values("received_at")[:1]),
        current_digest=Subquery(last.values("digest")[:1]),
    )


def current_versions(proposals):
    """The last version of each of `proposals`, with proposal and organisation: one query."""
    last = Version.objects.filter(proposal=OuterRef("proposal")).order_by("-number").values("pk")[:1]
    return (
        Version.objects.filter(proposal__in=proposals, pk=Subquery(last))
        .select_related("proposal__organisation", "proposal__call")
        .order_by("proposal__reference")
    )


def attachments_for(user):
    """The files `user` may open: of the own drafts, and what stands in a version they may read.

    What is in quarantine nobody opens; what was not scanned yet only its own organisation.
    """
    own = Q(proposal__organisation__in=organisations_of(user), removed_at__isnull=True)
    own_filed = Q(proposal__organisation__in=organisations_of(user), versions__isnull=False)
    filed = Q(proposal__in=filed_readable_by(user), versions__isnull=False) & ~Q(scan=Scan.WAITING)
    return Attachment.objects.filter(own | own_filed | filed).exclude(scan=Scan.QUARANTINED).distinct()


def versions_for(user, *, proposal_id):
    """The frozen versions of one proposal, newest first, for members and for who may read what was filed."""
    own, filed = proposals_of(user).values("pk"), filed_readable_by(user).values("pk")
    return Version.objects.filter(
        Q(proposal__in=own) | Q(proposal__in=filed), proposal=proposal_id
    ).select_related("proposal__call__region", "proposal__organisation", "filed_by")


def filed_readable_by(user):
    """The filed proposals whose content `user` may open as staff or jury: no conflict of interest."""
    return Proposal.objects.filter(registry.may_open_filed(user))


def counts_by_status(call) -> dict[str, int]:
    """How many proposals `call` has in each status; statuses without proposals are left out."""
    rows = Proposal.objects.filter(call=call).order_by().values("status").annotate(count=Count("pk"))
    return {row["status"]: row["count"] for row in rows}


def draft_counts(call) -> dict[str, int]:
    """How many `drafts` of `call` there are and how many of them are `complete`: all that staff learn."""
    drafts = with_answers(Proposal.objects.filter(call=call, status=Proposal.Status.DRAFT))
    complete = [not rules.missing_in(answers.read(draft), call=call) for draft in drafts]
    return {"drafts": len(complete), "complete": sum(complete)}


def extensions_to_approve(call, *, user, at: datetime) -> int:
    """How many extensions of `call` that somebody else asked for wait for a second person."""
    waiting = Extension.objects.filter(call=call, approved_by=None, until__gt=at)
    return waiting.exclude(requested_by=user).count()


@dataclass(frozen=True)
class VersionCheck:
    versions: int
    first_broken: dict | None

    @property
    def ok(self) -> bool:
        return self.first_broken is None


def verify_versions() -> VersionCheck:
    """Recompute every frozen version and every file in it; names the first that does not hold."""
    count = 0
    versions = Version.objects.select_related("proposal__call").prefetch_related("attachments").order_by("pk")
    for version in versions.iterator(chunk_size=100):
        count += 1
        if reason := _flaw(version):
            broken = {"reference": version.proposal.reference, "version": version.number, "reason": reason}
            return VersionCheck(count, broken)
    return VersionCheck(count, None)


def _flaw(version: Version) -> str | None:
    if version.purged_at:
        return None if _is_purged_in_journal(version) else "it was purged, but the journal does not say so"
    if document.digest_of(version.document) != version.digest:
        return "its document does not match its digest"
    filing = version.content[document.FILING]
    if (filing["reference"], filing["version"]) != (version.proposal.reference, version.number):
        return "its document carries another reference or version"
    if datetime.fromisoformat(filing["received_at"]) != version.received_at:
        return "its document carries another instant"
    return _flaw_in_files(version)


def _is_purged_in_journal(version: Version) -> bool:
    told = Entry.objects.filter(verb="call.purged", call=version.proposal.call.slug)
    return told.filter(payload__digests__versions__contains=[version.digest]).exists()


def _flaw_in_files(version: Version) -> str | None:
    present = {file.sha256: file for file in version.attachments.all()}
    for named in version.content["attachments"]:
        file = present.get(named["sha256"])
        if file is None:
            return f"the file {named['name']} is not kept with it"
        if reason := _flaw_on_disk(file):
            return reason
    return None


def _flaw_on_disk(attachment: Attachment) -> str | None:
    try:
        with attachment.file.open("rb") as stored:
            digest = document.file_digest(stored)
    except FileNotFoundError:
        return f"the file {attachment.name} is gone"
    return None if digest == attachment.sha256 else f"the file {attachment.name} was changed"


def has_unfiled_changes(proposal) -> bool:
    """Whether the draft says something else than the version that was filed last."""
    last = proposal.versions.first()
    return last is not None and document.content_in(last.document) != document.content_of(proposal)


def calls_not_closed(at):
    """The calls in which somebody may still file at `at` or later, by the calendar or by an extension."""
    filing = Q(milestones__kind=Milestone.Kind.FILING, milestones__until__gt=at)
    extended = Q(extensions__approved_at__isnull=False, extensions__until__gt=at)
    return Call.objects.filter(filing | extended).distinct()


def chances_of(user, *, at) -> list[tuple]:
    """(call, organisation, deadline) for each organisation of `user` that can still start in an open call."""
    calls = calls_not_closed(at).select_related("region").prefetch_related("milestones", "extensions")
    taken = set(proposals_of(user).values_list("call", "organisation"))
    return [
        (call, organisation, rules.deadline_of(call=call, organisation_id=organisation.pk))
        for organisation in organisations_of(user)
        for call in calls
        if (call.pk, organisation.pk) not in taken
        and rules.is_call_open(call=call, organisation_id=organisation.pk, at=at)
    ]


@dataclass(frozen=True)
class Verdict:
    """About a receipt: `version` when it is genuine, and the number that took its place, if any."""

    version: Version | None
    superseded_by: int | None


def verdict_on(*, reference: str, digest: str) -> Verdict:
    """Judge a receipt by its reference and digest."""
    version = Version.objects.filter(proposal__reference=reference, digest=digest).first()
    if version is None:
        return Verdict(None, None)
    newest = Version.objects.filter(proposal=version.proposal_id).first()
    return Verdict(version, newest.number if newest.number > version.number else None)
