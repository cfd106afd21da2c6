"""From a template to an accessible PDF (PDF/UA-1): receipts, letters, dossiers and bundles."""

import mimetypes
import os
from functools import cached_property
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from pypdf import PdfReader
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from journal.chain import sha256

BASE_URL = "https://paper.invalid/"
STYLES = "css/paper.css"

# A font that is cut down carries the moment of the cutting: fixed, so that equal content gives equal bytes.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")


class StaticFiles(URLFetcher):
    """Paper takes its styles and fonts from the portal's static files, and from nowhere else."""

    def fetch(self, url, headers=None):
        path = unquote(urlsplit(url).path).lstrip("/")
        found = url.startswith(BASE_URL) and finders.find(path)
        if not found:
            raise ValueError(f"Paper may not load {url}")
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": media_type})


class Paper:
    """What `template` (which extends `paper/base.html`) prints: equal content gives equal bytes."""

    def __init__(self, template: str, context: dict):
        self.html = render_to_string(template, context)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over what is printed and how: known before the slow part, and carried by the PDF."""
        return sha256(self.html + Path(finders.find(STYLES)).read_text())

    def pdf(self) -> bytes:
        page = HTML(
            string=self.html,
            base_url=BASE_URL,
            url_fetcher=StaticFiles(allowed_protocols=[], fail_on_errors=True),
        )
        return page.write_pdf(
            pdf_variant="pdf/ua-1",
            pdf_identifier=self.fingerprint.encode(),
            font_config=FontConfiguration(),
        )


def render_pdf(template: str, context: dict) -> bytes:
    """The PDF of `template`, for when only its bytes matter."""
    return Paper(template, context).pdf()


def page_count(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def fingerprint_in(pdf: bytes) -> str:
    """The fingerprint of what a PDF of ours was printed from."""
    return PdfReader(BytesIO(pdf)).trailer["/ID"][0].original_bytes.decode("ascii", "replace")
