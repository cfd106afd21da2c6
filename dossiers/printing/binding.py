"""Printed parts bound into one tagged file: pages, tags, ids, bookmarks and destinations joined.

Copying pages leaves their tags behind (pikepdf, qpdf), so the structure trees are copied too and become
one: the number tree of parents gets one branch per part, shifted by what came before; ids and destinations
carry the prefix of their part (`submissions.tagging`), so their name trees only need to be put in order.
One part at a time is in memory (`pdf_file`), however many there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Pdf, String

from dossiers.printing import metadata
from dossiers.printing.book import Enclosure
from dossiers.printing.enclosures import enclose
from dossiers.printing.page_numbers import PageNumbers
from dossiers.printing.pdf_file import Copy, PdfFile, array, reference

TO_PART = "part:"


@dataclass(frozen=True)
class Cover:
    """What a bound file says about itself; one with untagged pages makes no claim to PDF/UA."""

    title: str
    author: str
    subject: str
    fingerprint: str
    language: str = "nl"
    archive: bool = False
    tagged: bool = True


@dataclass(frozen=True)
class Piece:
    """A part to bind. What somebody else made (`received`) has no tags to join, and no bookmarks."""

    path: Path
    received: bool = False


@dataclass(frozen=True)
class _Place:
    """Where a piece comes: the numbers of its pages, and its first bookmark."""

    pages: tuple[int, ...]
    title: str


def bind_pieces(
    cover: Cover,
    pieces: list[Piece],
    target: Path,
    *,
    numbers: PageNumbers | None = None,
    enclosures: Iterable[Enclosure] = (),
) -> int:
    """Bind `pieces` in their order as the file `target`, and embed `enclosures`; returns the number of pages.

    Equal pieces and cover give equal bytes. Links in the first piece to `part:3` become jumps to the first
    page of the third own piece after it. Raises enclosures.Altered; then `target` is as it was.
    """
    beside = target.with_name(f"{target.name}.part")
    try:
        with beside.open("wb") as out:
            binder = _Binder(cover, PdfFile(out), pieces, numbers)
            for piece, place in zip(pieces, binder.places, strict=True):
                binder.add(piece, place)
            binder.finish(enclosures)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return binder.page_count


class _Binder:
    def __init__(self, cover: Cover, file: PdfFile, pieces: list[Piece], page_numbers: PageNumbers | None):
        self.cover, self.file, self.page_numbers = cover, file, page_numbers
        self.tree, self.root, self.document, self.outlines = (file.number() for _ in range(4))
        self.places = [self._place(piece) for piece in pieces]
        self.page_count = sum(len(place.pages) for place in self.places)
        self.font = page_numbers.font_in(file) if page_numbers else 0
        self._own = [place for piece, place in zip(pieces, self.places, strict=True) if not piece.received]
        self._bound: list[int] = []
        self._next_key = 0
        self._parents: list[int] = []
        self._elements: list[int] = []
        self._ids: list[tuple[bytes, int]] = []
        self._destinations: list[tuple[bytes, int]] = []
        self._bookmarks: list[int] = []
        self._last_bookmark = b""

    def _place(self, piece: Piece) -> _Place:
        with Pdf.open(piece.path) as part:
            first = None if piece.received else part.Root.get("/Outlines", {}).get("/First")
            title = str(first.Title) if first is not None else self.cover.title
            return _Place(tuple(self.file.number() for _ in part.pages), title)

    def add(self, piece: Piece, place: _Place) -> None:
        with Pdf.open(piece.path) as part:
            copy = Copy(self.file, part)
            copy.stands_for(part.Root.Pages, self.tree)
            pages = [page.obj for page in part.pages]
            for page, number in zip(pages, place.pages, strict=True):
                copy.stands_for(page, number)
            if not piece.received:
                self._join(part, pages, copy)
            if self.page_numbers:
                self._number(part, pages, copy)
            for page, number in zip(pages, place.pages, strict=True):
                self.file.put(number, copy.body(page))
            copy.write()
        self._bound += place.pages

    def _join(self, part: Pdf, pages: list, copy: Copy) -> None:
        if not self._bound:
            self._link_parts(pages, copy)
        root = part.Root.StructTreeRoot
        self._join_parents(root, pages, copy)
        for document in root.K:
            copy.stands_for(document, self.document)
        self._elements += [copy.take(element) for document in root.K for element in document.K]
        if "/IDTree" in root:
            self._ids.append(self._branch(root.IDTree.Names, copy))
        if "/Dests" in part.Root.get("/Names", {}):
            self._destinations.append(self._branch(part.Root.Names.Dests.Names, copy))
        if "/Outlines" in part.Root:
            self._join_bookmarks(part.Root.Outlines, copy)

    def _link_parts(self, pages: list, copy: Copy) -> None:
        for page in pages:
            for annotation in page.get("/Annots", ()):
                address = str(annotation.get("/A", {}).get("/URI", ""))
                if address.startswith(TO_PART):
                    goal = self._own[int(address.removeprefix(TO_PART))]
                    del annotation["/A"]
                    annotation.Dest = Array([copy.foreign(goal.pages[0]), Name.Fit])
                    annotation.Contents = goal.title

    def _join_parents(self, root, pages: list, copy: Copy) -> None:
        start, numbers = self._next_key, root.ParentTree.Nums
        for i in range(0, len(numbers), 2):
            numbers[i] = int(numbers[i]) + start
        for page in pages:
            page.StructParents = int(page.StructParents) + start
            for annotation in page.get("/Annots", ()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + start
        self._next_key += len(numbers) // 2
        leaf = Dictionary(Nums=numbers, Limits=Array([start, self._next_key - 1]))
        self._parents.append(self.file.add(copy.body(leaf)))

    def _branch(self, names, copy: Copy) -> tuple[bytes, int]:
        """A leaf of a name tree, with the key it is sorted by."""
        first, last = names[0], names[len(names) - 2]
        leaf = Dictionary(Names=names, Limits=Array([first, last]))
        return bytes(first), self.file.add(copy.body(leaf))

    def _join_bookmarks(self, outlines, copy: Copy) -> None:
        copy.stands_for(outlines, self.outlines)
        mark = outlines.get("/First")
        while mark is not None:
            after = mark.get("/Next")
            for key in {"/Prev", "/Next"} & set(mark.keys()):
                del mark[key]
            if "/Count" in mark:
                mark.Count = -abs(int(mark.Count))
                if mark.Count == 0:
                    del mark["/Count"]
            self._chain(mark, copy)
            mark = after

    def _chain(self, mark, copy: Copy) -> None:
        """A bookmark names its neighbours, so each waits until the next one has its number."""
        number = self.file.number()
        copy.stands_for(mark, number)
        body = copy.body(mark).removesuffix(b">>")
        if self._bookmarks:
            body += b"/Prev %s " % reference(self._bookmarks[-1])
            self._write_bookmark(b"/Next %s " % reference(number))
        self._bookmarks.append(number)
        self._last_bookmark = body

    def _write_bookmark(self, more: bytes = b"") -> None:
        self.file.put(self._bookmarks[-1], self._last_bookmark + more + b">>")

    def _number(self, part: Pdf, pages: list, copy: Copy) -> None:
        font = copy.foreign(self.font)
        for number, page in enumerate(pages, start=len(self._bound) + 1):
            if number > 1:
                self.page_numbers.stamp(part, page, font=font, text=f"{number} / {self.page_count}")

    def finish(self, enclosures: Iterable[Enclosure]) -> None:
        """Write what holds the parts together, and what the file says of itself."""
        self.file.put(
            self.tree,
            b"<< /Type /Pages /Count %d /Kids %s >>" % (len(self._bound), array(self._bound)),
        )
        self._write_structure()
        self._write_outlines()
        with Pdf.new() as back:
            copy = Copy(self.file, back)
            copy.stands_for(back.Root.Pages, self.tree)
            self._describe(back, copy)
            specifications = enclose(self.file, back, copy, enclosures)
            if specifications:
                names = [
                    part for i, each in enumerate(specifications) for part in (String(f"{i + 1:03}"), each)
                ]
                back.Root.Names.EmbeddedFiles = Dictionary(Names=Array(names))
                back.Root.AF = Array(specifications)
            root, info = copy.take(back.Root), copy.take(back.trailer.Info)
            copy.write()
        self.file.finish(root=root, info=info, identifier=String(self.cover.fingerprint).unparse())

    def _write_structure(self) -> None:
        parents = self.file.add(b"<< /Kids %s >>" % array(self._parents))
        ids = b"/IDTree %s " % reference(self._name_tree(self._ids)) if self._ids else b""
        self.file.put(
            self.root,
            b"<< /Type /StructTreeRoot /K [ %s ] /ParentTree %s /ParentTreeNextKey %d %s>>"
            % (reference(self.document), reference(parents), self._next_key, ids),
        )
        self.file.put(
            self.document,
            b"<< /Type /StructElem /S /Document /P %s /K %s >>"
            % (reference(self.root), array(self._elements)),
        )

    def _write_outlines(self) -> None:
        body = b"<< /Type /Outlines >>"
        if self._bookmarks:
            self._write_bookmark()
            first, last = reference(self._bookmarks[0]), reference(self._bookmarks[-1])
            body = b"<< /Type /Outlines /First %s /Last %s /Count %d >>" % (first, last, len(self._bookmarks))
        self.file.put(self.outlines, body)

    def _name_tree(self, branches: list[tuple[bytes, int]]) -> int:
        return self.file.add(b"<< /Kids %s >>" % array(number for _key, number in sorted(branches)))

    def _describe(self, back: Pdf, copy: Copy) -> None:
        root = back.Root
        root.StructTreeRoot, root.Outlines = copy.foreign(self.root), copy.foreign(self.outlines)
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String(self.cover.language)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.PageMode = Name.UseOutlines
        root.Names = Dictionary()
        if self._destinations:
            root.Names.Dests = copy.foreign(self._name_tree(self._destinations))
        metadata.describe(back, self.cover)
