"""Registering, organisations, invitations and second factors, as people do it."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from accounts.actions import invite_colleague
from accounts.models import Membership, Organisation, Role
from notifications.models import Message
from tests.browser.people import press
from tests.factories import (
    PASSWORD,
    CallFactory,
    MembershipFactory,
    UserFactory,
    kbo_number,
    person_with_role,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_limits_left_of_other_tests():
    cache.clear()


def path(name, *args):
    return reverse(f"accounts:{name}", args=args)


def link_in_last_mail(kind) -> str:
    text = Message.objects.filter(kind=kind).latest("created_at").text
    return re.search(r"https?://[^/]+(/\S+)", text).group(1)


def log_in(page, user):
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Aanmelden").first.click()


def test_every_page_is_accessible(browse, assert_accessible):
    first = MembershipFactory(organisation__name="Eerste Oefening vzw")
    organisation = first.organisation
    editor = MembershipFactory(organisation=organisation, role="editor")
    MembershipFactory(user=first.user, role="editor", organisation__name="Tweede Oefening vzw")
    invitation = invite_colleague(
        organisation=organisation, email="collega@elders.example", role="editor", by=first.user
    )
    page = browse(user=first.user)

    for address in [
        path("profile"),
        path("organisations"),
        path("organisation_new"),
        path("choose"),
        path("organisation", organisation.pk),
        path("members", organisation.pk),
        path("member_remove", organisation.pk, editor.pk),
        path("invite", organisation.pk),
        path("invitation", invitation.token),
    ]:
        assert page.goto(address).status == 200
        assert_accessible(page)


def test_pages_of_who_has_nothing_yet_are_accessible(browse, assert_accessible):
    owner = MembershipFactory()
    invitation = invite_colleague(
        organisation=owner.organisation, email="collega@elders.example", role="owner", by=owner.user
    )
    visitor, newcomer = browse(), browse(user=UserFactory())

    visitor.goto(path("invitation", invitation.token))
    assert_accessible(visitor)
    newcomer.goto(path("organisations"))
    assert_accessible(newcomer)
    newcomer.goto(path("organisation_new"))
    newcomer.get_by_label("KBO-nummer").fill("2.123.456.789")
    newcomer.get_by_role("button", name="Deze organisatie toevoegen").click()

    expect(newcomer.get_by_text("Dit is een vestigingsnummer")).to_be_visible()
    expect(newcomer.get_by_label("KBO-nummer")).to_have_value("2.123.456.789")
    assert_accessible(newcomer)


def test_a_person_registers_and_adds_an_organisation(browse):
    page = browse()

    page.goto(f"{reverse('account_signup')}?next={path('organisation_new')}")
    page.get_by_label("Uw naam").fill("An Nieuw")
    page.get_by_label("E-mail").fill("an@organisatie.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.locator("form[action*=signup] button").click()
    page.wait_for_url("**/confirm-email/")
    page.goto(link_in_last_mail("accounts_confirm_address"))
    page.locator("form[action*=confirm-email] button").click()
    page.wait_for_url(f"**{path('organisation_new')}")
    page.get_by_label("Naam van de organisatie").fill("Nieuwe Oefening vzw")
    page.get_by_label("Rechtsvorm").select_option("vzw")
    page.get_by_label("KBO-nummer").fill(f"BE {kbo_number(9300)}")
    page.get_by_label("Gemeente").fill("Gooik")
    page.get_by_label("E-mail").fill("info@nieuweoefening.example")
    page.get_by_role("button", name="Deze organisatie toevoegen").click()

    page.get_by_text("U handelt voor Nieuwe Oefening vzw.").wait_for()
    assert Organisation.objects.get().members.get().name == "An Nieuw"


def test_a_colleague_joins_by_the_link_without_javascript(browse):
    owner, guest = MembershipFactory(), UserFactory()
    theirs = browse(user=owner.user, javascript=False)
    theirs.goto(path("members", owner.organisation.pk))
    theirs.get_by_role("link", name="Een collega uitnodigen").click()
    theirs.get_by_label("E-mailadres van uw collega").fill(guest.email)
    press(theirs.get_by_role("button", name="De uitnodiging versturen"))
    page = browse(javascript=False)

    page.goto(link_in_last_mail("accounts_invitation"))
    page.get_by_role("main").get_by_role("link", name="Aanmelden").click()
    page.get_by_label("E-mail").fill(guest.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Aanmelden").first.click()
    page.get_by_role("button", name="Lid worden").click()

    page.get_by_text(f"U handelt voor {owner.organisation}.").wait_for()
    assert Membership.objects.get(user=guest).role == "editor"


def virtual_authenticator(page):
    """A passkey of the computer itself, as a fingerprint reader would give."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_reviewer_sets_up_a_passkey_and_enters_with_it(browse, settings, assert_accessible):
    settings.PORTAL_DEMO = False
    reviewer = person_with_role(Role.Kind.REVIEWER, CallFactory())
    page = browse()
    virtual_authenticator(page)

    log_in(page, reviewer)
    page.get_by_role("heading", name="Nog één stap om binnen te gaan").wait_for()
    assert_accessible(page)
    page.get_by_role("link", name="Een passkey toevoegen").click()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.locator("form[action*=reauthenticate] button").first.click()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.goto(reverse("admin:index"))
    inside = page.title()
    page.context.clear_cookies()
    log_in(page, reviewer)
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(f"**{reverse('admin:index')}")

    assert page.title() == inside
    assert set(reviewer.authenticator_set.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}
