"""The books of a call: the dossier of a proposal, its archive copy, and the bundle of many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dossiers import queries
from dossiers.chapters import Chapter, Reader, chapters
from dossiers.coverage import Needs
from dossiers.printing.book import Book, Enclosure
from dossiers.printing.shelf import Shelf
from submissions.models import Proposal

ENTRIES_A_PAGE = 25
# What the organisation reads of its status: nothing of what staff find before the letters go.
TOLD = (Proposal.Status.SELECTED, Proposal.Status.RESERVE, Proposal.Status.REJECTED)


def shelves() -> Shelf:
    """All printed chapters that wait for the next time; what nobody takes for a week goes."""
    return Shelf(Path(settings.PORTAL_DATA) / "chapters")


def shelf_of(call) -> Shelf:
    """The shelf of one call."""
    return Shelf(shelves().folder / str(call.pk))


def dossier(proposal, *, reader: Reader, seen: bool, heard: bool = False) -> Book:
    """The dossier of one filed proposal; `seen` says whether its reader may see scores, `heard` whether
    they may read all of the jury's deliberation."""
    call = proposal.call
    one = queries.only(proposal)
    own = {proposal.pk}
    [chapter] = chapters(call, one, reader=reader, seen=own if seen else set(), heard=own if heard else set())
    [version] = queries.versions_on_paper(one)
    archive = reader is Reader.ARCHIVE
    context = {
        "call": call,
        "proposal": proposal,
        "version": version,
        "chapter": chapter,
        "reader": reader.value,
        "told": TOLD,
        "picture": Needs(call).picture([chapter.content]),
        "attachments": chapter.content["attachments"],
    }
    return Book(
        title=f"{proposal.reference} · {chapter.title}",
        author=str(call),
        subject=_("Archive copy of a proposal") if archive else _("Dossier of a proposal"),
        front=lambda starts: render_to_string("dossiers/cover.html", context),
        chapters=[shelf_of(call).part(chapter.html)],
        archive=archive,
        enclosures=enclosures_of(version) if archive else [],
    )


def enclosures_of(version) -> list[Enclosure]:
    """The files of a frozen version, as they were received."""
    return [
        Enclosure(file.name, file.media_type, file.size, file.sha256, file.uploaded_at, partial(_open, file))
        for file in version.attachments.all()
    ]


def _open(attachment):
    return attachment.file.open("rb")


@dataclass(frozen=True)
class Entry:
    """A line of the contents."""

    number: int
    title: str
    reference: str
    organisation: str
    pitch: object = None


def bundle(
    call, proposals, *, day: date | None = None, seen=None, heard=frozenset(), left_out: int = 0
) -> tuple[Book, list[str]]:
    """The jury's bundle of `proposals`, and the references in it, in their order.

    `day` bundles the announced pitches of one day, in their order; `seen`, `heard`: see `chapters`;
    `left_out` counts what its reader is kept from.
    """
    needs = Needs(call)
    pitches = queries.announced_pitches(proposals)
    parts, entries, contents = [], [], []
    printed = chapters(call, proposals, reader=Reader.JURY, seen=seen, heard=heard)
    for chapter, pitch in _in_order(printed, pitches, day):
        parts.append(shelf_of(call).part(chapter.html))
        contents.append({key: chapter.content[key] for key in ("challenges", "service_types")})
        entries.append(Entry(len(parts), chapter.title, chapter.reference, chapter.organisation, pitch))
    context = {
        "call": call,
        "day": day,
        "entries": entries,
        "coverage": needs.matrix(contents),
        "picture": needs.picture(contents),
        "challenges": needs.challenges,
        "conflicts": queries.conflicts_around(call, proposals),
        "declared": queries.declarations_about(call, proposals),
        "left_out": left_out,
    }
    book = Book(
        title=f"{_('Bundle for the jury')} · {call}",
        author=str(call),
        subject=_("The proposals before the jury, with the needs they cover."),
        front=partial(_front, context),
        chapters=parts,
        front_pages=4 + len(parts) // ENTRIES_A_PAGE,
    )
    return book, [entry.reference for entry in entries]


def _in_order(found: Iterable[Chapter], pitches: dict, day: date | None):
    """Chapters with their pitch: by reference, or in the order of a pitch day."""
    paired = ((chapter, pitches.get(chapter.reference)) for chapter in found)
    if day is None:
        return paired
    return sorted(paired, key=lambda pair: (pair[1].told_during.lower, pair[1].told_room))


def _front(context: dict, starts: list[int]) -> str:
    lines = [{"entry": entry, "page": page} for entry, page in zip(context["entries"], starts, strict=True)]
    return render_to_string("dossiers/bundle.html", {**context, "lines": lines})
