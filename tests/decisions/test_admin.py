import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Membership, User
from decisions.models import Assessment, Decision, Release, Remedy
from tests.decisions.factories import (
    DECIDING,
    call_to_decide,
    coordinator,
    decided,
    reasons,
    released,
    replied,
)
from tests.factories import CallFactory, MembershipFactory, RoleFactory, person_with_role
from tests.reviews.factories import assigned_reader, declared_nothing, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db

LIST = "/beheer/decisions/proposaltodecide/"


@pytest.fixture(autouse=True)
def at_the_decision():
    with time_machine.travel(DECIDING, tick=False):
        yield


@pytest.fixture
def call():
    return call_to_decide()


@pytest.fixture
def proposal(call):
    return filed_proposal(call, status="shortlisted")


def page_of(proposal):
    return f"{LIST}{proposal.pk}/change/"


def release_page(call):
    return reverse("admin:decisions_release_call", args=[call.slug])


def decision_data(**changes):
    data = {"outcome": "selected", "rank": "", "motivation": "Alles gewogen."}
    return data | {f"reason_{slug}": text for slug, text in reasons().items()} | changes


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call, status="shortlisted") for _ in range(rows)]
    user = coordinator(*proposals)
    for proposal in proposals:
        decided(proposal, by=user)
    client.force_login(user)

    with django_assert_num_queries(13):
        response = client.get(LIST)

    assertContains(response, "REF-", count=rows)


def test_list_shows_reserves_with_their_place_and_what_is_open(client, call, proposal):
    other = filed_proposal(call, status="shortlisted")
    user = coordinator(proposal, other)
    decided(proposal, by=user, outcome="reserve", rank=1)
    client.force_login(user)

    response = client.get(LIST)

    assertContains(response, "Reserve 1")
    assertContains(response, other.title)


def test_decision_pages_are_for_coordinators_who_may_read(client, call, proposal):
    conflicted = coordinator(proposal)
    Membership.objects.create(user=conflicted, organisation=proposal.organisation)
    elsewhere = person_with_role("coordinator", CallFactory())
    declared_nothing(elsewhere, proposal)

    for person in (conflicted, elsewhere):
        client.force_login(person)
        assert client.get(page_of(proposal)).status_code == 404
        assertNotContains(client.get(LIST), proposal.title)
    client.force_login(reader(proposal))
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(proposal)).status_code == 403


def test_decision_form_starts_from_what_the_readers_wrote(client, call):
    proposal = filed_proposal(call)
    scored(proposal, by=assigned_reader(proposal))
    proposal.status = "shortlisted"
    proposal.save()
    client.force_login(coordinator(proposal))

    assertContains(client.get(page_of(proposal)), "Omdat aanpak 4 verdient.", count=2)


def test_decision_is_kept_and_shown_again(client, proposal):
    client.force_login(coordinator(proposal))

    response = client.post(page_of(proposal), decision_data(), follow=True)

    assertContains(response, "Reden voor expertise.")
    assert Decision.objects.get().outcome == "selected"


@pytest.mark.parametrize(
    ("changes", "field"), [({"outcome": ""}, "outcome"), ({"outcome": "reserve"}, "rank")]
)
def test_decision_that_lacks_something_keeps_what_was_typed(client, proposal, changes, field):
    client.force_login(coordinator(proposal))

    response = client.post(page_of(proposal), decision_data(**changes))

    assertContains(response, "Reden voor expertise.", status_code=422)
    assert list(response.context["form"].errors) == [field]


def test_decision_page_shows_the_letter_once_released(client, proposal):
    decision = released(proposal)[0]
    client.force_login(decision.drafted_by)

    response = client.get(page_of(proposal))

    assertContains(response, "Raad van State")
    assertNotContains(response, 'name="outcome"')


def test_decision_page_is_closed_while_a_release_runs(client, call, proposal):
    one = coordinator(proposal)
    decided(proposal, by=one)
    client.force_login(one)
    client.post(release_page(call), {"act": "request"})

    assertNotContains(client.get(page_of(proposal)), 'name="outcome"')


# the release


def test_release_walks_from_request_to_letters_with_two_people(client, call, proposal):
    one, two = coordinator(proposal), coordinator(proposal)
    MembershipFactory(organisation=proposal.organisation)
    client.force_login(one)
    assertNotContains(client.get(release_page(call)), 'value="request"')
    decided(proposal, by=one)

    client.post(release_page(call), {"act": "request"})
    assertNotContains(client.get(release_page(call)), 'value="approve"')
    assert client.post(release_page(call), {"act": "approve"}).status_code == 403
    client.force_login(two)
    client.post(release_page(call), {"act": "approve"})
    response = client.post(release_page(call), {"act": "release"}, follow=True)

    assertContains(response, "notice-success")
    proposal.refresh_from_db()
    assert (proposal.status, Release.objects.get().status) == ("rejected", "released")


def test_release_can_be_cancelled(client, call, proposal):
    one = coordinator(proposal)
    decided(proposal, by=one)
    client.force_login(one)
    client.post(release_page(call), {"act": "request"})

    client.post(release_page(call), {"act": "cancel"})

    assert Release.objects.get().status == "cancelled"


def test_release_that_is_not_ready_or_not_there_changes_nothing(client, call, proposal):
    client.force_login(coordinator(proposal))

    for act in ("request", "approve", "dans"):
        client.post(release_page(call), {"act": act})

    assert Release.objects.count() == 0


