"""What is stored about decisions: the partnership, its letters and their release, and the replies."""

from decisions.models.decision import (
    Agreement,
    Decision,
    DecisionReason,
    Partnership,
    PartnershipPlace,
    ProposalToDecide,
    Release,
    Remedy,
    person,
)
from decisions.models.purge import Purge
from decisions.models.reply import (
    REPLY_FILES,
    REPLY_LENGTH,
    Assessment,
    LateReply,
    Reply,
    ReplyAttachment,
    reply_file_path,
)

__all__ = [
    "REPLY_FILES",
    "REPLY_LENGTH",
    "Agreement",
    "Assessment",
    "Decision",
    "DecisionReason",
    "LateReply",
    "Partnership",
    "PartnershipPlace",
    "ProposalToDecide",
    "Purge",
    "Release",
    "Remedy",
    "Reply",
    "ReplyAttachment",
    "person",
    "reply_file_path",
]
