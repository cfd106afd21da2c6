"""A book: a front that names the pages of its chapters, which are printed only when they changed."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO

from dossiers.printing.shelf import Part
from submissions.recipe import recipe

HERE = Path(__file__).parent
BINDERY = ("binding.py", "metadata.py", "page_numbers.py", "enclosures.py", "pdf_file.py")


@dataclass(frozen=True)
class Enclosure:
    """A file as it was received; `open()` gives its bytes."""

    name: str
    media_type: str
    size: int
    sha256: str
    received_at: datetime
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True)
class Book:
    """What is to be bound. `front(starts)` is HTML; `starts` is the first page of each chapter, from 1.

    `front_pages` is a guess that spares a printing when it is right. `enclosures` are embedded in the file.
    """

    title: str
    author: str
    subject: str
    front: Callable[[list[int]], str]
    chapters: list[Part]
    front_pages: int = 1
    archive: bool = False
    enclosures: list[Enclosure] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that is printed and how: known before anything is printed."""
        said = [self.title, self.author, self.subject, str(self.archive), recipe(), _bindery()]
        said += [self.front([0] * len(self.chapters)), *(part.fingerprint for part in self.chapters)]
        said += [f"{each.name} {each.sha256}" for each in self.enclosures]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()

    def put_away(self) -> None:
        """Throw away the texts that were going to be printed."""
        for part in self.chapters:
            if part.sheet:
                part.sheet.html.unlink(missing_ok=True)


@cache
def _bindery() -> str:
    """The digest of the code that binds, so that a change of it makes another book."""
    return hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in BINDERY)).hexdigest()
