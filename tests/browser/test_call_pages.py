"""The public pages of a call and its staff desk: accessible, wide and narrow, light and dark."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from challenges.actions import load_call
from challenges.models import Question
from tests.factories import brussels, person_with_role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call():
    call = load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml").call
    Question.objects.create(
        call=call, question="Mag een vzw?", answer="Zeker.", published_at=brussels(2023, 7, 3)
    )
    return call


def public_pages(call) -> list[str]:
    names = [
        "home", "challenges", "service_types", "principles", "municipalities",
        "questions", "contacts", "privacy",
    ]  # fmt: skip
    pages = [reverse(f"challenges:{name}", args=[call.slug]) for name in names]
    return [
        *pages,
        reverse("challenges:challenge", args=[call.slug, 3]),
        reverse("personas:persona", args=[call.slug, "chadia"]),
        reverse("challenges:calls"),
        reverse("challenges:accessibility"),
    ]


def test_public_pages_are_accessible(browse, call, assert_accessible):
    page = browse()

    for address in public_pages(call):
        page.goto(address)
        assert_accessible(page)


def test_call_reads_without_javascript(browse, call):
    page = browse(javascript=False)

    page.goto("/")
    page.get_by_role("link", name="Ouders, vaak alleenstaand").click()
    page.get_by_role("link", name="Kinderopvang mogelijk maken").click()

    assert page.url.endswith("/oproep/pajotarl-2023/diensten/#kinderopvang")
    expect(page.locator("#kinderopvang")).to_be_visible()


def test_coordinator_decides_a_need(browse, call):
    page = browse(user=person_with_role("coordinator", call))

    page.goto(reverse("admin:challenges_call_needs", args=[call.pk]))
    page.get_by_label("Mobiliteit op maat, uitdaging 3: gewicht").select_option("2")
    page.get_by_label("Mobiliteit op maat, uitdaging 3: beslist").check()
    page.get_by_role("button", name="Bewaren").click()

    page.get_by_text("1 nood is gewijzigd.").wait_for()
    need = call.challenges.get(number=3).needs.get(service_type__slug="mobiliteit")
    assert (need.weight, need.assumed) == (2, False)
