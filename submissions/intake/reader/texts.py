"""The text of a document, to copy from. What can't be read simply gives none."""

import io
import zipfile

MOST_CHARACTERS = 200_000
MOST_PAGES = 80
MOST_MARKUP = 2_000_000
BLOCKS = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote")
MOST_UNPACKED = 60 * 1024 * 1024


def of_file(content: bytes, *, name: str) -> str:
    """The text of a PDF, DOCX, TXT or HTML file; empty for anything else or when it is damaged."""
    try:
        return _clean(_reader_of(content, name.lower())(content))[:MOST_CHARACTERS]
    except Exception:
        return ""


def _reader_of(content: bytes, name: str):
    if content.startswith(b"%PDF"):
        return _of_pdf
    if content.startswith(b"PK"):
        return _of_docx
    if name.endswith((".htm", ".html")):
        return lambda content: of_html(_plain(content))
    return _plain if name.endswith((".txt", ".md")) else lambda content: ""


def _plain(content: bytes) -> str:
    from submissions.intake.reader.headers import readable_bytes

    return readable_bytes(content)


def of_html(page: str) -> str:
    """The words of a web page, a line for each block, without scripts and styles."""
    from lxml import etree, html

    root = html.document_fromstring(" ".join(page[:MOST_MARKUP].split()) or "<p>")
    etree.strip_elements(root, "script", "style", "head", with_tail=False)
    for cell in root.iter("td", "th"):
        cell.tail = " " + (cell.tail or "")
    for block in root.iter(*BLOCKS):
        block.tail = "\n" + (block.tail or "")
    return _clean(str(root.text_content()))


def _of_pdf(content: bytes) -> str:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(content)).pages
    return "\n\n".join(page.extract_text() for page, _ in zip(pages, range(MOST_PAGES), strict=False))


def _of_docx(content: bytes) -> str:
    from docx import Document
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
            return ""
    blocks = Document(io.BytesIO(content)).iter_inner_content()
    return "\n".join(_of_table(block) if isinstance(block, Table) else block.text for block in blocks)


def _of_table(table) -> str:
    """A line for each row; a row of two cells reads `question: answer`."""
    rows = []
    for row in table.rows:
        cells = list(dict.fromkeys(cell.text.strip() for cell in row.cells))
        rows.append(": ".join(cells) if len(cells) == 2 else " · ".join(filter(None, cells)))
    return "\n".join(rows)


def _clean(text: str) -> str:
    """Single line ends, no control characters, at most one empty line in a row."""
    lines = [" ".join(line.replace("\0", "").split()) for line in text.splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip()
