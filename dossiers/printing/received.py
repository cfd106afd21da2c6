"""Files as they were received, made fit to stand in a volume of ours: PDF pages and pictures."""

from dataclasses import dataclass
from pathlib import Path

from pikepdf import Name, PasswordError, Pdf, PdfError
from PIL import Image, ImageOps

MAX_PAGES = 300
MAX_PIXELS = 24_000_000
LONGEST_SIDE = 2400
LIVE = ("/AA", "/Annots", "/B", "/StructParents", "/Thumb", "/PieceInfo", "/Metadata")


@dataclass(frozen=True)
class Unfit:
    """Why a file can't be shown; `reason` is a name in templates/dossiers/volume.html."""

    reason: str


def pages_of(source: Path, target: Path) -> int | Unfit:
    """Write the pages of a received PDF to `target`, as they look, without anything that acts.

    Form fields and remarks become part of the page; scripts, actions and attachments stay behind.
    """
    try:
        with Pdf.open(source) as received, Pdf.new() as still:
            if not 0 < len(received.pages) <= MAX_PAGES:
                return Unfit("too_many_pages")
            received.flatten_annotations("all")
            still.add_pages_from(received, forms="strip", outlines="ignore")
            for page in still.pages:
                _calm(page.obj)
            still.save(target, deterministic_id=True)
            return len(still.pages)
    except PasswordError:
        return Unfit("locked")
    except PdfError:
        return Unfit("unreadable")


def _calm(page):
    for key in LIVE:
        if key in page:
            del page[key]
    page.Tabs = Name.S


def picture_of(source: Path, target: Path) -> Unfit | None:
    """Write a received picture to `target`, upright and not larger than paper needs."""
    with Image.open(source, formats=("JPEG", "PNG")) as picture:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        if picture.width * picture.height > MAX_PIXELS:
            return Unfit("too_large")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        _upright(picture).convert("RGB").save(target, "JPEG", quality=88)
    return None


def _upright(picture):
    """The picture as its camera meant it, on white where it was transparent."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "P"):
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        return paper
    return picture
