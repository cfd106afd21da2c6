"""How fast a bundle is made, beside a single WeasyPrint process on the same pages.

make bench-dossiers [PROPOSALS=40]

Prints pages a second of: WeasyPrint alone in one process, chapter by chapter; the bindery on all processors;
the bindery again with one proposal changed. Then the peak memory of a press, of the process that binds, and
of binding alone with as many, three times and six times as many chapters.
Exits with 1 when a promise does not hold: 1.6 times as fast, a tenth of the time, 400 MB.
"""

import os
import random
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import django

FASTER, AGAIN, MEGABYTES = 1.6, 0.1, 400
HOUSE = Path(__file__).resolve().parent.parent
WORDS = """wij helpen mensen op weg naar werk in kleine groepen thuis of op de trein samen met de
crèche het OCMW en de VDAB een vaste begeleider blijft bereikbaar ook nadat iemand werk vond elke
woensdag staat de koffie klaar"""


def text(source: random.Random, characters: int) -> str:
    """Sentences of everyday words, about as long as asked."""
    said, length = [], 0
    while length < characters:
        sentence = " ".join(source.choices(WORDS.split(), k=source.randint(8, 22))).capitalize() + "."
        said.append(sentence)
        length += len(sentence) + 1
    return " ".join(said)


def picture() -> dict:
    columns = [{"number": i + 1, "x": 17 + 34 * i, "dots": dots()} for i in range(5)]
    words = "Noden die gedekt zijn."
    return {
        "columns": columns,
        "width": 170,
        "height": 69,
        "label_y": 66,
        "alt": words,
        "met": 10,
        "needs": 25,
    }


def dots() -> list[dict]:
    return [{"y": 6 + 11 * i, "r": 3, "met": i % 2} for i in range(5)]


def chapter(number: int, *, seed: int) -> dict:
    """What a chapter of about twelve pages prints: every answer as long as it may be, read by three."""
    source = random.Random(seed)
    challenges = [SimpleNamespace(number=i, title=text(source, 30)) for i in range(1, 6)]
    services = [SimpleNamespace(need=text(source, 25), slug=f"d{i}") for i in range(11)]
    return {
        "call": SimpleNamespace(title="Oefenoproep", edition=2023),
        "proposal": SimpleNamespace(reference=f"OEFEN-2023-{number:03}"),
        "version": SimpleNamespace(number=1, received_at=None, digest=f"{seed:064x}"),
        "reader": "jury",
        "content": _content(source, number, challenges, services),
        "picture": picture(),
        "needs": [
            {"service": service, "cells": [source.choice([None, "met", "open"]) for _ in challenges]}
            for service in services
        ],
        "challenges": challenges,
        "reviews": _reviews(source),
    }


def _content(source, number: int, challenges, services) -> dict:
    return {
        "organisation": {"name": f"Oefenvereniging {number}", "legal_form": "vzw", "city": "Gooik"},
        "contact": {"name": "Contactpersoon", "email": "contact@oefenvereniging.example"},
        "title": text(source, 60),
        "summary": text(source, 580),
        "challenges": [{"number": c.number, "challenge": c, "how": text(source, 1450)} for c in challenges],
        "service_types": [
            {"name": s.need, "how": text(source, 1450), "clients_per_year": 20} for s in services
        ],
        "municipalities": ["Gooik", "Lennik"],
        "approach": text(source, 4500),
        "experience": text(source, 2500),
        "budget_eur_per_year": 50_000,
        "clients_per_year": 40,
    }


def _reviews(source) -> dict:
    readers = [SimpleNamespace(total=Decimal("80.0"), reviewer="") for _ in range(3)]
    return {
        "readers": readers,
        "average": Decimal("80.0"),
        "rows": [
            {
                "criterion": SimpleNamespace(name=text(source, 25), weight=20),
                "scores": [
                    SimpleNamespace(value=4, justification=text(source, 300), review=reader)
                    for reader in readers
                ],
            }
            for _ in range(5)
        ],
    }


def front(starts: list[int]) -> str:
    from django.template.loader import render_to_string

    pages = [
        {
            "page": page,
            "entry": {"number": i, "title": f"Oefenvereniging {i}", "reference": f"OEFEN-2023-{i:03}"},
        }
        for i, page in enumerate(starts, start=1)
    ]
    context = {
        "call": SimpleNamespace(title="Oefenoproep", edition=2023, programme=""),
        "entries": starts,
        "lines": pages,
        "picture": picture(),
    }
    return render_to_string("dossiers/bundle.html", context)


def processor_seconds() -> float:
    """What this process and those it waited for have computed: waiting for a busy machine left out."""
    return sum(os.times()[:4])


def alone(folder: Path) -> str:
    """Seconds (by the wall, of the processor) in which one process prints `folder`, its start left out."""
    from dossiers.printing.page_numbers import SAMPLE
    from submissions.press import print_html

    print_html(SAMPLE)
    start, computed = time.perf_counter(), processor_seconds()
    for sheet in sorted(folder.glob("*.html")):
        print_html(sheet.read_text())
    return f"{time.perf_counter() - start} {processor_seconds() - computed}"


