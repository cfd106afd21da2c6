"""Printed parts by the digest of their content: what stands here need not be printed again."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from dossiers.printing.press_room import Sheet
from submissions.recipe import fingerprint_of

KEPT_DAYS = 7
SECONDS_A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Part:
    """A part of a book: where its PDF stands, and what is to be printed when it does not yet."""

    fingerprint: str
    pdf: Path
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Shelf:
    """A folder of parts, each a PDF under its fingerprint. Safe to use from several processes."""

    folder: Path

    def part(self, html: str, *, pictures: dict[str, str] | None = None) -> Part:
        """The part that prints `html`; its text waits on disk, so that a thick book needs no memory."""
        fingerprint = fingerprint_of(html)
        pdf = self.folder / f"{fingerprint}.pdf"
        if _touched(pdf):
            return Part(fingerprint, pdf)
        self.folder.mkdir(parents=True, exist_ok=True)
        text = self.folder / f"{fingerprint}.{uuid4().hex}.html"
        text.write_text(html)
        return Part(fingerprint, pdf, Sheet(text, pdf, fingerprint, pictures or {}))

    def files(self) -> list[Path]:
        """Everything that stands here now."""
        return sorted(file for file in self.folder.rglob("*.*") if file.is_file())

    def forget_unused(self, *, days: int = KEPT_DAYS) -> int:
        """Throw away what nobody took for `days`; returns how many files went."""
        before = time.time() - days * SECONDS_A_DAY
        old = [file for file in self.files() if file.stat().st_mtime < before]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)


def _touched(pdf: Path) -> bool:
    try:
        os.utime(pdf)
    except FileNotFoundError:
        return False
    return True
