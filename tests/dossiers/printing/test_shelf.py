import os
import time

from dossiers.printing.shelf import SECONDS_A_DAY
from tests.dossiers.printing.conftest import page


def test_a_part_that_stands_there_needs_no_sheet(shelf):
    first = shelf.part(page("Een"))
    first.pdf.write_bytes(b"%PDF")

    again = shelf.part(page("Een"))

    assert first.sheet.html.read_text() == page("Een")
    assert (again.fingerprint, again.sheet) == (first.fingerprint, None)
    assert shelf.part(page("Twee")).fingerprint != first.fingerprint


def test_what_nobody_took_for_a_week_goes(shelf):
    old, taken = (shelf.part(page(name)) for name in ("Oud", "Genomen"))
    for part in (old, taken):
        part.sheet.html.unlink()
        part.pdf.write_bytes(b"%PDF")
        long_ago = time.time() - 8 * SECONDS_A_DAY
        os.utime(part.pdf, (long_ago, long_ago))
    shelf.part(page("Genomen"))

    assert shelf.forget_unused() == 1
    assert (old.pdf.exists(), taken.pdf.exists()) == (False, True)
