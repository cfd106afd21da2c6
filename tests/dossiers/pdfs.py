"""Reading PDFs in tests, with other libraries than those that made them."""

from io import BytesIO

from pdfua import Severity, validate
from pikepdf import Pdf
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def bookmarks_of(pdf: bytes) -> list[str]:
    """The titles of the first level."""
    return [mark.title for mark in PdfReader(BytesIO(pdf)).outline if not isinstance(mark, list)]


def errors_in(path) -> list[str]:
    """What breaks PDF/UA-1, or only looks bad, in the file."""
    return [f.message for f in validate(path).findings if f.severity in (Severity.ERROR, Severity.WARNING)]


def elements_of(pdf: Pdf, role: str | None = None) -> list:
    """The structure elements below the root, in reading order."""
    found = []

    def walk(element):
        if "/S" in element:
            found.append(element)
        kids = element.get("/K", [])
        for kid in kids:
            if hasattr(kid, "keys") and kid.get("/Type") == "/StructElem":
                walk(kid)

    walk(pdf.Root.StructTreeRoot)
    return [element for element in found if role is None or f"/{role}" == element.S]


def leaves_of(tree) -> list:
    """The leaves of a name tree or a number tree, in order."""
    if "/Kids" in tree:
        return [leaf for kid in tree.Kids for leaf in leaves_of(kid)]
    return [tree]


def pairs_of(tree, key: str) -> dict:
    """What a name tree (`/Names`) or number tree (`/Nums`) maps."""
    found = {}
    for leaf in leaves_of(tree):
        listed = list(leaf[key])
        found |= dict(zip((str(k) for k in listed[::2]), listed[1::2], strict=True))
    return found
