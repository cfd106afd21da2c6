import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(settings):
    settings.ALLOWED_HOSTS = ["portaal.example"]
    return Client(enforce_csrf_checks=True, HTTP_HOST="portaal.example")


def send(client, **headers):
    form = {"how": "Onze opvangcoach gaat langs.", "password": "niet tonen aub", "moment": "2023"}
    return client.post(reverse("journal:set_clock"), form, headers=headers)


def test_an_ended_session_gives_back_what_was_typed(strict):
    response = send(strict, origin="http://portaal.example")

    assert response.status_code == 403
    assert response.context["typed"] == [("how", "Onze opvangcoach gaat langs.")]


@pytest.mark.parametrize("headers", [{"origin": "https://elders.example"}, {}])
def test_the_words_of_another_site_are_not_shown_in_our_name(strict, headers):
    response = send(strict, **headers)

    assert response.status_code == 403
    assert response.context["typed"] == []


def test_an_unknown_address_answers_404_with_a_way_on(client):
    response = client.get("/bestaat-niet/")

    assert response.status_code == 404
    assert f'href="{reverse("account_login")}?next=/bestaat-niet/"' in response.content.decode()


def test_an_unknown_address_leads_who_is_logged_in_to_their_own_pages(client):
    client.force_login(UserFactory())

    assert f'href="{reverse("desk")}"' in client.get("/bestaat-niet/").content.decode()


@pytest.mark.urls("tests.browser.gallery")
@pytest.mark.parametrize("status", [400, 500])
def test_a_standalone_page_of_an_error_needs_no_database(client, settings, status, django_assert_num_queries):
    settings.PORTAL_DEMO = False

    with django_assert_num_queries(0):
        response = client.get(f"/galerij/{status}/")

    assert response.status_code == status
