import pytest
from django.urls import reverse

from accounts.models import Role, User
from journal.actions import record
from tests.factories import CallFactory, person_with_role

pytestmark = pytest.mark.django_db

CHANGELIST = reverse("admin:journal_entry_changelist")


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def coordinator(call, client):
    person = person_with_role(Role.Kind.COORDINATOR, call)
    client.force_login(person)
    return person


def numbers(response):
    return [entry.number for entry in response.context["cl"].result_list]


def test_staff_read_the_entries_of_their_own_calls_only(client, call, coordinator):
    mine = record("a.happened", about="thing:1", call=call)
    record("a.happened", about="thing:2", call=CallFactory())
    record("clock.set", about="thing:3")

    assert numbers(client.get(CHANGELIST)) == [mine.number]


def test_a_superuser_reads_every_entry(client, call):
    client.force_login(User.objects.create_superuser("beheer@portaal.example", "een-lang-wachtwoord"))
    record("a.happened", about="thing:1", call=call)
    record("clock.set", about="thing:3")

    assert numbers(client.get(CHANGELIST)) == [2, 1]


def test_entries_are_found_by_their_object(client, call, coordinator):
    record("a.happened", about="thing:1", call=call)
    wanted = record("a.happened", about="thing:11", call=call)

    assert numbers(client.get(CHANGELIST, {"q": "thing:11"})) == [wanted.number]


def test_an_entry_is_read_but_never_changed(client, call, coordinator):
    entry = record("a.happened", about="thing:1", call=call, amount=3)
    page = reverse("admin:journal_entry_change", args=[entry.number])

    assert client.get(page).status_code == 200
    assert client.post(page, {"verb": "x"}).status_code == 403
    assert client.get(reverse("admin:journal_entry_add")).status_code == 403
    assert client.get(reverse("admin:journal_entry_delete", args=[entry.number])).status_code == 403


def test_another_regions_entry_does_not_exist(client, coordinator):
    entry = record("a.happened", about="thing:1", call=CallFactory())

    response = client.get(reverse("admin:journal_entry_change", args=[entry.number]))

    assert response.status_code == 302
    assert response.url == reverse("admin:index")


@pytest.mark.parametrize("rows", [1, 3])
def test_changelist_costs_the_same_for_one_and_three_entries(
    client, call, coordinator, rows, django_assert_num_queries
):
    for n in range(rows):
        record("a.happened", about=f"thing:{n}", call=call)
    client.get(CHANGELIST)

    with django_assert_num_queries(15):
        client.get(CHANGELIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_of_an_object_names_who_did_what(client, call, rows, django_assert_num_queries):
    person = User.objects.create_superuser("beheer@portaal.example", "een-lang-wachtwoord")
    client.force_login(person)
    for _ in range(rows):
        record("call.changed", about=call, by=person, call=call)
    record("call.changed", about=CallFactory())
    page = reverse("admin:challenges_call_history", args=[call.pk])
    client.get(page)

    with django_assert_num_queries(10):
        response = client.get(page)

    told = [(entry.actor_name, entry.verb) for entry in response.context["entries"]]
    assert told == [("beheer@portaal.example", "call.changed")] * rows


def test_the_history_keeps_the_key_of_who_is_gone(client, call):
    client.force_login(User.objects.create_superuser("beheer@portaal.example", "een-lang-wachtwoord"))
    record("call.changed", about=call, by="accounts.user:999999", call=call)
    record("call.closed", about=call, call=call)

    response = client.get(reverse("admin:challenges_call_history", args=[call.pk]))

    assert [entry.actor_name for entry in response.context["entries"]] == [
        "het portaal zelf",
        "accounts.user:999999",
    ]
