import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from notifications import actions, delivery
from notifications.kinds import LABELS
from notifications.models import Message
from tests.factories import CallFactory, MembershipFactory, UserFactory, person_with_role

pytestmark = pytest.mark.django_db


def note(reader, **options):
    [message] = actions.notify(
        "test_note", to=[reader], about="thing:1", context={"thing": "nieuws"}, **options
    )
    return message


@pytest.mark.parametrize("rows", [1, 3])
def test_messages_lists_what_was_mailed_in_a_fixed_number_of_queries(client, rows, django_assert_num_queries):
    membership = MembershipFactory()
    for n in range(rows):
        note(membership.user, occurrence=str(n), organisation=membership.organisation)
    client.force_login(membership.user)

    with django_assert_num_queries(QUERIES["messages"]):
        response = client.get(reverse("notifications:messages"))

    assertContains(response, "Nieuws over nieuws", count=rows)


def test_messages_shows_colleagues_what_their_organisation_got(client):
    membership = MembershipFactory()
    message = note("kantoor@organisatie.example", organisation=membership.organisation)
    client.force_login(membership.user)

    assertContains(
        client.get(reverse("notifications:message", args=[message.pk])), "Er is nieuws over nieuws."
    )


@pytest.mark.parametrize("options", [{}, {"secret": True}, {"hold": True}])
def test_message_of_somebody_else_secret_or_held_is_not_found(client, options):
    person = UserFactory()
    message = note(person if options else UserFactory(), **options)
    client.force_login(person)

    assert client.get(reverse("notifications:message", args=[message.pk])).status_code == 404


def test_mailbox_shows_caught_mail_in_practice_mode_only(client, settings):
    message = note(UserFactory())
    delivery.deliver_waiting()

    assertContains(client.get(reverse("notifications:mailbox")), "Nieuws over nieuws")
    assertContains(client.get(reverse("notifications:caught", args=[message.pk])), "Er is nieuws")
    settings.PORTAL_DEMO = False
    assert client.get(reverse("notifications:mailbox")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_outbox_changelist_has_a_fixed_number_of_queries(client, rows, django_assert_num_queries):
    call = CallFactory()
    for n in range(rows):
        note(UserFactory(), occurrence=str(n), call=call)
    client.force_login(person_with_role("coordinator", call))

    with django_assert_num_queries(QUERIES["outbox"]):
        response = client.get(reverse("admin:notifications_message_changelist"))

    assertContains(response, "field-subject", count=rows)


def test_outbox_counts_and_names_in_words(client):
    call = CallFactory()
    for n in range(2):
        message = note(UserFactory(), occurrence=str(n), call=call)
    Message.objects.filter(pk=message.pk).update(kind="submissions_receipt")
    client.force_login(person_with_role("coordinator", call))

    page = client.get(reverse("admin:notifications_message_changelist"), {"kind": "submissions_receipt"})
    everything = client.get(reverse("admin:notifications_message_changelist"))

    assertContains(page, "Ontvangstbewijs")
    assertContains(page, "field-subject", count=1)
    assertContains(everything, "2 berichten")


def test_every_kind_of_mail_has_a_name():
    folder = settings.BASE_DIR / "templates" / "notifications"

    assert {path.name.partition(".")[0] for path in folder.glob("*.subject.txt")} == set(LABELS)


def test_outbox_hides_the_mail_of_another_region(client):
    note(UserFactory(), call=CallFactory())
    client.force_login(person_with_role("coordinator", CallFactory()))

    assertNotContains(client.get(reverse("admin:notifications_message_changelist")), "Nieuws over nieuws")


def test_coordinator_sends_again_what_failed(client):
    call = CallFactory()
    message = note(UserFactory(), call=call)
    Message.objects.update(status="failed")
    client.force_login(person_with_role("coordinator", call))

    client.post(
        reverse("admin:notifications_message_changelist"),
        {"action": "resend", "_selected_action": [str(message.pk)]},
    )

    message.refresh_from_db()
    assert message.status == "waiting"


QUERIES = {"messages": 7, "outbox": 13}
