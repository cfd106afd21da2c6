"""The second volume of a dossier: its attachments, which nobody tagged, as they were received.

It opens with a list and gives each file a sheet that says what it is; the pages of a PDF follow their sheet,
a picture stands on it, other kinds are only listed. It makes no claim to be accessible.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dossiers import queries
from dossiers.printing.binding import Cover, Piece, bind_pieces
from dossiers.printing.received import Unfit, pages_of, picture_of
from submissions.paper import page_count
from submissions.press import print_html
from submissions.recipe import fingerprint_of

PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png")


@dataclass
class Enclosed:
    """A file in the volume: its sheet names `reason` when it can't be shown."""

    file: object
    number: int
    start: int = 0
    pages: Path | None = None
    picture: Path | None = None
    reason: str = ""

    @property
    def address(self) -> str:
        return f"picture/{self.number}.jpg"


@dataclass(frozen=True)
class Volume:
    pages: int


def second_volume(proposal, target: Path) -> Volume | None:
    """Write the second volume of the last version of `proposal` to `target`; None without attachments."""
    [version] = queries.versions_on_paper(queries.only(proposal))
    files = list(version.attachments.all())
    if not files:
        return None
    with TemporaryDirectory() as folder:
        enclosed = [_prepared(file, number, Path(folder)) for number, file in enumerate(files, start=1)]
        return _bound(version, enclosed, Path(folder), target)


def _prepared(file, number: int, folder: Path) -> Enclosed:
    enclosed = Enclosed(file, number)
    received = folder / f"{number}.received"
    with file.file.open("rb") as stored, received.open("wb") as copy:
        shutil.copyfileobj(stored, copy)
    if file.media_type == PDF:
        shown = enclosed.pages = folder / f"{number}.pages.pdf"
        verdict = pages_of(received, shown)
    elif file.media_type in PICTURES:
        shown = enclosed.picture = folder / f"{number}.jpg"
        verdict = picture_of(received, shown)
    else:
        verdict = Unfit("other_kind")
    if isinstance(verdict, Unfit):
        enclosed.reason, enclosed.pages, enclosed.picture = verdict.reason, None, None
    return enclosed


def _bound(version, enclosed: list[Enclosed], folder: Path, target: Path) -> Volume:
    sheets = [_sheet(version, each, folder) for each in enclosed]
    page = 2
    for each, sheet in zip(enclosed, sheets, strict=True):
        each.start = page
        page += page_count(sheet) + (page_count(each.pages) if each.pages else 0)
    html = render_to_string("dossiers/volume.html", {**_context(version), "enclosed": enclosed})
    first = folder / "front.pdf"
    first.write_bytes(print_html(html))
    title = _("%(reference)s, volume 2: attachments") % {"reference": version.proposal.reference}
    digests = "".join(each.file.sha256 for each in enclosed)
    cover = Cover(title, str(version.proposal.call), title, fingerprint_of(html + digests), tagged=False)
    pieces = [Piece(first)]
    for each, sheet in zip(enclosed, sheets, strict=True):
        pieces.append(Piece(sheet))
        if each.pages:
            pieces.append(Piece(each.pages, received=True))
    return Volume(bind_pieces(cover, pieces, target))


def _context(version) -> dict:
    return {"version": version, "proposal": version.proposal, "call": version.proposal.call}


def _sheet(version, enclosed: Enclosed, folder: Path) -> Path:
    html = render_to_string("dossiers/volume_sheet.html", {**_context(version), "each": enclosed})
    pictures = {enclosed.address: enclosed.picture} if enclosed.picture else {}
    sheet = folder / f"{enclosed.number}.sheet.pdf"
    sheet.write_bytes(print_html(html, pictures=pictures))
    return sheet
