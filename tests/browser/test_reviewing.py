"""Reading, scoring, deciding and replying, as the people who do it; and every page of it under axe-core."""

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Membership
from challenges.models import Milestone
from decisions.models import Decision, Reply
from reviews.models import Review
from tests.browser.people import press
from tests.decisions.factories import DECIDING, call_to_decide, coordinator, decided, released, replied
from tests.factories import MembershipFactory, brussels, person_with_role
from tests.reviews.factories import CRITERIA, READING, assigned_reader, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/beheer/reviews/reviewedproposal/"


@pytest.fixture
def call():
    call = call_to_decide(slug="oefenoproep", title="Oefenoproep")
    Milestone.objects.create(
        call=call,
        kind=Milestone.Kind.WRITTEN_REVIEW,
        starts=brussels(2023, 9, 4),
        until=brussels(2023, 9, 9),
        position=2,
    )
    return call


@pytest.fixture
def reading_week():
    with time_machine.travel(READING):
        yield


@pytest.fixture
def day_of_decision():
    with time_machine.travel(DECIDING):
        yield


def test_reader_declares_reads_and_scores(browse, call, reading_week):
    plain, own = filed_proposal(call, title="Fietsen voor iedereen"), filed_proposal(call, title="Geheim")
    user = person_with_role("reviewer", call)
    Membership.objects.create(user=user, organisation=own.organisation)
    scored(plain, by=assigned_reader(plain), value=2)
    plain.assignments.create(reviewer=user, assigned_at=READING)
    page = browse(user=user)

    page.goto("/beheer/")
    page.get_by_role("link", name="organisaties waarover u nog moet verklaren").click()
    page.get_by_label("Met de organisaties die ik openliet").check()
    page.get_by_role("button", name="Verklaren").click()
    expect(page.get_by_text("Geheim")).to_have_count(0)
    page.get_by_role("link", name="Fietsen voor iedereen").click()
    expect(page.get_by_text("Omdat aanpak 2 verdient.")).to_have_count(0)
    for slug in CRITERIA:
        page.locator(f"input[name=value_{slug}][value='4']").check()
        page.locator(f"[name=why_{slug}]").fill("Sterk uitgewerkt.")
    expect(page.locator("[data-total]")).to_have_text("80,0")
    page.get_by_role("button", name="Score indienen").click()
    page.locator("summary", has_text="40,0 / 100").click()

    expect(page.get_by_text("Omdat aanpak 2 verdient.")).to_be_visible()
    assert Review.objects.get(reviewer=user).total == 80


def test_reader_scores_by_keyboard_without_javascript(browse, call, reading_week):
    proposal = filed_proposal(call)
    user = assigned_reader(proposal)
    page = browse(user=user, javascript=False)

    page.goto(f"{LIST}{proposal.pk}/change/")
    for slug in CRITERIA:
        page.locator(f"input[name=value_{slug}]").first.focus()
        page.keyboard.press("Space")
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("Goed.")
    page.get_by_role("button", name="Score indienen").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Uw score is binnen").wait_for()

    assert Review.objects.get(reviewer=user).total == 60


def test_two_coordinators_release_and_a_partner_replies(browse, call, day_of_decision):
    proposal = filed_proposal(call, status="shortlisted")
    member = MembershipFactory(organisation=proposal.organisation).user
    one, two, other = coordinator(proposal), coordinator(proposal), reader(proposal)
    decided(proposal, by=one)
    release = reverse("admin:decisions_release_call", args=[call.slug])

    page = browse(user=one)
    page.goto(release)
    page.get_by_role("button", name="Een tweede coördinator vragen").click()
    expect(page.get_by_role("button", name="Brieven goedkeuren")).to_have_count(0)
    page = browse(user=two)
    page.goto(release)
    page.get_by_role("button", name="Brieven goedkeuren").click()
    press(page.get_by_role("button", name="Brieven vrijgeven"))
    page = browse(user=member)
    page.goto(reverse("decisions:decision", args=[proposal.pk]))
    press(page.get_by_role("link", name="Een wederwoord schrijven"))
    page.get_by_label("Uw wederwoord").fill("Onze aanpak is wel haalbaar.")
    page.goto(page.url)
    page.get_by_label("Aanpak en haalbaarheid").check()
    expect(page.get_by_label("Uw wederwoord")).to_have_value("Onze aanpak is wel haalbaar.")
    press(page.get_by_role("button", name="Wederwoord versturen"))
    page = browse(user=other)
    page.goto(f"/beheer/decisions/reply/{Reply.objects.get().pk}/change/")
    page.get_by_label("Beslissing herzien").check()
    page.get_by_label("Nieuwe uitkomst").select_option("selected")
    page.get_by_label("Uw redenen").fill("U hebt gelijk.")
    page.get_by_role("button", name="Oordeel geven").click()
    page.get_by_text("Wat deze herziening voor het partnerschap betekent").wait_for()
    page.get_by_role("button", name="De herziening bevestigen").click()
    page.get_by_text("De organisatie krijgt bericht").wait_for()

    proposal.refresh_from_db()
    assert proposal.status == "selected"


def test_pages_of_the_reading_are_accessible(browse, assert_accessible, call, reading_week):
    done, todo, unknown = (filed_proposal(call) for _ in range(3))
    user = assigned_reader(done, todo)
    scored(done, by=user)
    leader = reader(done, todo, kind="coordinator")
    juror = person_with_role("jury", call)
    pages = [
        (user, ["/beheer/", LIST, f"{LIST}{todo.pk}/change/", f"{LIST}{done.pk}/change/"]),
        (user, [reverse("admin:reviews_conflicts", args=[call.slug])]),
        (leader, ["/beheer/", f"{LIST}{done.pk}/change/", "/beheer/reviews/conflictofinterest/"]),
        (
            leader,
            [
                reverse(f"admin:reviews_{name}", args=[call.slug])
                for name in ("share_out", "criteria", "insight", "shortlist")
            ],
        ),
        (juror, [reverse("reviews:conflicts", args=[call.slug])]),
    ]

    for person, addresses in pages:
        page = browse(user=person)
        for address in addresses:
            page.goto(address)
            assert_accessible(page)
    assert unknown.pk


def test_pages_of_the_decision_are_accessible(browse, assert_accessible, call, day_of_decision):
    proposal, other = (filed_proposal(call, status="shortlisted") for _ in range(2))
    member = MembershipFactory(organisation=proposal.organisation).user
    leader, assessor = coordinator(proposal, other), reader(proposal, other)
    desk = "/beheer/decisions"

    def look(person, *addresses):
        page = browse(user=person)
        for address in addresses:
            page.goto(address)
            assert_accessible(page)

    decided(proposal, by=leader)
    look(leader, f"{desk}/proposaltodecide/", f"{desk}/proposaltodecide/{other.pk}/change/")
    look(leader, reverse("admin:decisions_release_call", args=[call.slug]))
    decided(other, by=leader)
    released(proposal, other)
    decision = Decision.objects.get(proposal=proposal)
    look(leader, f"{desk}/proposaltodecide/{proposal.pk}/change/", f"{desk}/release/", f"{desk}/remedy/")
    look(member, *(reverse(f"decisions:{name}", args=[proposal.pk]) for name in ("decision", "reply")))
    reply = replied(decision, by=member, at=DECIDING)
    look(member, reverse("decisions:decision", args=[proposal.pk]))
    look(assessor, f"{desk}/reply/", f"{desk}/reply/{reply.pk}/change/")
