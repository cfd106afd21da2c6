"""From HTML to an accessible PDF (PDF/UA-1), without Django: a small process of its own can print."""

import mimetypes
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from submissions import tagging
from submissions.recipe import STATIC, STYLES, fingerprint_of

BASE_URL = "https://paper.invalid/"
SHELVES = ("css", "vendor/fonts")

# A font that is cut down carries the moment of the cutting: fixed, so that equal content gives equal bytes.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")


class AskedForMore(Exception):
    """A page asked for something that paper may not load."""


class OwnFiles(URLFetcher):
    """Paper takes styles, fonts and the pictures it was handed, and nothing else: no file, no network."""

    def __init__(self, pictures: Mapping[str, Path] | None = None):
        super().__init__(allowed_protocols=[], fail_on_errors=True)
        self.pictures = pictures or {}

    def fetch(self, url, headers=None):
        path = unquote(urlsplit(url).path).lstrip("/")
        found = url.startswith(BASE_URL) and (self.pictures.get(path) or _on_a_shelf(path))
        if not found:
            raise ValueError(f"Paper may not load {url}")
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": media_type})


def _on_a_shelf(path: str) -> Path | None:
    file = (STATIC / path).resolve()
    on_a_shelf = any(file.is_relative_to(STATIC / shelf) for shelf in SHELVES)
    return file if on_a_shelf and file.is_file() else None


class _Type(threading.local):
    """Styles and fonts, read once per thread: reading them takes longer than printing a page."""

    def __init__(self):
        self.fonts = FontConfiguration()
        self.styles = CSS(url=BASE_URL + STYLES, url_fetcher=OwnFiles(), font_config=self.fonts)


_type: _Type | None = None


def _type_of_this_thread() -> _Type:
    global _type
    _type = _type or _Type()
    return _type


def warm_up() -> None:
    """Load styles and fonts, which the first page otherwise waits for."""
    _ = _type_of_this_thread().styles


def print_html(
    html: str, *, fingerprint: str | None = None, pictures: Mapping[str, Path] | None = None
) -> bytes:
    """The PDF of `html`; equal input gives equal bytes. `pictures` maps their addresses to files.

    Raises AskedForMore when the page asks for anything else.
    """
    fingerprint = fingerprint or fingerprint_of(html)
    tools = _type_of_this_thread()
    try:
        page = HTML(string=html, base_url=BASE_URL, url_fetcher=OwnFiles(pictures))
        return page.write_pdf(
            stylesheets=[tools.styles],
            font_config=tools.fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=fingerprint.encode(),
            finisher=lambda _document, pdf: tagging.tidy(pdf, prefix=fingerprint[:16]),
        )
    except FatalURLFetchingError as error:
        # It is no Exception, so that nobody would catch it, and a task would never end.
        raise AskedForMore(str(error)) from error
