"""Who is logged in is read anew at each request."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership.user


def is_let_in(client) -> bool:
    return client.get(reverse("submissions:mine")).status_code == 200


def test_session_holds_until_it_expires(client, member):
    assert is_let_in(client)

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_let_in(client)


def test_session_of_nobody_lets_nobody_in(client, member):
    client.cookies["sessionid"] = "x" * 32

    assert not is_let_in(client)


def test_closed_account_is_out_at_its_next_request(client, member):
    member.is_active = False
    member.save()

    assert not is_let_in(client)


def test_erased_account_is_out_at_its_next_request(client, member):
    member.memberships.all().delete()
    member.delete()

    assert not is_let_in(client)
