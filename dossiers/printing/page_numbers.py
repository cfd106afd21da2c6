"""Page numbers, stamped when the parts are bound: a chapter that did not change is not printed again."""

import re
from pathlib import Path

from pikepdf import Array, Pdf

from dossiers.printing.pdf_file import Copy, PdfFile

CHARACTERS = "01234 56789/"
SAMPLE = (
    '<!doctype html><html lang="nl"><head><title>0-9</title></head>'
    f'<body><p class="figures">{CHARACTERS}</p></body></html>'
)
SIZE = 9
INK = "0.29 0.345 0.349 rg"
MARGIN_RIGHT = 56.7
BASELINE = 31.0
FONT = "/PageNumbers"


class PageNumbers:
    """Stamps "12 / 480" at the foot of every page but the first, as an artifact.

    `sample` is the printed SAMPLE: it lends the font, with every character a page number needs.
    """

    def __init__(self, sample: Path):
        self.sample = Pdf.open(sample)
        fonts = self.sample.pages[0].obj.Resources.Font
        self.font = next(iter(fonts.values()))
        self.codes = _codes(self.font.ToUnicode.read_bytes().decode("latin-1"))
        self.widths = _widths(self.font.DescendantFonts[0].W)

    def font_in(self, file: PdfFile) -> int:
        """Write the font to `file`; returns its number there."""
        copy = Copy(file, self.sample)
        number = copy.take(self.font)
        copy.write()
        return number

    def stamp(self, pdf: Pdf, page, *, font, text: str) -> None:
        """Draw `text` on a page of `pdf`, in the `font` that stands in its file."""
        page.Resources.Font[FONT] = font
        stream = pdf.make_stream(self._drawn(text, float(page.MediaBox[2])))
        page.Contents = Array([stream, page.Contents])

    def _drawn(self, text: str, page_width: float) -> bytes:
        codes = [self.codes[character] for character in text]
        width = sum(self.widths.get(code, 1000) for code in codes) * SIZE / 1000
        shown = "".join(f"{code:04x}" for code in codes)
        return (
            f"q /Artifact <</Type /Pagination /Subtype /Footer>> BDC BT {INK} {FONT} {SIZE} Tf "
            f"{page_width - MARGIN_RIGHT - width:.2f} {BASELINE} Td <{shown}> Tj ET EMC Q\n"
        ).encode()


def _codes(to_unicode: str) -> dict[str, int]:
    """{character: glyph} of a ToUnicode map (bfchar lines, as the printer writes them)."""
    pairs = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*$", to_unicode, re.MULTILINE)
    return {chr(int(character, 16)): int(glyph, 16) for glyph, character in pairs}


def _widths(array) -> dict[int, float]:
    """{glyph: width per 1000} of a /W array that lists runs of widths."""
    found, i = {}, 0
    while i < len(array):
        for offset, width in enumerate(array[i + 1]):
            found[int(array[i]) + offset] = float(width)
        i += 2
    return found
