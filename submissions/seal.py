"""The last line of a receipt as PDF: it proves that the file is, byte for byte, what the portal issued.

Readers of PDF skip it. It names the reference and the digest, and signs them with the file before it.
"""

import hashlib
import re

from django.core.signing import BadSignature, Signer

LINE = re.compile(rb"\n%pajotarl-receipt/1 ([A-Z0-9-]{1,40}) ([0-9a-f]{64}) (\S{1,100})\n\Z")
SALT = "submissions.receipt"
TAIL = 400


def sealed(pdf: bytes, *, reference: str, digest: str) -> bytes:
    """`pdf` with its last line."""
    signature = Signer(salt=SALT).signature(_signed(pdf, reference, digest))
    return pdf + f"\n%pajotarl-receipt/1 {reference} {digest} {signature}\n".encode()


def opened(content: bytes) -> tuple[str, str] | None:
    """(reference, digest) of a receipt that is unchanged, or None for every other file."""
    found = LINE.search(content[-TAIL:])
    if found is None:
        return None
    pdf = content[: len(content) - len(found.group())]
    reference, digest, signature = (part.decode("ascii", "replace") for part in found.groups())
    try:
        Signer(salt=SALT).unsign(f"{_signed(pdf, reference, digest)}:{signature}")
    except BadSignature:
        return None
    return reference, digest


def _signed(pdf: bytes, reference: str, digest: str) -> str:
    return f"{hashlib.sha256(pdf).hexdigest()} {reference} {digest}"
