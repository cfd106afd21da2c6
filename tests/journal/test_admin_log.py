import pytest
from django.contrib.admin import ModelAdmin, site
from django.test import RequestFactory

from journal.admin_log import JournalledAdmin
from journal.models import Entry
from personas.models import Persona
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class PlainAdmin(JournalledAdmin, ModelAdmin):
    """An admin that knows no calls."""


@pytest.fixture
def request_of():
    request = RequestFactory().get("/")
    request.user = UserFactory()
    return request


@pytest.mark.parametrize(("act", "verb"), [("addition", "persona.added"), ("change", "persona.changed")])
def test_what_staff_did_is_journalled(request_of, act, verb):
    persona = Persona.objects.create(slug="cato", name="Cato")
    message = [{act: {"fields": ["name"]}}]

    getattr(PlainAdmin(Persona, site), f"log_{act}")(request_of, persona, message)

    entry = Entry.objects.get(verb=verb)
    assert (entry.actor, entry.object) == (
        f"accounts.user:{request_of.user.pk}",
        f"personas.persona:{persona.pk}",
    )
    assert (entry.call, entry.payload) == ("", {"changes": message})


def test_saving_without_a_change_is_not_journalled(request_of):
    persona = Persona.objects.create(slug="cato", name="Cato")

    PlainAdmin(Persona, site).log_change(request_of, persona, [])

    assert Entry.objects.count() == 0


def test_change_told_in_words_is_journalled(request_of):
    persona = Persona.objects.create(slug="cato", name="Cato")

    PlainAdmin(Persona, site).log_change(request_of, persona, "Changed sheet.")

    assert Entry.objects.get().payload == {"changes": ["Changed sheet."]}
