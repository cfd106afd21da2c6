"""Registering and logging in, as people do it: by the pages and the mails."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.urls import reverse

from accounts.actions import invite_colleague
from accounts.models import User
from notifications.models import Message
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = {"name": "An Nieuw", "email": "an@organisatie.example", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def no_limits_left_of_other_tests():
    cache.clear()


def register(client, **changes):
    return client.post(reverse("account_signup"), NEW | changes)


def log_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def last_mail(kind) -> Message:
    return Message.objects.filter(kind=kind).latest("created_at")


def link_in(message: Message) -> str:
    """The first address in a mail, without the host."""
    return re.search(r"https?://[^/]+(/\S+)", message.text).group(1)


def confirm(client):
    return client.post(link_in(last_mail("accounts_confirm_address")))


def test_registering_asks_to_confirm_the_address_first(client):
    response = register(client)

    user = User.objects.get()
    assert response.url == reverse("account_email_verification_sent")
    assert (user.name, user.language) == ("An Nieuw", "nl")
    assert "_auth_user_id" not in client.session
    assert (last_mail("accounts_confirm_address").user, Message.objects.count()) == (user, 1)


def test_registering_in_english_is_remembered(client):
    client.post(reverse("set_language"), {"language": "en"})

    register(client)

    assert User.objects.get().language == "en"
    assert last_mail("accounts_confirm_address").subject == "Confirm your e-mail address"


def test_opening_the_link_confirms_nothing_and_the_button_logs_in(client):
    register(client)

    client.get(link_in(last_mail("accounts_confirm_address")))
    opened = EmailAddress.objects.get().verified
    response = confirm(client)

    assert opened is False
    assert EmailAddress.objects.get().verified is True
    assert response.url == reverse("desk")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_link_opened_in_another_browser_confirms_without_logging_in(client, django_client):
    register(client)

    confirm(django_client)

    assert EmailAddress.objects.get().verified is True
    assert "_auth_user_id" not in django_client.session


@pytest.fixture
def django_client():
    from django.test import Client

    return Client()


def test_registering_with_a_known_address_tells_only_its_owner(client):
    known = UserFactory()

    response = register(client, email=known.email.upper())

    assert response.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert (Message.objects.get().kind, Message.objects.get().recipient) == (
        "accounts_existing_account",
        known.email,
    )


def test_registering_without_a_mail_registers_nobody(client):
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE notifications_message ADD CONSTRAINT full_disk CHECK (kind = '') NOT VALID"
        )

    with pytest.raises(DatabaseError):
        register(client)

    assert not User.objects.exists()


def test_registering_with_an_invitation_leads_back_to_it(client):
    owner = MembershipFactory()
    invitation = invite_colleague(
        organisation=owner.organisation, email=NEW["email"], role="editor", by=owner.user
    )
    page = reverse("accounts:invitation", args=[invitation.token])

    client.post(f"{reverse('account_signup')}?next={page}", NEW | {"next": page})
    confirmed = confirm(client)
    client.post(page)

    assert confirmed.url == page
    assert {m.user.email for m in owner.organisation.memberships.all()} == {owner.user.email, NEW["email"]}


def test_logging_in_lands_on_the_desk(client):
    user = UserFactory()

    assert log_in(client, user.email.upper()).url == reverse("desk")


def test_logging_in_with_a_wrong_password_keeps_the_address(client):
    user = UserFactory()

    response = log_in(client, user.email, "iets-helemaal-anders")

    assert response.status_code == 200
    assert response.context["form"]["login"].value() == user.email


def test_logging_in_by_a_code_confirms_the_address(client):
    user = UserFactory(verified=False)
    EmailAddress.objects.create(user=user, email=user.email, primary=True)

    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = re.search(r"^ +(\S+)$", last_mail("accounts_login_code").text, re.MULTILINE).group(1)
    response = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert response.url == reverse("desk")
    assert EmailAddress.objects.get().verified is True


def test_asking_a_code_for_an_unknown_address_looks_the_same(client):
    response = client.post(reverse("account_request_login_code"), {"email": "wie@dan.example"})

    assert response.url == reverse("account_confirm_login_code")
    assert Message.objects.get().kind == "accounts_unknown_account"


def test_resetting_the_password_works_once_and_is_told(client):
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = link_in(last_mail("accounts_reset_password"))

    form = client.get(link, follow=True)
    client.post(
        form.request["PATH_INFO"], {"password1": "nog-een-wachtwoord", "password2": "nog-een-wachtwoord"}
    )
    used = client.get(link)

    assert log_in(client, user.email, "nog-een-wachtwoord").url == reverse("desk")
    assert used.context["token_fail"] is True
    assert last_mail("accounts_security_notice").recipient == user.email


def test_changing_the_password_is_told(client):
    user = UserFactory()
    log_in(client, user.email)

    new = {"oldpassword": PASSWORD, "password1": "nog-een-wachtwoord", "password2": "nog-een-wachtwoord"}
    client.post(reverse("account_change_password"), new)

    user.refresh_from_db()
    assert user.check_password("nog-een-wachtwoord")
    assert last_mail("accounts_security_notice").user == user


def test_changing_the_address_holds_after_confirming_the_new_one(client):
    user = UserFactory(language="en")
    log_in(client, user.email)

    client.post(reverse("account_email"), {"action_add": "", "email": "nieuw@adres.example"})
    asked = last_mail("accounts_confirm_address")
    confirm(client)

    old, user = user.email, User.objects.get()
    assert (asked.recipient, asked.language, asked.user) == ("nieuw@adres.example", "en", user)
    assert user.email == "nieuw@adres.example"
    assert last_mail("accounts_security_notice").recipient == old


def test_wrong_passwords_are_limited_per_address_and_not_per_office(client):
    guessed, colleague = UserFactory(), UserFactory()

    for _ in range(10):
        log_in(client, guessed.email, "fout-wachtwoord")

    assert log_in(client, guessed.email).status_code == 200
    assert log_in(client, colleague.email).url == reverse("desk")


def test_a_whole_office_registers_from_one_address_at_once(django_client):
    for n in range(40):
        django_client.cookies.clear()
        register(django_client, email=f"persoon{n}@organisatie.example")

    assert User.objects.count() == 40


def test_reset_mails_to_one_address_are_limited(client):
    user = UserFactory()

    answers = [
        client.post(reverse("account_reset_password"), {"email": user.email}).status_code for _ in range(6)
    ]

    assert answers == [302] * 5 + [429]
    assert Message.objects.count() == 5
