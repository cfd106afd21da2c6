import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from challenges.actions import load_call
from personas.models import Persona
from tests.challenges.call_file.samples import sized, small

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_persona_page_shows_the_challenges_of_this_call(client, pajotarl):
    response = client.get(reverse("personas:persona", args=[pajotarl.slug, "albena"]))

    content = " ".join(response.content.decode().split())
    assert "Albena ontmoet twee uitdagingen" in content
    assert "Anderstaligen met een migratieachtergrond" in content
    assert "Armoede en basisbehoeften" not in content
    assert content.index("#sociaal-netwerk") < content.index("#kinderopvang")


def test_persona_of_another_call_is_not_found(client, pajotarl):
    load_call(small())

    assert client.get(reverse("personas:persona", args=[pajotarl.slug, "ann"])).status_code == 404


def test_sheet_downloads_under_the_name_of_the_persona(client, pajotarl, uploads):
    persona = Persona.objects.get(slug="chadia")
    persona.sheet.save("Fiche (def) 2.PDF", ContentFile(PDF))

    page = client.get(reverse("personas:persona", args=[pajotarl.slug, "chadia"]))
    response = client.get(reverse("personas:sheet", args=[pajotarl.slug, "chadia"]))

    assert "Download de fiche van Chadia (PDF," in page.content.decode()
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="chadia.pdf"'
    response.close()


def test_missing_sheet_is_not_found(client, pajotarl):
    assert client.get(reverse("personas:sheet", args=[pajotarl.slug, "chadia"])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_persona_page_asks_the_same_number_of_queries(client, django_assert_num_queries, count):
    call = load_call(sized(count)).call

    with django_assert_num_queries(9):
        client.get(reverse("personas:persona", args=[call.slug, "persoon-1"]))
