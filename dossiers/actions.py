"""Asking for a PDF, making it, and writing all of them to a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dossiers import books, queries, rules
from dossiers.chapters import Reader
from dossiers.errors import NothingToRead
from dossiers.models import Rendering
from dossiers.printing.book import Book
from journal import clock
from journal.actions import record
from journal.broker import hand_over
from reviews.openings import note_opening, note_opening_of_filed
from reviews.rules import may_see_others_scores
from submissions.document import file_digest
from submissions.paper import fingerprint_in, page_count

Kind = Rendering.Kind
Status = Rendering.Status


def request_dossier(*, proposal, by) -> Rendering:
    """Have the dossier of `proposal` made for `by`. Raises PermissionDenied when they may not read it."""
    if not rules.may_have_dossier(by, proposal):
        raise PermissionDenied
    note_opening_of_filed(by, proposal)
    return _request(Kind.DOSSIER, call=proposal.call, proposal=proposal, by=by)


def request_archive(*, proposal, by) -> Rendering:
    """Have the archive copy of `proposal` made. Raises PermissionDenied for all but its coordinators."""
    if not rules.may_have_archive(by, proposal):
        raise PermissionDenied
    note_opening(proposal, by=by)
    return _request(Kind.ARCHIVE, call=proposal.call, proposal=proposal, by=by)


def request_bundle(*, call, by, day: date | None = None) -> Rendering:
    """Have the bundle made of what `by` may read, of one pitch day or of the whole call.

    Raises PermissionDenied for who has no role in `call`, NothingToRead while there is nothing.
    """
    if not rules.may_have_bundle(by, call=call):
        raise PermissionDenied
    proposals = list(queries.in_the_bundle_of(by, call=call, day=day))
    if not proposals and day is None:
        raise NothingToRead(
            _("There is nothing for you to read yet. Did you declare your conflicts of interest?")
        )
    note_opening(*proposals, by=by)
    return _request(Kind.BUNDLE, call=call, by=by, day=day, chapters=len(proposals))


@transaction.atomic
def _request(kind, *, call, by, proposal=None, day=None, chapters=1) -> Rendering:
    """The running rendering when there is one (a double click), else a new one for the worker."""
    rendering, fresh = Rendering.objects.get_or_create(
        kind=kind,
        call=call,
        proposal=proposal,
        day=day,
        requested_by=by,
        status__in=[Status.WAITING, Status.RENDERING],
        defaults={"requested_at": clock.now(), "touched_at": Now(), "chapters": chapters},
    )
    if fresh:
        record(f"{kind}.requested", about=proposal or call, by=by, call=call, rendering=str(rendering.pk))
        transaction.on_commit(lambda: wake_the_worker(rendering))
    return rendering


def wake_the_worker(rendering):
    """Have it rendered soon."""
    hand_over("dossiers.tasks.render", str(rendering.pk))


def render(pk) -> None:
    """Make the PDF of one rendering; harmless when it is made already or somebody is making it."""
    if not _take(pk):
        return
    rendering = Rendering.objects.select_related("call", "proposal__call", "requested_by").get(pk=pk)
    try:
        with translation.override("nl"), TemporaryDirectory() as folder:
            _make(rendering, Path(folder))
    except Exception as error:
        Rendering.objects.filter(pk=pk).update(status=Status.FAILED, error=f"{type(error).__name__}: {error}")
        raise


def _take(pk) -> bool:
    waiting = Rendering.objects.filter(pk=pk, status=Status.WAITING)
    left = queries.left_behind().filter(pk=pk)
    return bool((waiting | left).update(status=Status.RENDERING, touched_at=Now(), chapters_done=0))


def _make(rendering, folder: Path):
    book, rendering.holds = _book_for(rendering)
    bound = _bind(book, folder / "1.pdf", call=rendering.call, tell=lambda done: _tell(rendering, done))
    rendering.pages, rendering.fingerprint = bound.pages, book.fingerprint
    rendering.sha256 = _keep(rendering.file, folder / "1.pdf", name=rendering.name)
    if rendering.kind == Kind.DOSSIER:
        _make_volume(rendering, folder)
    rendering.status = Status.DONE
    rendering.chapters_done = rendering.chapters
    rendering.touched_at = Now()
    rendering.save()


def _book_for(rendering) -> tuple[Book, list[str]]:
    """What is printed, and the references of the proposals that stand in it."""
    by, call, proposal = rendering.requested_by, rendering.call, rendering.proposal
    if rendering.kind == Kind.BUNDLE:
        proposals = queries.in_the_bundle_of(by, call=call, day=rendering.day)
        left_out = queries.in_the_bundle(call, day=rendering.day).count() - proposals.count()
        seen, heard = queries.seen_by(by, proposals), queries.heard_by(by, proposals, call=call)
        return books.bundle(call, proposals, day=rendering.day, seen=seen, heard=heard, left_out=left_out)
    if rendering.kind == Kind.ARCHIVE:
        return books.dossier(proposal, reader=Reader.ARCHIVE, seen=True), [proposal.reference]
    reader = rules.reader_of(by, proposal)
    seen = may_see_others_scores(by, proposal)
    heard = bool(queries.heard_by(by, queries.only(proposal), call=call))
    return books.dossier(proposal, reader=reader, seen=seen, heard=heard), [proposal.reference]


def _bind(book: Book, target: Path, *, call, tell=lambda done: None):
    from dossiers.printing.bindery import bind

    return bind(book, target, shelf=books.shelf_of(call), tell=tell)


def _make_volume(rendering, folder: Path):
    volume = _second_volume(rendering.proposal, folder / "2.pdf")
    if volume:
        rendering.volume_pages = volume.pages
        _keep(rendering.volume, folder / "2.pdf", name=rendering.volume_name)


def _second_volume(proposal, target: Path):
    from dossiers.volumes import second_volume

    return second_volume(proposal, target)


def _keep(field, made: Path, *, name: str) -> str:
    """Store the file `made` in `field`, piece by piece; returns its SHA-256."""
    with made.open("rb") as pdf:
        field.save(name, File(pdf), save=False)
        return file_digest(pdf)


def _tell(rendering, done: int):
    Rendering.objects.filter(pk=rendering.pk).update(chapters_done=done, touched_at=Now())


def forget_renderings(*, at: datetime) -> int:
    """Throw away the files that were made longer than `queries.KEPT` before `at`; returns how many."""
    old = list(queries.outlived(at))
    for rendering in old:
        rendering.file.delete(save=False)
        rendering.volume.delete(save=False)
        rendering.delete()
    return len(old)


def discard(renderings) -> None:
    """Throw `renderings` away; their files go when the transaction has succeeded."""
    for rendering in renderings:
        for file in (rendering.file, rendering.volume):
            if file:
                transaction.on_commit(partial(file.storage.delete, file.name))
        rendering.delete()


def clear_shelf(call) -> None:
    """Throw away every printed chapter of `call` when the transaction has succeeded: one does not say
    whose it is, and each can be printed again."""
    for file in books.shelf_of(call).files():
        transaction.on_commit(partial(file.unlink, missing_ok=True))


@dataclass(frozen=True)
class WrittenFile:
    """A PDF in the folder; `rendered` is False when it stood there already with the same content."""

    path: str
    pages: int
    sha256: str
    rendered: bool


def render_dossiers(*, call, output: Path) -> list[WrittenFile]:
    """Write one PDF per running proposal, its second volume, and the jury's bundle to the folder `output`.

    Raises OSError when the folder can't be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    with translation.override("nl"):
        proposals = list(queries.running(call).select_related("call", "organisation").order_by("reference"))
        files = [written for proposal in proposals for written in _write_dossier(proposal, output)]
        if proposals:
            book, _references = books.bundle(call, queries.in_the_bundle(call))
            files.append(_write(output / f"bundel-{call.slug}.pdf", book, call=call))
    return files


def _write_dossier(proposal, output: Path) -> Iterator[WrittenFile]:
    name = f"{proposal.reference}-{slugify(proposal.organisation.name)}"
    yield _write(
        output / f"{name}.pdf", books.dossier(proposal, reader=Reader.JURY, seen=True), call=proposal.call
    )
    volume = output / f"{name}-bijlagen.pdf"
    known = _digest_of(volume)
    made = _second_volume(proposal, volume)
    if made:
        yield WrittenFile(str(volume), made.pages, _digest_of(volume), _digest_of(volume) != known)


def _write(path: Path, book: Book, *, call) -> WrittenFile:
    fresh = not _holds(path, book)
    if fresh:
        _bind(book, path, call=call)
    else:
        book.put_away()
    return WrittenFile(str(path), page_count(path), _digest_of(path), fresh)


def _holds(path: Path, book: Book) -> bool:
    """Whether the file is this very book already."""
    return path.exists() and fingerprint_in(path) == book.fingerprint


def _digest_of(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as pdf:
        return file_digest(pdf)
