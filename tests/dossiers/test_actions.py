import hashlib
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from pikepdf import Pdf
from pytest_django.asserts import assertRedirects

from dossiers import actions, due
from dossiers.models import Rendering
from journal import clock
from journal.models import Entry
from reviews.actions import declare_conflicts
from tests.dossiers import accessible, archival
from tests.dossiers.pdfs import bookmarks_of, errors_in, text_of
from tests.factories import MembershipFactory, UserFactory, person_with_role

pytestmark = pytest.mark.django_db


def pages_of(pdf: bytes) -> int:
    with Pdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


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


def test_request_bundle_refuses_while_nothing_may_be_read(pajotarl, client):
    juror = person_with_role("jury", pajotarl)
    client.force_login(juror)

    response = client.post(reverse("dossiers:bundle", args=[pajotarl.slug]))

    assertRedirects(response, reverse("pitches:room", args=[pajotarl.slug]), fetch_redirect_response=False)
    assert not Rendering.objects.exists()


def test_render_makes_a_tagged_pdf_of_the_frozen_version(shortlist):
    proposal = shortlist[0]
    member = MembershipFactory(organisation=proposal.organisation).user

    pdf = rendered(rendering := actions.request_dossier(proposal=proposal, by=member))

    assert errors_in(rendering.file.path) == accessible.faults_of(rendering.file.path) == []
    assert (rendering.status, rendering.pages) == ("done", pages_of(pdf))
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
    assert b"Samenspel" not in pdf
    assert "1 kandidatuur staat er niet in" in " ".join(text.split())
    assert errors_in(rendering.file.path) == accessible.faults_of(rendering.file.path) == []
    assert bookmarks_of(pdf)[-2:] == ["Trapkracht: Samen op weg", "Veerpunt: Samen op weg"]


def test_bundle_of_a_pitch_day_holds_its_pitches_in_their_order(pajotarl, shortlist, juror, announced):
    announced(shortlist[0], "2023-09-13 11:00")
    announced(shortlist[1], "2023-09-13 10:00")
    announced(shortlist[2], "2023-09-13 09:00")
    rendering = actions.request_bundle(call=pajotarl, by=juror, day=date(2023, 9, 13))

    pdf = rendered(rendering)

    assert rendering.holds == [shortlist[1].reference, shortlist[0].reference]
    assert rendering.name == "bundel-pajotarl-2023-2023-09-13.pdf"
    text = text_of(pdf)
    assert "woensdag 13 september 2023" in text
    assert "10u00" in text
    assert "Samenspel" not in text


def test_bundle_of_a_day_without_pitches_is_empty(pajotarl, shortlist, juror):
    rendering = actions.request_bundle(call=pajotarl, by=juror, day=date(2023, 9, 14))

    rendered(rendering)

    assert (rendering.status, rendering.holds) == ("done", [])


def test_dossier_comes_with_its_attachments_as_a_second_volume(with_attachments, juror):
    rendering = actions.request_dossier(proposal=with_attachments, by=juror)

    rendered(rendering)

    volume = Path(rendering.volume.path).read_bytes()
    text = text_of(volume)
    assert rendering.volume_pages == pages_of(volume) == 1 + 4 + 2
    assert all(file.sha256 in text.replace("\n", "") for file in with_attachments.attachments.all())
    assert "Dit soort bestand heeft zelf geen bladzijden" in " ".join(text.split())
    assert bookmarks_of(volume)[1:] == ["verslag.pdf", "foto.jpg", "logo.png", "cijfers.xlsx"]


def test_archive_copy_embeds_the_attachments_and_tells_everything(with_attachments, pajotarl):
    person = person_with_role("coordinator", pajotarl)
    declare_conflicts(
        user=person, call=pajotarl, declarations={with_attachments.organisation_id: ("none", "")}
    )
    rendering = actions.request_archive(proposal=with_attachments, by=person)

    pdf = rendered(rendering)

    assert errors_in(rendering.file.path) == accessible.faults_of(rendering.file.path) == []
    assert archival.faults_of(Path(rendering.file.path)) == []
    assert not rendering.volume
    with Pdf.open(BytesIO(pdf)) as opened:
        embedded = {str(each.UF): each.EF.F.read_bytes() for each in opened.Root.AF}
    received = {file.name: Path(file.file.path).read_bytes() for file in with_attachments.attachments.all()}
    assert embedded == received
    assert "Kandidatuur ingediend" in text_of(pdf)


def test_archive_copy_is_refused_to_who_is_no_coordinator(shortlist, juror):
    with pytest.raises(PermissionDenied):
        actions.request_archive(proposal=shortlist[0], by=juror)


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
    assert errors_in(first[-1].path) == accessible.faults_of(first[-1].path) == []


def test_render_dossiers_writes_attachments_as_a_second_volume(pajotarl, with_attachments, tmp_path):
    files = actions.render_dossiers(call=pajotarl, output=tmp_path)
    again = actions.render_dossiers(call=pajotarl, output=tmp_path)

    [volume] = [file for file in files if file.path.endswith("-bijlagen.pdf")]
    assert volume.rendered
    assert volume in [replace(file, rendered=True) for file in again if not file.rendered]


def test_forget_renderings_throws_away_what_is_older_than_thirty_days(with_attachments, juror):
    rendering = actions.request_dossier(proposal=with_attachments, by=juror)
    rendered(rendering)
    files = [Path(rendering.file.path), Path(rendering.volume.path)]

    kept = actions.forget_renderings(at=rendering.requested_at + timedelta(days=30))
    gone = actions.forget_renderings(at=rendering.requested_at + timedelta(days=30, seconds=1))

    assert (kept, gone) == (0, 1)
    assert not Rendering.objects.exists()
    assert not any(file.exists() for file in files)


def test_render_dossiers_of_a_call_without_proposals_writes_nothing(pajotarl, tmp_path):
    assert actions.render_dossiers(call=pajotarl, output=tmp_path) == []
