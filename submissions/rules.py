"""Who may write and file, until when, and what a complete proposal holds.

The deadline is ruled here and nowhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_coordinator, is_member
from challenges.models import Milestone
from submissions import sections
from submissions.models import Intake, Proposal
from submissions.refusals import (
    ExtensionRefused,
    FilingClosed,
    FilingNotOpen,
    Incomplete,
    NotAllowed,
    NotWithdrawable,
    UnderReview,
)

Status = Proposal.Status
WRITABLE = (Status.DRAFT, Status.FILED, Status.WITHDRAWN)
WITHDRAWABLE = (Status.FILED, Status.ADMISSIBLE, Status.SHORTLISTED, Status.NOT_SHORTLISTED)


def filing_of(call) -> Milestone | None:
    """The milestone during which candidacies are taken; uses prefetched milestones."""
    return next((m for m in call.milestones.all() if m.kind == Milestone.Kind.FILING), None)


def deadline_of(*, call, organisation_id) -> datetime | None:
    """The instant before which this organisation's filing must arrive, or None without a filing date.

    It is the call's own `until`, or the latest approved extension for this organisation or for
    everyone when that is later. Uses prefetched milestones and extensions.
    """
    filing = filing_of(call)
    if filing is None:
        return None
    granted = (
        extension.until
        for extension in call.extensions.all()
        if extension.approved_at and extension.organisation_id in (None, organisation_id)
    )
    return max([filing.until, *granted])


def deadline_for(proposal) -> datetime | None:
    return deadline_of(call=proposal.call, organisation_id=proposal.organisation_id)


def require_call_open(*, call, organisation_id, at: datetime) -> None:
    """Candidacies are taken from the filing's start until, not including, the deadline.

    `at` is when the request reached the portal. Raises FilingNotOpen or FilingClosed.
    """
    filing, deadline = filing_of(call), deadline_of(call=call, organisation_id=organisation_id)
    if deadline is None or (filing.starts and at < filing.starts):
        raise FilingNotOpen(filing and filing.starts)
    if at >= deadline:
        raise FilingClosed(deadline)


def require_open(proposal, *, at: datetime) -> None:
    """`proposal` may still be written and filed at `at`.

    Raises FilingNotOpen, FilingClosed, or UnderReview once staff judged its admissibility.
    """
    require_call_open(call=proposal.call, organisation_id=proposal.organisation_id, at=at)
    if proposal.status not in WRITABLE:
        raise UnderReview


def is_call_open(*, call, organisation_id, at: datetime) -> bool:
    try:
        require_call_open(call=call, organisation_id=organisation_id, at=at)
    except (FilingNotOpen, FilingClosed):
        return False
    return True


def is_open(proposal, *, at: datetime) -> bool:
    try:
        require_open(proposal, at=at)
    except (FilingNotOpen, FilingClosed, UnderReview):
        return False
    return True


def require_member(user, organisation) -> None:
    """`user` acts for `organisation`; None is the portal itself, loading on somebody's behalf."""
    if user is not None and not is_member(user, organisation=organisation):
        raise NotAllowed


def require_author(user, proposal, *, intake=None) -> None:
    """Who writes and files `proposal`: its members, or with `intake` a coordinator for who mailed it.

    That ends as soon as somebody of the organisation writes or files in the portal itself: nobody then
    changes its words in its name, nor dates them back to the mail.
    """
    if intake is None:
        require_member(user, proposal.organisation)
        return
    require_coordinator(user, call=proposal.call)
    latest = registered_mails(proposal).first()
    if latest is None or latest.pk != intake.pk or is_written_by_members(proposal):
        raise NotAllowed


def may_write_for(user, proposal, *, intake) -> bool:
    """`require_author` for who mailed it, as a question; whether it is in time is another one."""
    try:
        require_author(user, proposal, intake=intake)
    except NotAllowed:
        return False
    return proposal.status in WRITABLE


def registered_mails(proposal):
    """The mails that `proposal` was made of, the last to arrive first."""
    return proposal.intakes.filter(state=Intake.State.REGISTERED).order_by("-arrived_at")


def is_written_by_members(proposal) -> bool:
    """Whether somebody of the organisation itself saved a part of `proposal`, or filed it, since a mail
    took the place of what they wrote."""
    own = {"memberships__organisation": proposal.organisation_id}
    saved = proposal.section_saves.filter(**{f"saved_by__{key}": value for key, value in own.items()})
    filed = proposal.versions.filter(**{f"filed_by__{key}": value for key, value in own.items()})
    if gave_way := registered_mails(proposal).aggregate(at=Max("took_over_at"))["at"]:
        saved = saved.filter(saved_at__gt=gave_way)
    return saved.exists() or filed.exists()


