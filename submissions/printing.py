"""How WeasyPrint prints: with our own files only, tagged, and with equal bytes for equal content."""

import mimetypes
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE_URL = "https://paper.invalid/"

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


def print_pdf(html: str, *, identifier: str) -> bytes:
    """`html` as tagged PDF that carries `identifier`."""
    page = HTML(
        string=html,
        base_url=BASE_URL,
        url_fetcher=StaticFiles(allowed_protocols=[], fail_on_errors=True),
    )
    return page.write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_identifier=identifier.encode(),
        font_config=FontConfiguration(),
    )
