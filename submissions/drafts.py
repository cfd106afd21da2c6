"""One draft, read and stored in few and cheap statements: in the last hour thousands save and file.

Lists, desks and pages read through `queries`, with Django's own prefetches.
"""

from copy import copy

from challenges.models import Call, Milestone, Municipality, PriorityExpertise
from journal.statements import Command, Slot, Statement, keep_known
from submissions import answers, sections
from submissions.models import (
    Attachment,
    Extension,
    Proposal,
    ProposalChallenge,
    ProposalPrinciple,
    ProposalService,
    SectionSave,
    Version,
)

OF_MEMBER = Statement(
    lambda: (
        Proposal.objects.filter(pk=Slot("pk"), organisation__memberships__user=Slot("user"))
        .select_related("call__region", "organisation")
        .order_by()
    )
)
LOCKED = Statement(lambda: Proposal.objects.filter(pk=Slot("pk")).select_for_update().order_by())
CALENDAR = {
    "milestones": Statement(lambda: Milestone.objects.filter(call=Slot("pk"))),
    "extensions": Statement(lambda: Extension.objects.filter(call=Slot("pk"))),
}
# Of what a call offers, a frozen version names numbers and slugs only.
ANSWERS = {
    "challenge_answers": Statement(
        lambda: (
            ProposalChallenge.objects.filter(proposal=Slot("pk"))
            .select_related("challenge")
            .only("how", "challenge__number")
        )
    ),
    "service_answers": Statement(
        lambda: (
            ProposalService.objects.filter(proposal=Slot("pk"))
            .select_related("service_type")
            .only("how", "clients_per_year", "service_type__slug")
        )
    ),
    "principle_answers": Statement(
        lambda: (
            ProposalPrinciple.objects.filter(proposal=Slot("pk"))
            .select_related("working_principle")
            .only("how", "working_principle__slug")
        )
    ),
    "municipalities": Statement(lambda: Municipality.objects.filter(proposals=Slot("pk")).only("name")),
    "priority_expertise": Statement(
        lambda: PriorityExpertise.objects.filter(proposals=Slot("pk")).only("slug")
    ),
    "attachments": Statement(lambda: Attachment.objects.filter(proposal=Slot("pk"))),
}
LAST_VERSION = Statement(lambda: Version.objects.filter(proposal=Slot("pk")).order_by("-number")[:1])
SAVE = Statement(
    lambda: (
        SectionSave.objects.filter(proposal=Slot("pk"), section=Slot("section"))
        .select_related("saved_by")
        .order_by()
    )
)

CALL_LOCKED = Statement(
    lambda: Call.objects.filter(pk=Slot("pk")).only("pk").select_for_update(no_key=True).order_by()
)
LAST_SERIAL = Statement(
    lambda: (
        Proposal.objects.filter(call=Slot("pk"), serial__isnull=False).only("serial").order_by("-serial")[:1]
    )
)
ALWAYS = ("revision", "updated_at", "updated_by_id")


def _update(section) -> Command:
    columns = (*ALWAYS, *answers.columns_of(section.keys))
    changes = ", ".join(f"{column} = %({column})s" for column in columns)
    return Command(f"UPDATE submissions_proposal SET {changes} WHERE id = %(id)s")


UPDATES = {section: _update(section) for section in sections.SECTIONS}
NOTE_SAVE = Command(
    """
    INSERT INTO submissions_sectionsave (proposal_id, section, revision, saved_at, saved_by_id, editor)
    VALUES (%(id)s, %(section)s, %(revision)s, %(updated_at)s, %(updated_by_id)s, %(editor)s)
    ON CONFLICT (proposal_id, section) DO UPDATE SET
        revision = EXCLUDED.revision, saved_at = EXCLUDED.saved_at,
        saved_by_id = EXCLUDED.saved_by_id, editor = EXCLUDED.editor
    """
)


def of_member(pk, *, user) -> Proposal | None:
    """The draft with its call and organisation, when `user` acts for that organisation."""
    return OF_MEMBER.first(pk=pk, user=user.pk)


def locked(proposal, *, whole: bool = False) -> Proposal:
    """The draft as it stands, locked, with its calendar; with `whole`, everything that a filing freezes too.

    Its call and its organisation are those of `proposal`. Raises Proposal.DoesNotExist.
    """
    draft = LOCKED.first(pk=proposal.pk)
    if draft is None:
        raise Proposal.DoesNotExist
    draft.call, draft.organisation = copy(proposal.call), proposal.organisation
    # The calendar as it stands under the lock is this draft's; the caller's call can still be asked anew.
    draft.call._prefetched_objects_cache = {}
    keep_known(draft.call, **_every(CALENDAR, of=draft.call))
    if whole:
        keep_known(draft, **_every(ANSWERS, of=draft))
    return draft


def _every(statements: dict, *, of) -> dict[str, list]:
    return {name: statement.all(pk=of.pk) for name, statement in statements.items()}


def files_in(proposal) -> list[Attachment]:
    """The files of the draft that were not removed."""
    return [file for file in ANSWERS["attachments"].all(pk=proposal.pk) if file.removed_at is None]


def last_version(proposal) -> Version | None:
    """What was filed last."""
    return LAST_VERSION.first(pk=proposal.pk)


def last_serial_locked(call_pk) -> int:
    """The number of the call's latest reference, or 0; its row is locked, so nobody else takes the next."""
    CALL_LOCKED.first(pk=call_pk)
    last = LAST_SERIAL.first(pk=call_pk)
    return last.serial if last else 0


def last_save(proposal, *, section) -> SectionSave | None:
    """When the section was last saved, at which revision and by whom; None when it never was."""
    return SAVE.first(pk=proposal.pk, section=section.slug)


def store(draft, *, section, editor: str) -> None:
    """Write what `section` holds in the draft itself, and when, by whom, at which revision it was saved."""
    known = {"id": draft.pk, "section": section.slug, "editor": editor}
    columns = (*ALWAYS, *answers.columns_of(section.keys))
    values = known | {column: getattr(draft, column) for column in columns}
    UPDATES[section].run(**values)
    NOTE_SAVE.run(**values)
