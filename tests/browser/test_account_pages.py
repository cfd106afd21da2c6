"""Every page with which people enter, and look after their account, wears the portal's look."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

OUTSIDE = [
    reverse("account_login"),
    reverse("account_signup"),
    reverse("account_request_login_code"),
    reverse("account_reset_password"),
    reverse("account_reset_password_done"),
    reverse("account_reset_password_from_key_done"),
    reverse("account_reset_password_from_key", args=["1", "weg-ermee"]),
    reverse("account_email_verification_sent"),
    reverse("account_confirm_email", args=["onbekend"]),
    reverse("account_inactive"),
]
INSIDE = [
    reverse("account_email"),
    reverse("account_change_password"),
    reverse("account_logout"),
    reverse("mfa_index"),
    reverse("mfa_activate_totp"),
    reverse("mfa_add_webauthn"),
]


@pytest.fixture
def person():
    return UserFactory(email="piet@oefenhuis.example", name="Piet Oefenmans")


def prove_it_is_you(page):
    page.goto(f"{reverse('account_reauthenticate')}?next={reverse('mfa_index')}")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen").click()
    page.wait_for_url(f"**{reverse('mfa_index')}")


def test_pages_before_logging_in(browse, assert_accessible):
    page = browse()

    for address in OUTSIDE:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        assert_accessible(page)


def test_pages_of_an_account(browse, assert_accessible, person):
    page = browse(user=person)
    prove_it_is_you(page)

    for address in INSIDE:
        page.goto(address)
        assert page.url.endswith(address)
        expect(page.locator("h1")).to_have_count(1)
        assert_accessible(page)


def test_a_wrong_password_says_so_and_keeps_the_address(browse, assert_accessible, person):
    page = browse()
    page.goto(reverse("account_login"))

    page.get_by_label("E-mailadres").fill(person.email)
    page.get_by_label("Wachtwoord").fill("niet-dit-wachtwoord")
    page.locator("main").get_by_role("button", name="Aanmelden", exact=True).click()

    assert page.locator("main .alert").inner_text() == (
        "Dit e-mailadres en wachtwoord horen niet bij elkaar. "
        "Kijk ze allebei na, of kies “Wachtwoord vergeten?”."
    )
    expect(page.get_by_label("E-mailadres")).to_have_value(person.email)
    assert_accessible(page)


def test_an_app_with_codes_is_switched_on_and_gives_recovery_codes(browse, assert_accessible, person):
    page = browse(user=person)
    prove_it_is_you(page)
    page.goto(reverse("mfa_activate_totp"))

    secret = page.get_by_label("Geheime sleutel").input_value()
    page.get_by_label("Code uit uw app").fill(code_of(secret))
    page.get_by_role("button", name="Aanzetten").click()

    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    assert len(page.get_by_label("Codes die u nog kunt gebruiken").input_value().split()) == 10
    assert_accessible(page)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_passkey_is_added_with_the_authenticator_of_the_device(browse, assert_accessible, person):
    page = browse(user=person)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    prove_it_is_you(page)
    page.goto(reverse("mfa_add_webauthn"))

    page.get_by_label("Naam van de sleutel").fill("Mijn laptop")
    page.get_by_role("button", name="Toevoegen").click()

    page.wait_for_url(lambda url: "webauthn/add" not in url)
    page.goto(reverse("mfa_list_webauthn"))
    assert page.locator(".files .name").all_inner_texts() == ["Mijn laptop"]
    assert_accessible(page)


DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_the_address_is_confirmed_by_the_button_behind_the_link(browse, assert_accessible):
    person = UserFactory(email="nieuw@oefenhuis.example", verified=False)
    person.set_password(PASSWORD)
    person.save()
    address = EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
    page = browse()
    page.goto(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))
    assert_accessible(page)

    page.get_by_role("button", name="Bevestigen").click()
    page.wait_for_load_state()

    address.refresh_from_db()
    assert address.verified