def require_withdrawable(proposal) -> None:
    if proposal.status not in WITHDRAWABLE:
        raise NotWithdrawable


def may_extend(user, *, call) -> bool:
    return is_coordinator(user, call=call)


def require_coordinator(user, *, call) -> None:
    """Only who runs `call` reminds its organisations, and acts for who mailed a candidacy."""
    if not is_coordinator(user, call=call):
        raise NotAllowed


def require_extension_possible(*, user, call, until, organisation, at) -> None:
    """A coordinator may ask for a deadline later than the one that holds and later than now."""
    if not may_extend(user, call=call):
        raise NotAllowed
    current = deadline_of(call=call, organisation_id=organisation and organisation.pk)
    if current is None or until <= max(current, at):
        raise ExtensionRefused(
            _("The new deadline must lie after the one that holds now, and in the future.")
        )


def require_second_person(user, *, extension) -> None:
    """Another coordinator than the one who asked approves, once."""
    if not may_extend(user, call=extension.call):
        raise NotAllowed
    if extension.approved_at:
        raise ExtensionRefused(_("This extension was approved before."))
    if extension.requested_by_id == user.pk:
        raise ExtensionRefused(
            _("You asked for this extension yourself: another coordinator must approve it.")
        )


@dataclass(frozen=True)
class Missing:
    """An answer that lacks: in which section, at which place of the document, and what to tell the writer."""

    section: str
    field: str
    what: str | Promise


def missing_in(answers: dict, *, call, section: sections.Section | None = None) -> list[Missing]:
    """Everything that `answers` (the proposal document's keys) lack before they can be filed.

    With `section`, what that one lacks: then its own keys are enough.
    """
    gaps = _gaps(answers, call=call, section=section)
    return [Missing(part.slug, field, what) for part, field, what in gaps]


def require_complete(answers: dict, *, call) -> None:
    """Raises Incomplete with every `Missing`."""
    if missing := missing_in(answers, call=call):
        raise Incomplete(missing)


PLAIN = {
    "contact.name": (sections.CONTACT, _("the name of the contact person")),
    "contact.email": (sections.CONTACT, _("the e-mail address of the contact person")),
    "title": (sections.SUMMARY, _("the title")),
    "summary": (sections.SUMMARY, _("the summary")),
    "challenges": (sections.CHALLENGES, _("at least one challenge")),
    "service_types": (sections.SERVICES, _("at least one service type")),
    "municipalities": (sections.MUNICIPALITIES, _("at least one municipality")),
    "approach": (sections.APPROACH, _("your approach")),
    "budget_eur_per_year": (sections.BUDGET, _("the budget per year")),
    "clients_per_year": (sections.BUDGET, _("the number of clients per year")),
}


def _gaps(answers, *, call, section) -> Iterator[tuple]:
    for field, (part, what) in PLAIN.items():
        key, _dot, inner = field.partition(".")
        if section in (None, part) and _is_blank(answers[key][inner] if inner else answers[key]):
            yield part, field, what
    if section in (None, sections.CHALLENGES):
        yield from _gaps_in_challenges(answers["challenges"])
    if section in (None, sections.SERVICES):
        yield from _gaps_in_services(answers["service_types"], call)


def what_lacked(field: str) -> str:
    """A `Missing.field` in words, for when the answers themselves are no longer at hand."""
    if field in PLAIN:
        return str(PLAIN[field][1])
    part, _dot, key = field.rpartition(".")
    if part.startswith("challenges"):
        return str(_("how a challenge is met"))
    return str(_("how a service is offered") if key == "how" else _("how many clients a service can take"))


def _gaps_in_challenges(rows):
    for index, row in enumerate(rows):
        if _is_blank(row["how"]):
            what = _("how you meet challenge %(number)s") % {"number": row["number"]}
            yield sections.CHALLENGES, f"challenges[{index}].how", what


def _gaps_in_services(rows, call):
    asked = {
        "how": _("how you offer “%(need)s”"),
        "clients_per_year": _("how many clients a year you can take for “%(need)s”"),
    }
    gaps = [(index, key) for index, row in enumerate(rows) for key in asked if _is_blank(row[key])]
    names = {service.slug: service.need for service in call.service_types.all()} if gaps else {}
    for index, key in gaps:
        what = asked[key] % {"need": names[rows[index]["slug"]]}
        yield sections.SERVICES, f"service_types[{index}].{key}", what


def _is_blank(value) -> bool:
    return not (value.strip() if isinstance(value, str) else value)
