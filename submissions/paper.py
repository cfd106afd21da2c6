"""From a template to an accessible PDF (PDF/UA-1): receipts, letters, and the chapters of dossiers."""

from functools import cached_property
from io import BytesIO
from pathlib import Path

from django.template.loader import render_to_string

from submissions.recipe import fingerprint_of

# WeasyPrint and pikepdf are imported where they are used: together they take longer to load than Django,
# and most commands and requests never print.


class Paper:
    """What `template` (which extends `paper/base.html`) prints: equal content gives equal bytes."""

    def __init__(self, template: str, context: dict):
        self.html = render_to_string(template, context)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over what is printed and how: known before the slow part, and carried by the PDF."""
        return fingerprint_of(self.html)

    def pdf(self) -> bytes:
        from submissions.press import print_html

        return print_html(self.html, fingerprint=self.fingerprint)


def render_pdf(template: str, context: dict) -> bytes:
    """The PDF of `template`, for when only its bytes matter."""
    return Paper(template, context).pdf()


def page_count(pdf: bytes | Path) -> int:
    with _opened(pdf) as opened:
        return len(opened.pages)


def fingerprint_in(pdf: bytes | Path) -> str:
    """The fingerprint of what a PDF of ours was printed from; empty for what is none of ours."""
    from pikepdf import PdfError

    try:
        with _opened(pdf) as opened:
            return bytes(opened.trailer.ID[0]).decode("ascii", "replace")
    except (PdfError, AttributeError):
        return ""


def _opened(pdf: bytes | Path):
    from pikepdf import Pdf

    return Pdf.open(BytesIO(pdf) if isinstance(pdf, bytes) else pdf)