def bound(chapters: list[str], folder: Path) -> tuple[float, object]:
    """Seconds in which the bindery makes one bundle of `chapters`, everything counted."""
    from dossiers.printing.bindery import bind
    from dossiers.printing.book import Book
    from dossiers.printing.shelf import Shelf

    shelf = Shelf(folder / "shelf")
    start = time.perf_counter()
    parts = [shelf.part(html) for html in chapters]
    book = Book("Bundel", "Oefenoproep", "Voorstellen", front, parts, front_pages=4 + len(parts) // 25)
    made = bind(book, folder / "bundel.pdf", shelf=shelf)
    return time.perf_counter() - start, made


def bind_only(folder: Path, times: int) -> str:
    """Chapters and peak memory (kilobytes) of a process that does nothing but bind `folder`, `times` over."""
    from dossiers.printing.binding import Cover, Piece, bind_pieces
    from dossiers.printing.page_numbers import SAMPLE, PageNumbers
    from dossiers.printing.worker import peak_kilobytes
    from submissions.recipe import fingerprint_of

    sample = folder / f"{fingerprint_of(SAMPLE)}.pdf"
    pieces = [Piece(part) for part in sorted(folder.glob("*.pdf")) if part != sample] * times
    cover = Cover("Bundel", "Oefenoproep", "Voorstellen", "0" * 64)
    bind_pieces(cover, pieces, folder / "thick.book", numbers=PageNumbers(sample))
    return f"{len(pieces)} {peak_kilobytes()}"


def thick_books(shelf: Path) -> list[tuple[int, int]]:
    """(chapters, megabytes) of binding three, and six, times as much as there is."""
    found = []
    for times in (1, 3, 6):
        command = [sys.executable, "-m", "benchmarks.dossiers", "--bind", shelf, str(times)]
        chapters, kilobytes = map(int, subprocess.check_output(command, cwd=HOUSE).split())
        print(f"binding {chapters:4} chapters     {kilobytes // 1024} MB in a process of its own")
        found.append((chapters, kilobytes // 1024))
    return found


def measure(proposals: int, folder: Path) -> list[tuple[str, bool]]:
    """Prints what was measured; returns each promise with whether it holds."""
    from django.template.loader import render_to_string

    from dossiers.printing.worker import peak_kilobytes

    chapters = [
        render_to_string("dossiers/chapter.html", chapter(i, seed=i)) for i in range(1, proposals + 1)
    ]
    sheets = folder / "alone"
    sheets.mkdir()
    for number, html in enumerate([front(list(range(proposals))), *chapters]):
        (sheets / f"{number:04}.html").write_text(html)
    command = [sys.executable, "-m", "benchmarks.dossiers", "--alone", sheets]
    single, computed_alone = map(float, subprocess.check_output(command, cwd=HOUSE).split())
    before = processor_seconds()
    seconds, made = bound(chapters, folder)
    computed = processor_seconds() - before
    chapters[proposals // 2] = render_to_string("dossiers/chapter.html", chapter(proposals, seed=-1))
    again, changed = bound(chapters, folder)
    binder, press = peak_kilobytes() // 1024, made.peak_kb // 1024
    speed, share = single / seconds, again / seconds
    print(f"{proposals} proposals, {made.pages} pages, {os.cpu_count()} processors")
    print(f"WeasyPrint in one process {single:8.2f} s {made.pages / single:7.1f} pages/s")
    print(
        f"bindery                   {seconds:8.2f} s {made.pages / seconds:7.1f} pages/s, {speed:.2f} times"
    )
    print(f"again, one changed        {again:8.2f} s, {share:.1%} of it; chapters printed: {changed.printed}")
    print(f"of the processors         {computed_alone:8.2f} s alone, {computed:.2f} s by the bindery")
    print(f"peak memory               a press {press} MB, the binding process {binder} MB")
    thickest = max(megabytes for _chapters, megabytes in thick_books(folder / "shelf"))
    return [
        (f"{FASTER} times as fast", speed >= FASTER),
        (f"again in {AGAIN:.0%}", share < AGAIN),
        (f"under {MEGABYTES} MB", max(press, binder, thickest) < MEGABYTES),
    ]


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pajotarl_portal.settings")
    if arguments[:1] == ["--alone"]:
        print(alone(Path(arguments[1])))
        return 0
    if arguments[:1] == ["--bind"]:
        print(bind_only(Path(arguments[1]), int(arguments[2])))
        return 0
    django.setup()
    with TemporaryDirectory() as folder:
        promises = measure(int(arguments[0]) if arguments else 40, Path(folder))
    for promise, holds in promises:
        print(f"{'holds' if holds else 'BROKEN':8} {promise}")
    return 0 if all(holds for _promise, holds in promises) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
