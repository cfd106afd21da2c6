"""What is written once answers as the queryset it was made from, and forgets nothing it should ask again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.transaction import TransactionManagementError, atomic

from accounts.models import Membership, Organisation, User
from journal.models import Entry, PracticeClock
from journal.statements import Command, Condition, Slot, Statement, keep_known
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

OF_PERSON = Statement(
    lambda: (
        Membership.objects.filter(user=Slot("user"), role="owner")
        .select_related("organisation")
        .annotate(email=F("user__email"), peers=Count("organisation__memberships"))
        .order_by("-organisation__name")
    )
)
PEOPLE = Statement(lambda: User.objects.filter(name=Slot("name")).only("email").order_by("email"))
RENAME = Command("UPDATE accounts_user SET name = %(name)s WHERE id = %(pk)s RETURNING email, name")
BELONGS = Condition(
    lambda: Q(
        Exists(
            Membership.objects.filter(
                user=Slot("user"), organisation__in=Organisation.objects.filter(pk=Slot("organisation"))
            )
        )
    )
)
COUNTED = Statement(
    lambda: (
        Organisation.objects.order_by("name").annotate(size=Count("memberships")).values_list("size", "name")
    )
)
LAST = Statement(lambda: Entry.objects.order_by("-number")[:1])
LOCKED = Statement(lambda: PracticeClock.objects.select_for_update())


@pytest.fixture(params=[True, False], ids=["prepared", "plain"])
def kept_plans(settings, request):
    settings.PREPARED_STATEMENTS = request.param


def test_statement_gives_models_with_what_they_join_and_annotate(kept_plans, django_assert_num_queries):
    person = UserFactory()
    first, second = (
        MembershipFactory(user=person, organisation=OrganisationFactory(name=name)) for name in "AB"
    )
    MembershipFactory(organisation=first.organisation)
    MembershipFactory()

    with django_assert_num_queries(1):
        found = OF_PERSON.all(user=person.pk)
        names = [membership.organisation.name for membership in found]

    assert found == [second, first]
    assert names == ["B", "A"]
    assert [(each.email, each.peers) for each in found] == [(person.email, 1), (person.email, 2)]


def test_each_use_asks_anew_with_its_own_values(kept_plans):
    an = UserFactory(name="An", email="an@adres.example")

    before = PEOPLE.all(name="Bo")
    bo = UserFactory(name="Bo", email="bo@adres.example")

    assert before == []
    assert PEOPLE.first(name="Bo") == bo
    assert PEOPLE.first(name="An") == an
    assert PEOPLE.first(name="' OR true --") is None


def test_columns_that_were_left_out_are_read_when_asked_for(kept_plans, django_assert_num_queries):
    UserFactory(name="An", language="en")

    with django_assert_num_queries(2):
        assert PEOPLE.first(name="An").language == "en"


def test_statement_gives_rows_of_the_columns_it_names(kept_plans):
    MembershipFactory(organisation=OrganisationFactory(name="A"))
    OrganisationFactory(name="B")

    assert [tuple(row) for row in COUNTED.rows()] == [(1, "A"), (0, "B")]


def test_statement_without_values_and_of_nothing(kept_plans):
    assert LAST.first() == Entry.objects.first()


def test_lock_needs_a_transaction(kept_plans):
    with atomic():
        assert LOCKED.first() == PracticeClock.objects.first()

    def outside():
        try:
            LOCKED.first()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, pytest.raises(TransactionManagementError):
        pool.submit(outside).result()


def test_new_connection_learns_the_statement_again(kept_plans):
    def twice_on_two_connections():
        found = []
        for _ in range(2):
            found += [PEOPLE.all(name="Nobody"), PEOPLE.all(name="Nobody")]
            connection.close()
        return found

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(twice_on_two_connections).result() == [[], [], [], []]


def test_statement_is_known_after_a_rollback(kept_plans):
    statement = Statement(lambda: User.objects.filter(name=Slot("name")))

    with pytest.raises(ZeroDivisionError), atomic():
        statement.all(name="An")
        raise ZeroDivisionError

    assert statement.all(name="An") == []


def test_condition_stands_in_a_queryset_and_in_subqueries_of_one():
    own, other = MembershipFactory(), MembershipFactory()
    here, there = Organisation.objects.order_by("pk"), Membership.objects.order_by("pk")

    of_person = BELONGS.on(user=own.user_id, organisation=OuterRef("pk"))
    of_either = BELONGS.on(user=OuterRef("user"), organisation=own.organisation_id)
    of_outer = here.filter(BELONGS.on(user=OuterRef(OuterRef("user")), organisation=OuterRef("pk")))

    assert list(here.filter(of_person)) == [own.organisation]
    assert list(here.exclude(of_person)) == [other.organisation]
    assert list(there.filter(of_either)) == [own]
    assert list(there.filter(~of_either)) == [other]
    assert list(there.filter(Exists(of_outer.filter(pk=other.organisation_id)))) == [other]


def test_command_changes_rows_and_returns_what_it_says(kept_plans):
    person = UserFactory(name="An")

    assert RENAME.run(name="%s 100 %", pk=person.pk) == (person.email, "%s 100 %")
    assert RENAME.run(name="Bo", pk=0) is None
    person.refresh_from_db()
    assert person.name == "%s 100 %"


def test_known_rows_are_given_without_a_query_and_never_filtered(django_assert_num_queries):
    membership = MembershipFactory()
    organisation = Organisation.objects.get(pk=membership.organisation_id)

    with django_assert_num_queries(0):
        keep_known(organisation, memberships=[membership])
        assert list(organisation.memberships.all()) == [membership]

    with pytest.raises(AttributeError):
        organisation.memberships.filter(role="owner")
