"""What decides how a page is printed, as one digest: known without loading what prints."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
STYLES = "css/paper.css"
SOURCES = ("press.py", "tagging.py")


@cache
def recipe() -> str:
    """Everything besides its HTML that decides how a page is printed: styles, code and WeasyPrint."""
    files = [STATIC / STYLES, *(Path(__file__).parent / name for name in SOURCES)]
    parts = [version("weasyprint").encode(), *(file.read_bytes() for file in files)]
    return sha256(b"\0".join(parts)).hexdigest()


def fingerprint_of(html: str) -> str:
    """SHA-256 over what is printed and how: known before the slow part."""
    return sha256(f"{recipe()}\0{html}".encode()).hexdigest()
