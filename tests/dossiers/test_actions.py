import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from pdfua import Severity, validate
from pypdf import PdfReader

from dossiers import actions, due, queries
from dossiers.models import Rendering
from journal import clock
from journal.models import Entry
from tests.factories import MembershipFactory, UserFactory, person_with_role

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def errors_in(path) -> list[str]:
    """What breaks PDF/UA-1 in the file."""
    return [finding.message for finding in validate(path).findings if finding.severity is Severity.ERROR]


def rendered(rendering) -> bytes:
    actions.render(rendering.pk)
    rendering.refresh_from_db()
    return Path(rendering.file.path).read_bytes()


def test_request_dossier_by_a_double_click_makes_one_rendering(shortlist, juror):
    first, second = (actions.request_dossier(proposal=shortlist[0], by=juror) for _ in range(2))

    assert first == second
    assert Entry.objects.filter(verb="dossier.requested").count() == 1


def test_request_dossier_refuses_who_has_a_conflict(shortlist, juror):
    with pytest.raises(PermissionDenied):
        actions.request_dossier(proposal=shortlist[-1], by=juror)


def test_request_bundle_refuses_who_has_no_role(pajotarl):
    with pytest.raises(PermissionDenied):
        actions.request_bundle(call=pajotarl, by=UserFactory())


def test_render_makes_a_tagged_pdf_of_the_frozen_version(shortlist):
    proposal = shortlist[0]
    member = MembershipFactory(organisation=proposal.organisation).user

    pdf = rendered(rendering := actions.request_dossier(proposal=proposal, by=member))

    assert errors_in(rendering.file.path) == []
    assert (rendering.status, rendering.pages) == ("done", len(PdfReader(BytesIO(pdf)).pages))
    assert rendering.sha256 == hashlib.sha256(pdf).hexdigest()
    text = text_of(pdf)
    assert proposal.reference in text
    assert "Eerst een koffie, dan een plan." in text


def test_bundle_leaves_out_what_its_reader_may_not_read(pajotarl, shortlist, juror):
    pdf = rendered(rendering := actions.request_bundle(call=pajotarl, by=juror))

    text = text_of(pdf)
    assert rendering.holds == [shortlist[0].reference, shortlist[1].reference]
    assert (rendering.chapters, rendering.chapters_done) == (2, 2)
    assert "Veerpunt" in text
    assert "Samenspel" not in text


def test_bundle_has_bookmarks_and_contents_with_page_numbers(pajotarl, shortlist):
    person = person_with_role("jury", pajotarl)
    paper = actions.content.bundle(pajotarl, queries.in_the_bundle(pajotarl))

    reader = PdfReader(BytesIO(paper.pdf()))

    chapters = [mark.title for mark in reader.outline if not isinstance(mark, list)]
    assert [title.split(":")[0] for title in chapters[-3:]] == ["Trapkracht", "Veerpunt", "Samenspel"]
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    assert person.email not in text_of(paper.pdf())


def test_bundle_names_who_stays_away(pajotarl, shortlist, juror):
    paper = actions.content.bundle(pajotarl, queries.in_the_bundle(pajotarl))

    assert juror.name in paper.html
    assert str(shortlist[-1].organisation) in paper.html


def test_render_twice_makes_it_once(shortlist, juror):
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    rendered(rendering)
    before = rendering.touched_at

    actions.render(rendering.pk)

    rendering.refresh_from_db()
    assert rendering.touched_at == before


def test_render_that_fails_says_so(shortlist, juror, settings):
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    settings.MEDIA_ROOT = "/proc/nowhere"

    with pytest.raises(OSError):
        actions.render(rendering.pk)

    rendering.refresh_from_db()
    assert rendering.status == "failed"
    assert rendering.error != ""


def test_what_a_dead_worker_left_is_made_by_another(shortlist, juror):
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    Rendering.objects.update(status="rendering")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_rendering SET touched_at = now() - interval '6 minutes'")

    due.hand_out_again(clock.now())
    rendered(rendering)

    assert rendering.status == "done"


def test_nobody_renders_what_somebody_is_rendering(shortlist, juror):
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    Rendering.objects.update(status="rendering")

    actions.render(rendering.pk)

    rendering.refresh_from_db()
    assert rendering.status == "rendering"


def test_render_dossiers_writes_each_proposal_and_the_bundle_once(pajotarl, shortlist, tmp_path):
    first = actions.render_dossiers(call=pajotarl, output=tmp_path)
    second = actions.render_dossiers(call=pajotarl, output=tmp_path)

    assert [file.rendered for file in first] == [True] * 4
    assert [file.rendered for file in second] == [False] * 4
    assert [file.sha256 for file in first] == [file.sha256 for file in second]
    assert first[-1].path == str(tmp_path / "bundel-pajotarl-2023.pdf")


def test_render_dossiers_of_a_call_without_proposals_writes_nothing(pajotarl, tmp_path):
    assert actions.render_dossiers(call=pajotarl, output=tmp_path) == []
