"""From a template to an accessible PDF (PDF/UA-1): receipts, letters, dossiers and bundles."""

import mimetypes
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from pypdf import PdfReader
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE_URL = "https://paper.invalid/"


class StaticFiles(URLFetcher):
    """Paper takes its styles and fonts from the portal's static files, and from nowhere else."""

    def fetch(self, url, headers=None):
        path = unquote(urlsplit(url).path).lstrip("/")
        found = url.startswith(BASE_URL) and finders.find(path)
        if not found:
            raise ValueError(f"Paper may not load {url}")
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": media_type})


def render_pdf(template: str, context: dict, *, identifier: str) -> bytes:
    """The PDF of `template`, which extends `paper/base.html`.

    `identifier` (a digest of what is printed) makes the bytes repeatable: equal content, equal file.
    """
    page = HTML(
        string=render_to_string(template, context),
        base_url=BASE_URL,
        url_fetcher=StaticFiles(allowed_protocols=[], fail_on_errors=True),
    )
    return page.write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_identifier=identifier.encode()[:32],
        font_config=FontConfiguration(),
    )


def page_count(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)
