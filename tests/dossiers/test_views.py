import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from dossiers import actions
from dossiers.models import Rendering
from tests.factories import UserFactory, complete_proposal

pytestmark = pytest.mark.django_db


def test_juror_asks_waits_and_downloads(client, shortlist, juror):
    client.force_login(juror)

    asked = client.post(reverse("dossiers:dossier", args=[shortlist[0].pk]))
    rendering = Rendering.objects.get()
    waiting = client.get(asked.url)
    actions.render(rendering.pk)
    ready = client.get(asked.url)
    pdf = client.get(reverse("dossiers:download", args=[rendering.pk]))

    assertRedirects(asked, reverse("dossiers:rendering", args=[rendering.pk]), fetch_redirect_response=False)
    assertContains(waiting, "0 van 1")
    assert waiting["Refresh"] == "2"
    assertContains(ready, reverse("dossiers:download", args=[rendering.pk]))
    assert "Refresh" not in ready
    assert pdf.getvalue().startswith(b"%PDF-1.7")
    assert pdf["Content-Disposition"] == f'attachment; filename="dossier-{shortlist[0].reference}.pdf"'


def test_progress_alone_is_given_to_the_page_that_renews_itself(client, shortlist, juror):
    client.force_login(juror)
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)

    response = client.get(reverse("dossiers:rendering", args=[rendering.pk]), headers={"HX-Request": "true"})

    assert [template.name for template in response.templates] == ["dossiers/progress.html"]


def test_bundle_of_the_call(client, pajotarl, shortlist, juror):
    client.force_login(juror)

    client.post(reverse("dossiers:bundle", args=[pajotarl.slug]))

    assert Rendering.objects.get().chapters == 2


def test_what_one_may_not_have_is_not_found(client, pajotarl, shortlist, juror):
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    client.force_login(UserFactory())

    addresses = [
        client.post(reverse("dossiers:dossier", args=[shortlist[0].pk])),
        client.post(reverse("dossiers:dossier", args=[complete_proposal(call=pajotarl).pk])),
        client.post(reverse("dossiers:bundle", args=[pajotarl.slug])),
        client.get(reverse("dossiers:rendering", args=[rendering.pk])),
        client.get(reverse("dossiers:download", args=[rendering.pk])),
    ]

    assert [response.status_code for response in addresses] == [404] * 5


def test_download_is_closed_once_a_conflict_is_known(client, shortlist, juror):
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    actions.render(rendering.pk)
    juror.conflicts.filter(organisation=shortlist[0].organisation).update(
        kind="other", explanation="Bestuur."
    )
    client.force_login(juror)

    assert client.get(reverse("dossiers:download", args=[rendering.pk])).status_code == 404


@pytest.mark.parametrize("name", ["dossier", "bundle"])
def test_asking_takes_a_post(client, pajotarl, shortlist, juror, name):
    client.force_login(juror)
    key = shortlist[0].pk if name == "dossier" else pajotarl.slug

    assert client.get(reverse(f"dossiers:{name}", args=[key])).status_code == 405
    assert not Rendering.objects.exists()


def test_second_volume_is_downloaded_by_who_may_have_the_dossier(client, with_attachments, juror):
    client.force_login(juror)
    rendering = actions.request_dossier(proposal=with_attachments, by=juror)
    actions.render(rendering.pk)

    page = client.get(reverse("dossiers:rendering", args=[rendering.pk]))
    volume = client.get(reverse("dossiers:volume", args=[rendering.pk]))

    assertContains(page, "Download deel 2: bijlagen (7 bladzijden)")
    assert volume.getvalue().startswith(b"%PDF")
    assert volume["Content-Disposition"].endswith(f'filename="bijlagen-{with_attachments.reference}.pdf"')


def test_a_dossier_without_attachments_has_no_second_volume(client, shortlist, juror):
    client.force_login(juror)
    rendering = actions.request_dossier(proposal=shortlist[0], by=juror)
    actions.render(rendering.pk)

    assert client.get(reverse("dossiers:volume", args=[rendering.pk])).status_code == 404


@pytest.mark.parametrize(("day", "status"), [("2023-09-13", 302), ("", 302), ("morgen", 404)])
def test_bundle_of_a_day(client, pajotarl, shortlist, juror, day, status):
    client.force_login(juror)

    response = client.post(reverse("dossiers:bundle", args=[pajotarl.slug]), {"day": day})

    assert response.status_code == status


def test_archive_copy_is_not_found_by_a_juror(client, shortlist, juror):
    client.force_login(juror)

    assert client.post(reverse("dossiers:archive", args=[shortlist[0].pk])).status_code == 404