def test_release_page_shows_nothing_to_who_has_a_conflict(client, call, proposal):
    user = coordinator(proposal)
    decided(proposal, by=coordinator(proposal))
    Membership.objects.create(user=user, organisation=proposal.organisation)
    client.force_login(user)

    response = client.get(release_page(call))

    assert response.context["run"] is None
    assertNotContains(response, proposal.reference)


def test_release_page_answers_404_to_another_region(client, call):
    client.force_login(person_with_role("coordinator", CallFactory()))

    assert client.get(release_page(call)).status_code == 404


def test_release_list_leads_to_the_call(client, call, proposal):
    user = coordinator(proposal)
    client.force_login(user)
    assertRedirects(client.get("/beheer/decisions/release/"), release_page(call))

    other = CallFactory()
    RoleFactory(user=user, kind="coordinator", region=other.region)
    assertContains(client.get("/beheer/decisions/release/"), release_page(other))

    client.force_login(reader(proposal))
    assert client.get("/beheer/decisions/release/").status_code == 403


def test_release_list_without_any_call_answers_404(client):
    client.force_login(User.objects.create_superuser("beheer@portaal.example"))

    assert client.get("/beheer/decisions/release/").status_code == 404


def test_release_by_its_number_leads_to_its_call(client, call, proposal):
    decision = released(proposal)[0]
    client.force_login(decision.drafted_by)

    response = client.get(f"/beheer/decisions/release/{decision.release_id}/change/")

    assertRedirects(response, release_page(call))


@pytest.mark.parametrize("rows", [1, 3])
def test_release_page_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call, status="shortlisted") for _ in range(rows)]
    user = coordinator(*proposals)
    for proposal in proposals:
        decided(proposal, by=user)
    client.force_login(user)

    with django_assert_num_queries(22):
        client.get(release_page(call))


# replies


@pytest.fixture
def reply(proposal):
    member = MembershipFactory(organisation=proposal.organisation).user
    return replied(released(proposal)[0], by=member, at=DECIDING)


def reply_page(reply):
    return f"/beheer/decisions/reply/{reply.pk}/change/"


def test_reply_is_assessed_by_somebody_else(client, proposal, reply):
    client.force_login(reader(proposal))

    assert client.post(reply_page(reply), {"outcome": "upheld", "reasons": ""}).status_code == 422
    response = client.post(reply_page(reply), {"outcome": "upheld", "reasons": "Het blijft."}, follow=True)

    assertContains(response, "Het blijft.")
    assert Assessment.objects.get().outcome == "upheld"


def test_reply_page_offers_no_form_to_who_had_a_part(client, proposal, reply):
    client.force_login(reply.decision.drafted_by)

    assertNotContains(client.get(reply_page(reply)), 'name="outcome"')
    assert client.post(reply_page(reply), {"outcome": "upheld", "reasons": "Ja."}).status_code == 403


def test_reply_answers_404_to_who_may_not_read(client, proposal, reply):
    for person in (
        person_with_role("reviewer", proposal.call),
        person_with_role("coordinator", CallFactory()),
    ):
        client.force_login(person)
        assert client.get(reply_page(reply)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_replies_list_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call, status="shortlisted") for _ in range(rows)]
    for decision in released(*proposals):
        member = MembershipFactory(organisation=decision.proposal.organisation).user
        replied(decision, by=member, at=DECIDING)
    client.force_login(reader(*proposals))

    with django_assert_num_queries(13):
        response = client.get("/beheer/decisions/reply/")

    assert len(response.context["cl"].result_list) == rows


def test_replies_list_shows_what_was_found(client, proposal, reply):
    person = reader(proposal)
    client.force_login(person)
    client.post(reply_page(reply), {"outcome": "upheld", "reasons": "Het blijft."})

    assertContains(client.get("/beheer/decisions/reply/"), "Beslissing blijft")


# the remedy clause


def test_remedy_is_confirmed_by_a_coordinator(client, call, proposal):
    user = coordinator(proposal)
    decided(proposal, by=user)
    client.force_login(user)
    page = f"/beheer/decisions/remedy/{Remedy.objects.get().pk}/change/"

    client.post(page, {"where": "Bij de raad.", "days": "30", "reply_words": "500", "assessing_days": "4"})

    remedy = Remedy.objects.get()
    assert (remedy.where, remedy.days, remedy.assumed) == ("Bij de raad.", 30, False)
    assert remedy.reply_words == 500


def test_remedy_stays_while_a_release_runs(client, call, proposal):
    user = coordinator(proposal)
    decided(proposal, by=user)
    client.force_login(user)
    client.post(release_page(call), {"act": "request"})

    client.post(f"/beheer/decisions/remedy/{Remedy.objects.get().pk}/change/", {"where": "Hier", "days": "1"})

    assert Remedy.objects.get().days == 60


@pytest.mark.parametrize("rows", [1, 3])
def test_remedy_list_takes_as_many_queries_whatever_the_rows(client, rows, django_assert_num_queries):
    user = person_with_role("coordinator", call_to_decide())
    for number in range(rows):
        call = call_to_decide()
        RoleFactory(user=user, kind="coordinator", region=call.region)
        Remedy.objects.create(call=call, where="Hier", days=number + 1)
    client.force_login(user)

    with django_assert_num_queries(9):
        response = client.get("/beheer/decisions/remedy/")

    assert len(response.context["cl"].result_list) == rows
