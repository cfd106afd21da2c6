"""From a template to an accessible PDF (PDF/UA-1): receipts, letters, dossiers and bundles."""

from functools import cached_property
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from journal.chain import sha256

STYLES = "css/paper.css"

# WeasyPrint and pypdf are imported where they are used: together they take longer to load than Django,
# and most commands and requests never print.


class Paper:
    """What `template` (which extends `paper/base.html`) prints: equal content gives equal bytes."""

    def __init__(self, template: str, context: dict):
        self.html = render_to_string(template, context)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over what is printed and how: known before the slow part, and carried by the PDF."""
        return sha256(self.html + Path(finders.find(STYLES)).read_text())

    def pdf(self) -> bytes:
        from submissions.printing import print_pdf

        return print_pdf(self.html, identifier=self.fingerprint)


def render_pdf(template: str, context: dict) -> bytes:
    """The PDF of `template`, for when only its bytes matter."""
    return Paper(template, context).pdf()


def page_count(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(BytesIO(pdf)).pages)


def fingerprint_in(pdf: bytes) -> str:
    """The fingerprint of what a PDF of ours was printed from."""
    from pypdf import PdfReader

    return PdfReader(BytesIO(pdf)).trailer["/ID"][0].original_bytes.decode("ascii", "replace")
