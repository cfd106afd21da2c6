"""Matching at the staff desk as a coordinator sees it."""

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from matching import composing
from matching.engine.wishes import Wishes
from matching.models import Composition
from tests.factories import OrganisationFactory, filed_proposal, person_with_role

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLES = Path(__file__).parents[1] / "matching" / "samples.json"
PAGES = ("runs", "scores", "why", "coverage", "wishes", "suggestion", "impossible", "choice")


def file_samples(call):
    for row in json.loads(SAMPLES.read_text(encoding="utf-8"))["proposals"]:
        answers = {key: value for key, value in row.items() if key not in ("organisation", "external_id")}
        answers = {key: value for key, value in answers.items() if key not in ("attachments", "filed_at")}
        organisation = OrganisationFactory(name=row["organisation"]["name"])
        filed_proposal(call=call, organisation=organisation, answers=answers)


@pytest.fixture
def coordinator(pajotarl):
    file_samples(pajotarl)
    return person_with_role("coordinator", pajotarl)


@pytest.fixture
def addresses(pajotarl, coordinator):
    made = composing.compose_partnership(
        call=pajotarl, by=coordinator, wishes=Wishes(budget=250_000, maximum=5)
    )
    impossible = composing.compose_partnership(
        call=pajotarl, by=coordinator, wishes=Wishes(budget=1, minimum=2)
    )
    chosen = composing.choose_otherwise(
        suggestion=made,
        keys=made.document["selected"][:2],
        reason="Het OCMW doet dit al.",
        by=coordinator,
        knowingly=True,
    )
    best = max(
        (match for scored in made.run.scored.all() for match in scored.matches.all()),
        key=lambda match: match.points,
    )
    composition = "admin:matching_composition_change"
    return {
        "runs": reverse("admin:matching_run_changelist"),
        "scores": reverse("admin:matching_run_change", args=[made.run_id]),
        "why": reverse(
            "admin:matching_run_explain", args=[made.run_id, best.scored_id, best.challenge.number]
        ),
        "coverage": reverse("admin:matching_run_coverage", args=[made.run_id]),
        "wishes": reverse("admin:matching_run_compose", args=[made.run_id]),
        "suggestion": reverse(composition, args=[made.pk]),
        "impossible": reverse(composition, args=[impossible.pk]),
        "choice": reverse(composition, args=[chosen.pk]),
    }


def test_what_is_typed_stays_while_the_studies_arrive(browse, pajotarl, coordinator):
    made = composing.compose_partnership(call=pajotarl, by=coordinator)
    Composition.objects.filter(pk=made.pk).update(studied=False)
    page = browse(user=coordinator)
    page.goto(reverse("admin:matching_composition_change", args=[made.pk]))
    page.get_by_label("Waarom u anders kiest").fill("Het OCMW doet dit al.")

    Composition.objects.filter(pk=made.pk).update(studied=True)
    page.get_by_text("Het verschijnt hier vanzelf").wait_for(state="detached")

    expect(page.get_by_label("Waarom u anders kiest")).to_have_value("Het OCMW doet dit al.")


def test_every_page_of_matching_is_accessible(browse, assert_accessible, addresses, coordinator):
    page = browse(user=coordinator)
    for name in PAGES:
        page.goto(addresses[name])
        assert_accessible(page)


def test_on_a_phone_scores_stand_as_cards_and_the_menu_shows_where_you_are(browse, addresses, coordinator):
    page = browse(user=coordinator)
    page.set_viewport_size({"width": 390, "height": 1600})
    page.goto(addresses["scores"])
    fifth = page.locator(".points tbody tr").first.locator("td.num").nth(4)
    expect(fifth).to_be_in_viewport()
    expect(fifth).to_have_attribute("data-label", re.compile("^5"))

    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(addresses["scores"])
    expect(page.locator("#nav-sidebar .current-model")).to_be_in_viewport()


def test_from_the_list_to_the_sentence_to_a_choice_with_the_keyboard_and_without_javascript(
    browse, pajotarl, coordinator
):
    page = browse(user=coordinator, javascript=False)
    page.goto(reverse("admin:matching_run_changelist"))

    page.get_by_role("button", name="scoren").press("Enter")
    page.get_by_role("link", name="De Open Schuif vzw, 1.").press("Enter")
    expect(page.locator("mark").first).to_be_visible()

    page.get_by_role("link", name="Samenstellen", exact=True).press("Enter")
    page.get_by_label("Hoogstens zoveel organisaties").fill("3")
    page.get_by_role("button", name="Een partnerschap voorstellen").press("Enter")
    expect(page.get_by_role("button", name="Stoppen")).to_be_visible()
    composing.solve(Composition.objects.get().pk)
    page.get_by_text("bewezen optimaal").first.wait_for()

    page.get_by_label("Waarom u anders kiest").fill("Het OCMW doet dit al.")
    page.get_by_role("button", name="Deze keuze bewaren").press("Enter")
    expect(page.get_by_text("Uw keuze is bewaard")).to_be_visible()
