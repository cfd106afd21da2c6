import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.gallery")]


def test_every_part_is_accessible(browse, assert_accessible):
    page = browse()

    page.goto("/galerij/")

    assert_accessible(page)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_timeline_is_a_picture_on_a_wide_screen_and_a_list_on_a_phone(browse, screen):
    page = browse(screen=screen)

    page.goto("/galerij/")

    assert page.locator(".timeline svg").is_visible() == (screen == DESKTOP)
    expect(page.locator(".timeline li.here b")).to_have_text("u bent hier")


def test_the_number_in_a_cell_opens_the_organisations_behind_it_by_keyboard(browse):
    page = browse()
    page.goto("/galerij/")

    page.locator(".matrix summary").first.focus()
    page.keyboard.press("Enter")

    assert page.locator(".cell[open] li").all_inner_texts() == ["Oefenvereniging Noord vzw"]


def test_a_menu_closes_with_escape_and_gives_the_focus_back(browse):
    page = browse()
    page.goto("/galerij/")
    page.locator(".matrix summary").first.click()

    page.keyboard.press("Escape")

    expect(page.locator(".cell[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
