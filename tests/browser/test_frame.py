"""The frame around every page: practice bar, navigation per role, language, the staff desk."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role, RoleRequest, User
from journal import clock
from journal.actions import record
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory, brussels, person_with_role

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = reverse("account_login")


@pytest.fixture
def partner():
    person = UserFactory(name="Piet Oefenmans")
    MembershipFactory(user=person, organisation=OrganisationFactory(name="Oefenhuis De Brug vzw"))
    return person


def links_of(page, name):
    return page.get_by_role("navigation", name=name).get_by_role("link").all_inner_texts()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_clock_is_set_from_the_bar_and_the_visitor_stays_on_the_page(browse, javascript):
    page = browse(javascript=javascript)
    page.goto(LOGIN)

    page.get_by_text("Klok verzetten").click()
    page.get_by_label("Datum en uur (Brusselse tijd)").fill("2023-08-21T10:00")
    page.get_by_role("button", name="Klok zetten").click()

    page.wait_for_url(f"**{LOGIN}")
    assert page.get_by_role("complementary", name="Oefenmodus").locator("time").inner_text() == (
        "maandag 21 augustus 2023, 10u00 (Brusselse tijd)"
    )


def test_the_bar_jumps_to_the_minute_before_the_deadline(browse, pajotarl):
    page = browse()
    page.goto(LOGIN)

    page.get_by_text("Klok verzetten").click()
    page.get_by_role("button", name="één minuut vóór de deadline").first.click()

    page.wait_for_load_state()
    assert abs((clock.now() - brussels(2023, 9, 1, 23, 59)).total_seconds()) < 60


def test_the_open_bar_is_accessible(browse, pajotarl, assert_accessible):
    page = browse()
    page.goto(LOGIN)

    page.get_by_text("Klok verzetten").click()

    assert_accessible(page)


def test_a_partner_sees_for_whom_they_act(browse, partner, pajotarl):
    page = browse(user=partner)

    page.goto(reverse("account_email"))

    expect(page.locator(".acting")).to_have_text("U handelt voor Oefenhuis De Brug vzw.")
    assert links_of(page, "Hoofdmenu") == ["Mijn kandidaturen", "Mijn organisaties", "De oproep"]


def test_a_jury_member_and_staff_have_their_own_way_in(browse, pajotarl):
    juror, reader = (person_with_role(kind, pajotarl) for kind in (Role.Kind.JURY, Role.Kind.REVIEWER))

    menus = []
    for person in (juror, reader):
        page = browse(user=person)
        page.goto(reverse("account_email"))
        menus.append(links_of(page, "Hoofdmenu"))

    assert menus == [["Jury", "De oproep"], ["Beheer", "De oproep"]]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_language_changes_and_the_visitor_stays_on_the_page(browse, javascript):
    page = browse(javascript=javascript)
    page.goto(LOGIN)

    page.get_by_role("button", name="In English").click()
    page.wait_for_load_state()

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith(LOGIN)


def test_logging_out_is_a_button_in_the_menu(browse, partner):
    page = browse(user=partner)
    page.goto(reverse("account_email"))

    page.get_by_text("Piet Oefenmans").click()
    page.get_by_role("button", name="Afmelden").click()
    page.wait_for_load_state()
    page.goto(LOGIN)

    expect(page.locator("header").get_by_role("link", name="Aanmelden")).to_be_visible()


def test_the_keyboard_reaches_the_content_first(browse):
    page = browse()
    page.goto(LOGIN)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_the_staff_desk_wears_the_look(browse, pajotarl, assert_accessible):
    person = User.objects.create_superuser("beheer@portaal.example", "een-lang-wachtwoord")
    entry = record("a.happened", about="thing:1", call=pajotarl)
    RoleRequest.objects.create(
        email="nele@gemeente.example", kind="jury", region=pajotarl.region, call=pajotarl, asked_by=person
    )
    page = browse(user=person)

    for address in (
        reverse("admin:index"),
        reverse("admin:journal_entry_changelist"),
        reverse("admin:journal_entry_change", args=[entry.number]),
        reverse("admin:challenges_call_change", args=[pajotarl.pk]),
        reverse("admin:accounts_role_add"),
        reverse("admin:accounts_rolerequest_changelist"),
    ):
        page.goto(address)
        expect(page.get_by_role("link", name="Naar het portaal")).to_be_visible()
        assert_accessible(page)


def test_a_list_of_the_staff_desk_stands_as_cards_on_a_phone(browse, pajotarl):
    coordinator = person_with_role(Role.Kind.COORDINATOR, pajotarl)
    page = browse(user=coordinator)
    page.goto(reverse("admin:accounts_role_changelist"))
    heads = page.locator("#result_list thead")
    expect(heads).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 800})

    expect(heads).to_be_hidden()
    row = page.locator("#result_list tbody tr").first
    expect(row).to_be_visible()
    wide, room = (page.locator(place).bounding_box()["width"] for place in ("#result_list", ".results"))
    assert wide <= room
    assert set(row.locator("td").evaluate_all("cells => cells.map(cell => cell.dataset.label)")) > {"Regio"}
