"""Erasing personal data when its time has come: planned first, done as one act, told in a certificate.

The first stage takes who was not selected, the second everybody. References, moments and digests stay:
the journal keeps proving what happened, without saying who wrote what.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from challenges.retention import rights_end
from decisions.effect import standing_outcomes
from decisions.errors import Refused
from decisions.models import LateReply, Purge, Reply, ReplyAttachment
from dossiers.actions import clear_shelf, discard
from dossiers.books import shelf_of
from dossiers.models import Rendering
from journal import clock
from journal.chain import canonical_json, sha256
from notifications.models import Message
from submissions.answers import BLANK
from submissions.document import FILING
from submissions.models import Attachment, Intake, Proposal, Version

REJECTED, EVERYTHING = STAGES = tuple(Purge.Stage.values)
NEVER_IN = (Proposal.Status.DRAFT, Proposal.Status.WITHDRAWN, Proposal.Status.INADMISSIBLE)
GONE = "gewist"
CONTACT = ("contact_name", "contact_email", "contact_phone")
NAMES = {
    "proposals": gettext_lazy("candidacies"),
    "versions": gettext_lazy("frozen versions"),
    "files": gettext_lazy("documents that were uploaded"),
    "intakes": gettext_lazy("mails that were taken in"),
    "replies": gettext_lazy("replies to decisions"),
    "mails": gettext_lazy("mails that were sent"),
    "dossiers": gettext_lazy("printed dossiers and bundles"),
    "chapters": gettext_lazy("printed chapters that waited on the shelf"),
}
TEXTS = ("summary", "approach", "experience")


@dataclass(frozen=True)
class Plan:
    """What a purge takes: references, counts per kind, and digests of what will be gone."""

    call: object
    stage: str
    proposals: list
    counts: dict[str, int]
    digests: dict[str, list[str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Names this plan: what was seen in the dry run is what is done, or nothing is."""
        return sha256(canonical_json(self.document))

    @property
    def counted(self) -> list[tuple]:
        """(what, how many), in words, for the certificate."""
        return counted(self.counts)

    @property
    def document(self) -> dict:
        return {
            "call": self.call.slug,
            "stage": self.stage,
            "proposals": [p.reference or str(p.pk) for p in self.proposals],
            "counts": self.counts,
            "digests": self.digests,
        }


def counted(counts: dict[str, int]) -> list[tuple]:
    return [(name, counts[kind]) for kind, name in NAMES.items() if kind in counts]


def plan(call, *, stage: str) -> Plan:
    """The dry run: what a purge of `stage` would take now, without what was taken before."""
    proposals = list(_taken(call, stage).order_by("reference", "pk"))
    versions = _versions(proposals, stage)
    files = Attachment.objects.filter(proposal__in=proposals).exclude(file="")
    papers = ReplyAttachment.objects.filter(reply__decision__proposal__in=proposals).exclude(file="")
    intakes, renderings = _intakes(call, proposals), _renderings(call, proposals)
    return Plan(
        call=call,
        stage=stage,
        proposals=proposals,
        counts={
            "proposals": len(proposals),
            "versions": versions.count(),
            "files": files.count() + papers.count(),
            "intakes": intakes.count(),
            "replies": _replies(proposals).count() + _late(proposals).count(),
            "mails": _mails(call, proposals).count(),
            "dossiers": len(list(_printed(renderings))),
            "chapters": len(shelf_of(call).files()) if proposals else 0,
        },
        digests={
            "versions": sorted(versions.values_list("digest", flat=True)),
            "files": sorted(
                [*files.values_list("sha256", flat=True), *papers.values_list("sha256", flat=True)]
            ),
            "intakes": sorted(intakes.values_list("sha256", flat=True)),
            "dossiers": sorted(digest for digest in renderings.values_list("sha256", flat=True) if digest),
        },
    )


def _taken(call, stage: str):
    rows = Proposal.objects.filter(call=call)
    if stage == EVERYTHING:
        return rows
    lost = [pk for pk, (_p, outcome, _rank) in standing_outcomes(call).items() if outcome == "rejected"]
    return rows.filter(Q(pk__in=lost) | Q(status__in=NEVER_IN))


def _versions(proposals, stage: str):
    """Frozen versions from which `stage` has still something to take."""
    whole = Q(purged_at__isnull=True)
    if stage == EVERYTHING:
        whole |= ~Q(document__contains='"approach":""')
    return Version.objects.filter(whole, proposal__in=proposals)


def _intakes(call, proposals):
    """The mails that brought these candidacies, and those that became none."""
    kept = Intake.objects.filter(call=call).exclude(file="")
    return kept.filter(Q(proposal__in=proposals) | Q(proposal__isnull=True))


