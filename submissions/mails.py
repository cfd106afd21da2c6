"""What is mailed about a proposal, and to whom."""

from accounts.models import User
from notifications.actions import notify
from submissions.models import Attachment, Extension, Proposal, Version


def readers_of(proposal) -> list:
    """The active members of the organisation, or the contact person's address when it has none."""
    members = list(User.objects.filter(memberships__organisation=proposal.organisation_id, is_active=True))
    return members or [address for address in [proposal.contact_email] if address]


def send_receipt(version: Version) -> None:
    """Prove to every member what was filed and when."""
    proposal = version.proposal
    notify(
        "submissions_receipt",
        to=readers_of(proposal),
        about=version,
        context={"version": version, "proposal": proposal, "call": proposal.call},
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
