import pytest
from django.urls import reverse

from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_two(client):
    """Logged in, member of two organisations."""
    first = MembershipFactory(organisation__name="Eerste Oefening vzw")
    second = MembershipFactory(user=first.user, organisation__name="Tweede Oefening vzw", role="editor")
    client.force_login(first.user)
    return first, second


def acting(response):
    return response.context["acting"]


def test_only_organisation_is_acted_for_by_itself(client):
    membership = MembershipFactory()
    client.force_login(membership.user)

    now = acting(client.get(reverse("accounts:organisations")))

    assert (now.organisation, now.organisations) == (membership.organisation, [membership.organisation])
    assert now.is_owner
    assert not now.must_choose


def test_nothing_is_chosen_for_a_member_of_two(client, of_two):
    now = acting(client.get(reverse("accounts:organisations")))

    assert now.organisation is None
    assert now.must_choose
    assert not now.is_owner


def test_choose_holds_for_the_session_and_is_shown(client, of_two):
    _first, second = of_two

    chosen = client.post(
        reverse("accounts:choose"), {"organisation": second.organisation.pk, "next": "/organisaties/"}
    )
    page = client.get(reverse("accounts:profile"))

    assert (chosen.status_code, chosen.url) == (302, "/organisaties/")
    assert acting(page).organisation == second.organisation
    assert not acting(page).is_owner
    assert "<b>Tweede Oefening vzw</b>" in page.content.decode()


@pytest.mark.parametrize("posted", ["", "x", "0", "-1", "²", "9" * 30])
def test_choose_what_is_no_number_is_not_found(client, of_two, posted):
    response = client.post(reverse("accounts:choose"), {"organisation": posted})

    assert response.status_code == 404


def test_choose_another_persons_organisation_is_not_found(client, of_two):
    response = client.post(reverse("accounts:choose"), {"organisation": OrganisationFactory().pk})

    assert response.status_code == 404


def test_choose_never_sends_elsewhere(client, of_two):
    first, _second = of_two

    response = client.post(
        reverse("accounts:choose"), {"organisation": first.organisation.pk, "next": "https://elders.example/"}
    )

    assert response.url == reverse("desk")


def test_choice_ends_with_the_membership(client, of_two):
    first, second = of_two
    client.post(reverse("accounts:choose"), {"organisation": second.organisation.pk})
    second.delete()

    now = acting(client.get(reverse("accounts:organisations")))

    assert now.organisation == first.organisation


@pytest.mark.parametrize("count", [1, 3])
def test_acting_costs_one_query(client, count, django_assert_num_queries):
    user = UserFactory()
    MembershipFactory.create_batch(count, user=user)
    client.force_login(user)

    with django_assert_num_queries(QUERIES_OF_A_PAGE) as queries:
        client.get(reverse("accounts:organisations"))

    assert sum("accounts_membership" in query["sql"] for query in queries) == 1


def test_acting_costs_nobody_a_query_who_is_not_logged_in(client, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        client.get(reverse("account_login"))

    assert not any("accounts_" in query["sql"] for query in queries)


# The practice clock, the session, the person, the call, their memberships.
QUERIES_OF_A_PAGE = 5