def _replies(proposals):
    return Reply.objects.filter(decision__proposal__in=proposals).exclude(text=GONE)


def _late(proposals):
    return LateReply.objects.filter(decision__proposal__in=proposals).exclude(text=GONE)


def _mails(call, proposals):
    houses = [proposal.organisation_id for proposal in proposals]
    return Message.objects.filter(call=call, organisation__in=houses).exclude(text=GONE)


def _renderings(call, proposals):
    references = [proposal.reference for proposal in proposals if proposal.reference]
    return Rendering.objects.filter(Q(proposal__in=proposals) | Q(call=call, holds__overlap=references))


def _printed(renderings):
    """The PDFs that stand on disk: dossiers, bundles and their second volumes."""
    return (file for each in renderings for file in (each.file, each.volume) if file)


def may_go_from(call, *, stage: str) -> datetime | None:
    """From when `stage` may go: after the last right; everything also not before the call's own date."""
    ends = rights_end(call)
    if stage == REJECTED or ends is None:
        return ends
    if call.keep_until is None:
        return None
    return max(ends, datetime.combine(call.keep_until, datetime.min.time(), tzinfo=call.zone))


def require_its_time(call, *, stage: str) -> None:
    """Raises Refused while a right still runs, or without a date for everything."""
    start = may_go_from(call, stage=stage)
    if start is None:
        raise Refused(_("The call has no date until which data are kept, or no right of reply."))
    if clock.now() < start:
        raise Refused(_("A right still runs: nothing may go before %(day)s.") % {"day": date_format(start)})


def erase(call, *, stage: str, seen: str) -> Plan:
    """Erase what `plan` says, inside the transaction of the act that was approved.

    `seen` is the digest of the dry run. Raises Refused before its time, or when the plan is not what
    was seen.
    """
    require_its_time(call, stage=stage)
    made = plan(call, stage=stage)
    if made.digest != seen:
        raise Refused(_("This is not what the dry run showed. Look at it again, then confirm."))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.purging = 'on'")
    _erase(made)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.purging = 'off'")
    return made


def _erase(made: Plan) -> None:
    moment, everything = clock.now(), made.stage == EVERYTHING
    for version in _versions(made.proposals, made.stage):
        version.document, version.purged_at = _redacted(version.document, everything=everything), moment
        version.save(update_fields=["document", "purged_at"])
    attachments = Attachment.objects.filter(proposal__in=made.proposals).exclude(file="")
    papers = ReplyAttachment.objects.filter(reply__decision__proposal__in=made.proposals).exclude(file="")
    _erase_files([*attachments, *papers])
    _erase_intakes(_intakes(made.call, made.proposals))
    _replies(made.proposals).update(text=GONE)
    _late(made.proposals).update(text=GONE)
    for mail in _mails(made.call, made.proposals):
        mail.recipient, mail.subject, mail.text, mail.html = f"{mail.pk}@{GONE}.invalid", GONE, GONE, ""
        mail.attachments, mail.user = [], None
        mail.save()
    discard(_renderings(made.call, made.proposals))
    if made.proposals:
        clear_shelf(made.call)
    blank = CONTACT + (TEXTS if everything else ())
    Proposal.objects.filter(pk__in=[p.pk for p in made.proposals]).update(**dict.fromkeys(blank, ""))


def _erase_files(rows) -> None:
    """Bytes go when the transaction has succeeded; names and digests of a file say what was there."""
    for row in rows:
        _erase_bytes(row)
        row.name = GONE
        row.save(update_fields=["file", "name"])


def _erase_intakes(intakes) -> None:
    """The mail itself, who sent it, what was read in it, and the draft whose place it took."""
    for intake in intakes:
        _erase_bytes(intake)
        intake.sender, intake.sender_name, intake.subject = f"{GONE}@{GONE}.invalid", "", GONE
        intake.message_id, intake.texts, intake.reason = "", [], intake.reason and GONE
        if intake.took_over_at:
            intake.agreed, intake.earlier = GONE, BLANK
        intake.save()


def _erase_bytes(row) -> None:
    storage, name = row.file.storage, row.file.name
    transaction.on_commit(lambda: storage.delete(name))
    row.file = ""


def _redacted(document: str, *, everything: bool) -> str:
    """The frozen document with the contact person blank; of everything also what was written."""
    content = json.loads(document)
    content["contact"] = dict.fromkeys(content["contact"], "")
    content[FILING]["filed_by"] = None
    if mail := content[FILING].get("by_mail"):
        mail["sender"], mail["message_id"] = GONE, ""
    if everything:
        content |= dict.fromkeys(TEXTS, "")
        for part in ("challenges", "service_types", "working_principles"):
            for row in content.get(part, ()):
                if isinstance(row, dict) and "how" in row:
                    row["how"] = ""
    return canonical_json(content)
