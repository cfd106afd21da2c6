"""Binding a book: print what changed, name the pages in the front, and join all into one file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dossiers.printing.binding import Cover, Piece, bind_pieces
from dossiers.printing.book import Book
from dossiers.printing.page_numbers import SAMPLE, PageNumbers
from dossiers.printing.press_room import print_all
from dossiers.printing.shelf import Part, Shelf
from submissions.paper import page_count


@dataclass(frozen=True)
class Bound:
    """A finished file: its pages, chapters printed for it, and the peak memory of a press (kilobytes)."""

    pages: int
    printed: int
    peak_kb: int


def bind(
    book: Book,
    target: Path,
    *,
    shelf: Shelf,
    tell: Callable[[int], None] = lambda done: None,
    presses: int | None = None,
) -> Bound:
    """Print what is not on the `shelf` yet, and bind `book` as the file `target`.

    `tell(done)` hears how many chapters are ready. Raises PrintingFailed, and enclosures.Altered.
    """
    printed, peak = _print_chapters(book, tell=tell, presses=presses)
    front = _front(book, shelf)
    cover = Cover(book.title, book.author, book.subject, book.fingerprint, archive=book.archive)
    pieces = [Piece(part.pdf) for part in [front, *book.chapters]]
    numbers = PageNumbers(_printed(shelf.part(SAMPLE)).pdf)
    pages = bind_pieces(cover, pieces, target, numbers=numbers, enclosures=book.enclosures)
    return Bound(pages, printed, peak)


def _print_chapters(book: Book, *, tell, presses) -> tuple[int, int]:
    missing = [part for part in book.chapters if part.sheet and not part.pdf.exists()]
    sheets = {part.fingerprint: part.sheet for part in missing}
    printed, peak = 0, 0
    tell(len(book.chapters) - len(sheets))
    for sheet, press_peak in print_all(list(sheets.values()), presses=presses):
        sheet.html.unlink(missing_ok=True)
        printed, peak = printed + 1, max(peak, press_peak)
        tell(len(book.chapters) - len(sheets) + printed)
    book.put_away()
    return printed, peak


def _front(book: Book, shelf: Shelf) -> Part:
    """The front, printed again when its own length moves the pages that it names."""
    lengths = [page_count(part.pdf) for part in book.chapters]
    guess = book.front_pages
    while True:
        part = _printed(shelf.part(book.front(_starts(lengths, first=guess + 1))))
        pages = page_count(part.pdf)
        if pages == guess:
            return part
        guess = pages


def _starts(lengths: list[int], *, first: int) -> list[int]:
    return [first + sum(lengths[:i]) for i in range(len(lengths))]


def _printed(part: Part) -> Part:
    for sheet, _peak in print_all([part.sheet] if part.sheet else []):
        sheet.html.unlink(missing_ok=True)
    return part
