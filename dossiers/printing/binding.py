"""Printed parts bound into one tagged file: pages, tags, ids, bookmarks and destinations joined.

Copying pages leaves their tags behind (pikepdf, qpdf), so the structure trees are copied too and become
one: the number tree of parents gets one branch per part, shifted by what came before; ids and destinations
carry the prefix of their part (`submissions.tagging`), so their name trees only need to be put in order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, String

from dossiers.printing import metadata
from dossiers.printing.book import Enclosure
from dossiers.printing.enclosures import enclose as embed
from dossiers.printing.page_numbers import PageNumbers

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


class Binder:
    """Binds parts in the order they are added; `to_part` links in them become links to pages."""

    def __init__(self, cover: Cover):
        self.cover = cover
        self.pdf = Pdf.new()
        self.first_pages: list[int] = []
        self.page_count = 0
        self._carriers: list[Pdf] = []
        self._next_key = 0
        self._parents: list[Dictionary] = []
        self._ids: list[tuple[bytes, Dictionary]] = []
        self._destinations: list[tuple[bytes, Dictionary]] = []
        self._bookmarks: list = []
        self._elements = Array()
        self.document = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, K=self._elements)
        )

    def add(self, part: Path) -> None:
        """Bind the printed `part` behind what is there."""
        # Nobody holds on to `source`: qpdf keeps its file for the streams, and lets go of the rest.
        source = Pdf.open(part)
        self.first_pages.append(self.page_count)
        pages = []
        for page in source.pages:
            self.pdf.pages.append(page)
            pages.append(self.pdf.pages[-1])
        self.page_count += len(pages)
        root = self.pdf.copy_foreign(source.Root.StructTreeRoot)
        self._join_parents(root, pages)
        self._join_elements(root)
        if "/IDTree" in root:
            self._ids.append(_branch(self.pdf, root.IDTree.Names))
        if "/Dests" in source.Root.get("/Names", {}):
            names = source.make_indirect(source.Root.Names.Dests.Names)
            self._destinations.append(_branch(self.pdf, self.pdf.copy_foreign(names)))
        if "/Outlines" in source.Root:
            self._join_bookmarks(self.pdf.copy_foreign(source.make_indirect(source.Root.Outlines)))

    def add_received(self, part: Path) -> None:
        """Bind pages that somebody else made: they have no tags to join, and no bookmarks."""
        source = Pdf.open(part)
        self.pdf.add_pages_from(source, forms="strip", outlines="ignore")
        self.page_count = len(self.pdf.pages)

    def _join_parents(self, root, pages):
        start, numbers = self._next_key, root.ParentTree.Nums
        for i in range(0, len(numbers), 2):
            numbers[i] = int(numbers[i]) + start
        for page in pages:
            page.obj.StructParents = int(page.obj.StructParents) + start
            for annotation in page.obj.get("/Annots", ()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + start
        self._next_key += len(numbers) // 2
        limits = Array([start, self._next_key - 1])
        self._parents.append(self.pdf.make_indirect(Dictionary(Nums=numbers, Limits=limits)))

    def _join_elements(self, root):
        for document in root.K:
            for element in document.K:
                element.P = self.document
                self._elements.append(element)

    def _join_bookmarks(self, outlines):
        mark = outlines.get("/First")
        while mark is not None:
            self._bookmarks.append(mark)
            mark = mark.get("/Next")

    def enclose(self, enclosures: list[Enclosure], *, folder: Path) -> None:
        """Embed files as they were received; `folder` is needed until the bound file is saved."""
        self._names()
        self._carriers += embed(self.pdf, enclosures, folder=folder)

    def save(self, target: Path, *, numbers: PageNumbers | None = None) -> None:
        """Write the bound file; equal parts and cover give equal bytes."""
        self._link_parts()
        if numbers:
            numbers.stamp(self.pdf)
        self._set_catalog()
        self.pdf.trailer.ID = Array([String(self.cover.fingerprint)] * 2)
        self.pdf.save(
            target,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.generate,
        )
        self.close()

    def close(self):
        for opened in (self.pdf, *self._carriers):
            opened.close()

    def _link_parts(self):
        """A link to `part:3` becomes a jump to the first page of the third part added after the first."""
        for page in list(self.pdf.pages)[: self._end_of_first_part()]:
            for annotation in page.obj.get("/Annots", ()):
                address = str(annotation.get("/A", {}).get("/URI", ""))
                if address.startswith(TO_PART):
                    goal = self.pdf.pages[self.first_pages[int(address.removeprefix(TO_PART))]]
                    del annotation["/A"]
                    annotation.Dest = Array([goal.obj, Name.Fit])
                    annotation.Contents = self._title_of(goal)

    def _end_of_first_part(self) -> int:
        return self.first_pages[1] if len(self.first_pages) > 1 else self.page_count

    def _title_of(self, page) -> str:
        for mark in self._bookmarks:
            if mark.Dest[0] == page.obj:
                return str(mark.Title)
        return self.cover.title

    def _set_catalog(self):
        root, cover = self.pdf.Root, self.cover
        root.StructTreeRoot = self._structure()
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String(cover.language)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.PageMode = Name.UseOutlines
        if self._destinations:
            self._names().Dests = _tree(self._destinations)
        root.Outlines = self._outlines()
        metadata.describe(self.pdf, cover)

    def _names(self):
        if "/Names" not in self.pdf.Root:
            self.pdf.Root.Names = Dictionary()
        return self.pdf.Root.Names

    def _structure(self):
        root = Dictionary(
            Type=Name.StructTreeRoot,
            K=Array([self.document]),
            ParentTree=self.pdf.make_indirect(Dictionary(Kids=Array(self._parents))),
            ParentTreeNextKey=self._next_key,
        )
        if self._ids:
            root.IDTree = self.pdf.make_indirect(_tree(self._ids))
        root = self.pdf.make_indirect(root)
        self.document.P = root
        return root

    def _outlines(self):
        outlines = self.pdf.make_indirect(Dictionary(Type=Name.Outlines))
        marks = self._bookmarks
        for before, mark, after in zip([None, *marks], marks, [*marks[1:], None], strict=False):
            mark.Parent = outlines
            _set(mark, "/Prev", before)
            _set(mark, "/Next", after)
            if "/Count" in mark:
                mark.Count = -abs(int(mark.Count))
                if mark.Count == 0:
                    del mark["/Count"]
        if marks:
            outlines.First, outlines.Last, outlines.Count = marks[0], marks[-1], len(marks)
        return outlines


def _set(dictionary, key, value):
    if value is not None:
        dictionary[key] = value
    elif key in dictionary:
        del dictionary[key]


def _branch(pdf, names) -> tuple[bytes, Dictionary]:
    """A leaf of a name tree, with the key it is sorted by."""
    first, last = names[0], names[len(names) - 2]
    leaf = pdf.make_indirect(Dictionary(Names=names, Limits=Array([first, last])))
    return bytes(first), leaf


def _tree(branches: Iterable[tuple[bytes, Dictionary]]) -> Dictionary:
    return Dictionary(Kids=Array([leaf for _key, leaf in sorted(branches, key=lambda branch: branch[0])]))
