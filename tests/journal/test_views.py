from datetime import UTC, datetime

import pytest
from django.urls import reverse

from journal import clock, practice
from journal.models import Entry
from journal.practice import Moment
from tests.factories import UserFactory, brussels

pytestmark = pytest.mark.django_db

PITCH_DAY = brussels(2023, 9, 13, 9)


@pytest.fixture
def offered(monkeypatch):
    """Nothing is offered but the pitch day."""
    monkeypatch.setattr(practice, "_sources", [lambda: [Moment("pitchdag", PITCH_DAY)]])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2023-08-21T10:00", datetime(2023, 8, 21, 8, tzinfo=UTC)),
        ("2023-09-13T09:00:00+02:00", datetime(2023, 9, 13, 7, tzinfo=UTC)),
    ],
)
def test_set_clock_reads_brussels_time_unless_an_offset_is_given(client, typed, meant):
    response = client.post(reverse("journal:set_clock"), {"moment": typed, "next": "/account/login/"})

    assert response.status_code == 302
    assert response.url == "/account/login/"
    assert abs((clock.now() - meant).total_seconds()) < 5


def test_set_clock_is_journalled_with_its_author(client):
    person = UserFactory()
    client.force_login(person)

    client.post(reverse("journal:set_clock"), {"moment": "2023-08-21T10:00"})

    entry = Entry.objects.get(verb="clock.set")
    assert entry.actor == f"accounts.user:{person.pk}"
    assert entry.at == datetime(2023, 8, 21, 8, tzinfo=UTC)


def test_set_clock_keeps_what_was_typed_when_it_is_no_moment(client):
    response = client.post(reverse("journal:set_clock"), {"moment": "morgen", "next": "/bureau/"})

    assert response.status_code == 422
    assert response.context["form"]["moment"].value() == "morgen"
    assert response.context["next"] == "/bureau/"
    assert not Entry.objects.filter(verb="clock.set").exists()


def test_set_clock_does_not_lead_away_from_the_portal(client):
    response = client.post(
        reverse("journal:set_clock"), {"moment": "2023-08-21T10:00", "next": "https://elders.example/"}
    )

    assert response.url == "/"


def test_set_clock_does_not_exist_outside_practice_mode(client, settings):
    settings.PORTAL_DEMO = False

    response = client.post(reverse("journal:set_clock"), {"moment": "2023-08-21T10:00"})

    assert response.status_code == 404
    assert not Entry.objects.exists()


def test_set_clock_is_never_a_get(client):
    assert client.get(reverse("journal:set_clock")).status_code == 405


def test_practice_bar_offers_the_moments_that_rooms_registered(client, offered):
    response = client.get(reverse("account_login"))

    assert response.content.decode().count('value="2023-09-13T09:00:00+02:00"') == 1


def test_practice_bar_is_absent_outside_practice_mode(client, settings, offered):
    settings.PORTAL_DEMO = False

    response = client.get(reverse("account_login"))

    assert "2023-09-13T09:00:00+02:00" not in response.content.decode()
