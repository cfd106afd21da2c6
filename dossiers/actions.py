"""Asking for a PDF, making it, and writing all of them to a folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.text import slugify

from dossiers import content, queries, rules
from dossiers.models import Rendering
from journal import clock
from journal.actions import record
from journal.broker import hand_over
from submissions.paper import Paper, fingerprint_in, page_count

Kind = Rendering.Kind
Status = Rendering.Status


def request_dossier(*, proposal, by) -> Rendering:
    """Have the dossier of `proposal` made for `by`. Raises PermissionDenied when they may not read it."""
    if not rules.may_have_dossier(by, proposal):
        raise PermissionDenied
    return _request(Kind.DOSSIER, call=proposal.call, proposal=proposal, by=by, chapters=1)


def request_bundle(*, call, by) -> Rendering:
    """Have the bundle made of what `by` may read. Raises PermissionDenied for who has no role in `call`."""
    if not rules.may_have_bundle(by, call=call):
        raise PermissionDenied
    chapters = queries.in_the_bundle_of(by, call=call).count()
    return _request(Kind.BUNDLE, call=call, proposal=None, by=by, chapters=chapters)


@transaction.atomic
def _request(kind, *, call, proposal, by, chapters) -> Rendering:
    """The running rendering when there is one (a double click), else a new one for the worker."""
    rendering, fresh = Rendering.objects.get_or_create(
        kind=kind,
        call=call,
        proposal=proposal,
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
    rendering = Rendering.objects.select_related("call", "proposal", "requested_by").get(pk=pk)
    try:
        with translation.override("nl"):
            _store(rendering, *_paper_for(rendering))
    except Exception as error:
        Rendering.objects.filter(pk=pk).update(status=Status.FAILED, error=f"{type(error).__name__}: {error}")
        raise


def _take(pk) -> bool:
    waiting = Rendering.objects.filter(pk=pk, status=Status.WAITING)
    left = queries.left_behind().filter(pk=pk)
    return bool((waiting | left).update(status=Status.RENDERING, touched_at=Now(), chapters_done=0))


def _paper_for(rendering) -> tuple[Paper, list[str]]:
    """What it prints, and the references of the proposals that stand in it."""
    if rendering.kind == Kind.DOSSIER:
        [version] = queries.versions_on_paper([rendering.proposal])
        return content.dossier(version), [rendering.proposal.reference]
    proposals = queries.in_the_bundle_of(rendering.requested_by, call=rendering.call)
    paper = content.bundle(rendering.call, proposals, tell=lambda done: _tell(rendering, done))
    return paper, list(proposals.values_list("reference", flat=True))


def _tell(rendering, done: int):
    Rendering.objects.filter(pk=rendering.pk).update(chapters_done=done, touched_at=Now())


def _store(rendering, paper: Paper, holds: list[str]):
    pdf = paper.pdf()
    rendering.holds = holds
    rendering.file.save(rendering.name, ContentFile(pdf), save=False)
    rendering.status = Status.DONE
    rendering.chapters_done = rendering.chapters
    rendering.pages = page_count(pdf)
    rendering.sha256 = hashlib.sha256(pdf).hexdigest()
    rendering.fingerprint = paper.fingerprint
    rendering.touched_at = Now()
    rendering.save()


@dataclass(frozen=True)
class WrittenFile:
    """A PDF in the folder; `rendered` is False when it stood there already with the same content."""

    path: str
    pages: int
    sha256: str
    rendered: bool


def render_dossiers(*, call, output: Path) -> list[WrittenFile]:
    """Write one PDF per running proposal and the jury's bundle to the folder `output`.

    Raises OSError when the folder can't be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    with translation.override("nl"):
        versions = list(queries.versions_on_paper(queries.running(call)))
        files = [_write(output / _file_name(version), content.dossier(version)) for version in versions]
        if versions:
            paper = content.bundle(call, queries.in_the_bundle(call))
            files.append(_write(output / f"bundel-{call.slug}.pdf", paper))
    return files


def _file_name(version) -> str:
    return f"{version.proposal.reference}-{slugify(version.proposal.organisation.name)}.pdf"


def _write(path: Path, paper: Paper) -> WrittenFile:
    known = path.read_bytes() if path.exists() else b""
    fresh = not known.startswith(b"%PDF") or fingerprint_in(known) != paper.fingerprint
    pdf = paper.pdf() if fresh else known
    if fresh:
        path.write_bytes(pdf)
    return WrittenFile(str(path), page_count(pdf), hashlib.sha256(pdf).hexdigest(), fresh)
