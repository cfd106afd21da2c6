import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from challenges.actions import load_call
from journal.models import Entry
from personas.models import Persona
from tests.challenges.call_file.samples import sized, small
from tests.factories import RoleFactory, UserFactory, person_with_role

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call():
    return load_call(small()).call


@pytest.fixture
def ann(call):
    return Persona.objects.get(slug="ann")


def change_page(persona) -> str:
    return reverse("admin:personas_persona_change", args=[persona.pk])


def upload(client, persona, content, **data):
    sheet = SimpleUploadedFile("fiche.pdf", content, content_type="application/pdf")
    return client.post(change_page(persona), {"description": "", "sheet": sheet, **data})


def test_coordinator_describes_a_persona_and_adds_its_sheet(client, call, ann):
    client.force_login(person_with_role(Role.Kind.COORDINATOR, call))

    response = upload(client, ann, PDF, description="Zoekt werk.", name="Anders")

    assert response.status_code == 302
    ann.refresh_from_db()
    assert (ann.name, ann.description, ann.sheet_name) == ("Ann", "Zoekt werk.", "ann.pdf")
    assert Entry.objects.filter(verb="persona.changed", object=f"personas.persona:{ann.pk}").count() == 1


def test_new_sheet_replaces_the_old_file(client, call, ann, django_capture_on_commit_callbacks):
    client.force_login(person_with_role(Role.Kind.COORDINATOR, call))
    upload(client, ann, PDF)
    ann.refresh_from_db()
    old = ann.sheet.name

    with django_capture_on_commit_callbacks(execute=True):
        upload(client, ann, PDF + b"%nieuw")

    ann.refresh_from_db()
    assert ann.sheet.name != old
    assert default_storage.exists(ann.sheet.name)
    assert not default_storage.exists(old)


def test_file_that_is_no_sheet_is_refused_with_its_mend(client, call, ann):
    client.force_login(person_with_role(Role.Kind.COORDINATOR, call))

    response = upload(client, ann, b"MZ\x90\x00")

    assert "Bewaar de fiche als PDF en probeer opnieuw." in response.content.decode()
    assert not Persona.objects.get(pk=ann.pk).sheet


def test_reviewer_reads_personas(client, call, ann):
    client.force_login(person_with_role(Role.Kind.REVIEWER, call))

    assert client.get(change_page(ann)).status_code == 200
    assert upload(client, ann, PDF).status_code == 403


def test_persona_of_another_region_does_not_exist(client, call, pajotarl):
    client.force_login(person_with_role(Role.Kind.COORDINATOR, call))
    john = Persona.objects.get(slug="john")

    assert upload(client, john, PDF).status_code == 302
    assert not Persona.objects.get(pk=john.pk).sheet


def test_maintainer_adds_and_names(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    client.post(
        reverse("admin:personas_persona_add"),
        {"name": "Cato", "slug": "cato", "description": "", "position": 0},
    )

    assert Persona.objects.get().name == "Cato"


def test_coordinator_adds_nobody(client, call):
    client.force_login(person_with_role(Role.Kind.COORDINATOR, call))

    assert client.get(reverse("admin:personas_persona_add")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_changelist_asks_the_same_number_of_queries(client, django_assert_num_queries, count):
    call = load_call(sized(count)).call
    user = UserFactory()
    RoleFactory(user=user, region=call.region, kind=Role.Kind.COORDINATOR)
    client.force_login(user)

    with django_assert_num_queries(9):
        client.get(reverse("admin:personas_persona_changelist"))
