"""What is mailed about a proposal, and to whom."""

from collections import defaultdict

from accounts.models import Membership, Role, User
from accounts.queries import people_with_role
from journal.statements import Slot, Statement
from notifications.actions import notify
from submissions.digests import DigestList
from submissions.models import Attachment, Extension, Proposal, Version

ACTIVE_MEMBERS = Statement(
    lambda: User.objects.filter(memberships__organisation=Slot("organisation"), is_active=True)
)


def readers_of(proposal) -> list:
    """The active members of the organisation, or the contact person's address when it has none."""
    members = ACTIVE_MEMBERS.all(organisation=proposal.organisation_id)
    return members or [*filter(None, [proposal.contact_email])]


def readers_of_each(proposals) -> dict:
    """`readers_of` for each of them, by its key: one query."""
    members = Membership.objects.filter(
        organisation__in={proposal.organisation_id for proposal in proposals}, user__is_active=True
    ).select_related("user")
    people = defaultdict(list)
    for membership in members.order_by("user__email"):
        people[membership.organisation_id].append(membership.user)
    return {
        proposal.pk: people[proposal.organisation_id] or [*filter(None, [proposal.contact_email])]
        for proposal in proposals
    }


def send_receipt(version: Version, *, also=()) -> None:
    """Prove to every member, and to the addresses in `also`, what was filed and when."""
    proposal, content = version.proposal, version.content
    notify(
        "submissions_receipt",
        to=[*readers_of(proposal), *also],
        about=version,
        context={
            "version": version,
            "proposal": proposal,
            "call": proposal.call,
            # Called when a mail is written: its labels are then in that reader's language.
            "answers": lambda: DigestList(content),
        },
        call=proposal.call,
        organisation=proposal.organisation,
    )


def announce_extension(extension: Extension) -> None:
    """Tell those who write or filed in this call and may use the later deadline."""
    proposals = Proposal.objects.filter(call=extension.call).select_related("organisation")
    if extension.organisation_id:
        proposals = proposals.filter(organisation=extension.organisation_id)
    for proposal in proposals:
        notify(
            "submissions_extension",
            to=readers_of(proposal),
            about=extension,
            context={"extension": extension, "proposal": proposal, "call": extension.call},
            call=extension.call,
            organisation=proposal.organisation,
            useful_until=extension.until,
        )


def announce_quarantine(attachment: Attachment) -> None:
    """Tell the organisation that a file it added earlier turned out harmful."""
    proposal = attachment.proposal
    notify(
        "submissions_quarantine",
        to=readers_of(proposal),
        about=attachment,
        context={"attachment": attachment, "proposal": proposal, "call": proposal.call},
        call=proposal.call,
        organisation=proposal.organisation,
    )


def acknowledge(intake) -> None:
    """Tell who mailed a candidacy that it was registered, and what happens next; where it took the place of
    a draft, every member of the organisation too."""
    proposal = intake.proposal
    notify(
        "submissions_intake_registered",
        to=[intake.sender, *(readers_of(proposal) if intake.took_over_at else [])],
        about=intake,
        context={"intake": intake, "proposal": proposal, "call": intake.call},
        call=intake.call,
        organisation=proposal.organisation,
    )


def tell_late(attempt) -> None:
    """Tell who mailed a candidacy that it came too late, what that means, and whom to call."""
    intake, proposal = attempt.intake, attempt.proposal
    notify(
        "submissions_intake_late",
        to=[intake.sender],
        about=attempt,
        context={
            "intake": intake,
            "attempt": attempt,
            "proposal": proposal,
            "call": intake.call,
            "last": proposal.versions.first(),
            "contacts": list(intake.call.contacts.all()),
        },
        call=intake.call,
        organisation=proposal.organisation,
    )


def tell_set_aside(intake) -> None:
    """Tell who mailed that the mail was not registered as a candidacy, why, and whom to call."""
    contacts = list(intake.call.contacts.all())
    notify(
        "submissions_intake_set_aside",
        to=[intake.sender],
        about=intake,
        context={"intake": intake, "call": intake.call, "contacts": contacts},
        call=intake.call,
    )


def announce_refused_mail(call, *, reason: str, sha256: str) -> None:
    """Tell the coordinators that the mailbox holds a mail which the portal can't take in, once."""
    notify(
        "submissions_intake_refused",
        to=people_with_role(call=call, kinds=[Role.Kind.COORDINATOR]),
        about=call,
        occurrence=sha256,
        context={"call": call, "reason": reason},
        call=call,
    )
