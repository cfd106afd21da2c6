"""The document that is frozen when a proposal is filed, and its digest; docs/receipt.md explains it."""

import hashlib
import json

from journal.chain import canonical_json, sha256
from submissions import answers

FORMAT = "pajotarl-proposal/1"
FILING = "filing"


def content_of(proposal) -> dict:
    """What a filing would freeze of the draft as it stands: who offers it, every answer, every file."""
    return {
        "organisation": organisation_of(proposal.organisation),
        **answers.read(proposal),
        "attachments": [_attachment(file) for file in proposal.attachments.all() if file.is_offered],
    }


def organisation_of(organisation) -> dict:
    return {
        "name": organisation.name,
        "kbo_number": organisation.kbo_number,
        "legal_form": organisation.legal_form,
        "city": organisation.city,
        "email": organisation.email,
        "phone": organisation.phone or None,
        "website": organisation.website or None,
    }


def _attachment(file) -> dict:
    return {
        "name": file.name,
        "kind": file.kind,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
    }


def compose(proposal, *, number: int, received_at, by, intake=None) -> str:
    """The canonical JSON of version `number`: `content_of` and, under `filing`, who, when and as what.

    What came by mail also names the mail: its sender, its Message-ID and the SHA-256 of its bytes.
    """
    filing = {
        "format": FORMAT,
        "call": proposal.call.slug,
        "reference": proposal.reference,
        "version": number,
        "received_at": received_at.astimezone(proposal.call.zone).isoformat(timespec="microseconds"),
        "filed_by": {"name": by.name, "email": by.email} if by else None,
    }
    if intake:
        filing["by_mail"] = {
            "sender": intake.sender,
            "message_id": intake.message_id,
            "sha256": intake.sha256,
        }
    return canonical_json({FILING: filing, **content_of(proposal)})


def digest_of(document: str) -> str:
    """SHA-256 of the document's UTF-8 bytes, in hexadecimal: what `sha256sum` prints of the saved file."""
    return sha256(document)


def content_in(document: str) -> dict:
    """The content of a frozen document, without how and when it was filed."""
    content = json.loads(document)
    del content[FILING]
    return content


def file_digest(file) -> str:
    """SHA-256 of an open binary file, read from its beginning in pieces."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
