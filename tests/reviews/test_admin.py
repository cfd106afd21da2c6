import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Membership
from reviews import actions
from reviews.models import Assignment, ConflictOfInterest, Criterion, Review
from submissions.models import Proposal
from tests.factories import CallFactory, UserFactory, person_with_role
from tests.reviews.factories import (
    CRITERIA,
    READING,
    assigned_reader,
    declared_nothing,
    filed_proposal,
    reader,
    scored,
    scores,
)

pytestmark = pytest.mark.django_db

LIST = "/beheer/reviews/reviewedproposal/"


@pytest.fixture(autouse=True)
def in_the_reading_week():
    with time_machine.travel(READING, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def proposal(call):
    return filed_proposal(call)


def page_of(proposal):
    return f"{LIST}{proposal.pk}/change/"


def review_data(value="4", **changes):
    data = {f"value_{slug}": value for slug in CRITERIA} | {f"why_{slug}": "Daarom." for slug in CRITERIA}
    return data | changes


# the list


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call) for _ in range(rows)]
    client.force_login(assigned_reader(*proposals))

    with django_assert_num_queries(19):
        response = client.get(LIST)

    assertContains(response, "REF-", count=rows)


def test_list_says_what_is_to_declare_and_shows_nothing_of_it(client, call):
    known, unknown = filed_proposal(call), filed_proposal(call)
    client.force_login(reader(known))

    response = client.get(LIST)

    assertContains(response, known.title)
    assertNotContains(response, unknown.title)
    assertContains(response, reverse("admin:reviews_conflicts", args=[call.slug]))


@pytest.mark.parametrize("search", ["", "?q={title}", "?q={reference}", "?q={organisation}"])
def test_list_and_search_hide_a_conflict(client, call, search):
    secret, plain = filed_proposal(call), filed_proposal(call)
    user = reader(secret, plain)
    Membership.objects.create(user=user, organisation=secret.organisation)
    client.force_login(user)

    response = client.get(
        LIST
        + search.format(title=secret.title, reference=secret.reference, organisation=secret.organisation.name)
    )

    assertNotContains(response, f"{secret.pk}/change")


def test_list_filters_by_own_state_and_answers(client, call):
    todo, done = filed_proposal(call), filed_proposal(call)
    todo.challenge_answers.create(challenge=call.challenges.get(number=1), how="Zo.")
    user = assigned_reader(todo, done)
    scored(done, by=user)
    client.force_login(user)

    challenge = call.challenges.get(number=1).pk
    for query, shown in (("mijn=submitted", done), ("mijn=todo", todo), (f"uitdaging={challenge}", todo)):
        keys = [p.pk for p in client.get(f"{LIST}?{query}").context["cl"].result_list]
        assert keys == [shown.pk]
    assert len(client.get(f"{LIST}?uitdaging=x").context["cl"].result_list) == 2


# reading


def test_reading_shows_the_frozen_version_and_not_the_draft(client, proposal):
    Proposal.objects.filter(pk=proposal.pk).update(title="Later gewijzigd")
    client.force_login(assigned_reader(proposal))

    response = client.get(page_of(proposal))

    assertContains(response, proposal.title)
    assertNotContains(response, "Later gewijzigd")
    assertContains(response, 'name="value_aanpak"', count=6)


def test_reading_answers_404_to_whom_it_does_not_concern(client, proposal):
    conflicted = reader(proposal)
    Membership.objects.create(user=conflicted, organisation=proposal.organisation)
    elsewhere = person_with_role("coordinator", CallFactory())
    declared_nothing(elsewhere, proposal)
    undeclared = person_with_role("reviewer", proposal.call)

    for person in (conflicted, elsewhere, undeclared):
        client.force_login(person)
        assert client.get(page_of(proposal)).status_code == 404
        assert client.post(page_of(proposal), {"act": "save"}).status_code == 404


def test_partner_does_not_enter(client, proposal):
    client.force_login(UserFactory())

    assert client.get(page_of(proposal)).status_code in (302, 403)


def test_save_keeps_a_half_draft(client, proposal):
    user = assigned_reader(proposal)
    client.force_login(user)

    response = client.post(page_of(proposal), {"act": "save", "value_aanpak": "3", "why_bereik": "Later."})

    assert response.status_code == 302
    review = Review.objects.get(reviewer=user)
    kept = {s.criterion.slug: (s.value, s.justification) for s in review.scores.all()}
    assert (kept["aanpak"], kept["bereik"]) == ((3, ""), (None, "Later."))
    assertContains(client.get(page_of(proposal)), "15,0")


def test_submit_makes_the_score_final_and_opens_the_others(client, proposal):
    other = assigned_reader(proposal)
    scored(proposal, by=other)
    user = assigned_reader(proposal)
    client.force_login(user)
    assertNotContains(client.get(page_of(proposal)), "Omdat aanpak 4 verdient.")

    client.post(page_of(proposal), review_data("2") | {"act": "submit"})

    response = client.get(page_of(proposal))
    assertContains(response, "Omdat aanpak 4 verdient.")
    assertNotContains(response, 'value="submit"')
    assert Review.objects.get(reviewer=user).total == 40


def test_submit_points_out_what_is_missing_and_keeps_the_rest(client, proposal):
    client.force_login(assigned_reader(proposal))

    response = client.post(page_of(proposal), review_data(why_aanpak="") | {"act": "submit"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["why_aanpak"]
    assert Review.objects.get().scores.count() == 5


def test_wrong_value_is_refused(client, proposal):
    client.force_login(assigned_reader(proposal))

    for act in ("save", "submit"):
        response = client.post(page_of(proposal), review_data("6") | {"act": act})
        assert response.status_code == 422
    assert Review.objects.count() == 0


def test_abstain_with_and_without_reason(client, proposal):
    client.force_login(assigned_reader(proposal))

    assert client.post(page_of(proposal), {"act": "abstain", "abstain-reason": ""}).status_code == 422
    client.post(page_of(proposal), {"act": "abstain", "abstain-reason": "Te ver van mijn vak."})

    assert Review.objects.get().status == "abstained"


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("admissible", "filed", "admissible"),
        ("inadmissible", "filed", "inadmissible"),
        ("shortlist", "admissible", "shortlisted"),
        ("not_shortlist", "admissible", "not_shortlisted"),
    ],
)
def test_coordinator_acts(client, call, act, before, after):
    proposal = filed_proposal(call, status=before)
    client.force_login(reader(proposal, kind="coordinator"))
    prefix = "shortlist" if "shortlist" in act else "admissible"

    client.post(page_of(proposal), {"act": act, f"{prefix}-reason": "Omdat het zo is."})

    proposal.refresh_from_db()
    assert proposal.status == after


def test_act_without_its_reason_or_of_an_unknown_kind_changes_nothing(client, proposal):
    client.force_login(reader(proposal, kind="coordinator"))

    for act in ("not_shortlist", "inadmissible", "vernietig"):
        assert client.post(page_of(proposal), {"act": act}).status_code == 422
    assert (
        client.post(page_of(proposal), {"act": "shortlist", "shortlist-reason": "x" * 4001}).status_code
        == 422
    )
    proposal.refresh_from_db()
    assert proposal.status == "admissible"


def test_reviewer_cannot_act_as_coordinator(client, proposal):
    client.force_login(reader(proposal))

    assert client.post(page_of(proposal), {"act": "shortlist"}).status_code == 403


def test_assign_and_take_back_by_hand(client, proposal):
    person = person_with_role("reviewer", proposal.call)
    client.force_login(reader(proposal, kind="coordinator"))

    assert client.post(page_of(proposal), {"act": "assign", "reviewer": ""}).status_code == 422
    client.post(page_of(proposal), {"act": "assign", "reviewer": person.pk})
    assignment = Assignment.objects.get()
    assert assignment.reviewer == person
    client.post(page_of(proposal), {"act": "unassign", "assignment": assignment.pk})
    assert Assignment.objects.count() == 0


def test_take_back_is_refused_once_begun(client, proposal):
    person = assigned_reader(proposal)
    actions.save_review(proposal=proposal, scores=scores(), by=person)
    client.force_login(reader(proposal, kind="coordinator"))

    client.post(page_of(proposal), {"act": "unassign", "assignment": Assignment.objects.get().pk})

    assert Assignment.objects.count() == 1


# conflicts


def conflicts_page(call):
    return reverse("admin:reviews_conflicts", args=[call.slug])


def test_declaring_opens_the_candidacies(client, call):
    plain, family = filed_proposal(call), filed_proposal(call)
    client.force_login(person_with_role("reviewer", call))

    response = client.post(
        conflicts_page(call),
        {
            f"kind_{family.organisation_id}": "family",
            f"why_{family.organisation_id}": "Mijn broer.",
            "rest": "on",
        },
        follow=True,
    )

    assertContains(response, plain.title)
    assertNotContains(response, family.title)


def test_declaring_some_tells_how_many_are_left(client, call):
    plain, _other = filed_proposal(call), filed_proposal(call)
    client.force_login(person_with_role("reviewer", call))

    response = client.post(conflicts_page(call), {f"kind_{plain.organisation_id}": "none"}, follow=True)

    assert [m.level_tag for m in response.context["messages"]] == ["warning"]


def test_declaring_without_explanation_keeps_what_was_chosen(client, call, proposal):
    client.force_login(person_with_role("reviewer", call))

    response = client.post(conflicts_page(call), {f"kind_{proposal.organisation_id}": "family"})

    assert response.status_code == 422
    assertContains(response, '<option value="family" selected>', status_code=422)
    assert list(response.context["form"].errors) == [f"why_{proposal.organisation_id}"]


def test_declaring_shows_what_is_pinned_without_fields(client, call, proposal):
    user = person_with_role("reviewer", call)
    Membership.objects.create(user=user, organisation=proposal.organisation)
    client.force_login(user)

    assertNotContains(client.get(conflicts_page(call)), f"kind_{proposal.organisation_id}")
    client.post(conflicts_page(call), {})

    assert ConflictOfInterest.objects.get().pinned is True


@pytest.mark.parametrize("rows", [1, 3])
def test_declaring_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    for _ in range(rows):
        filed_proposal(call)
    client.force_login(person_with_role("reviewer", call))

    with django_assert_num_queries(8):
        client.get(conflicts_page(call))


def test_other_regions_conflicts_page_answers_404(client, call):
    client.force_login(person_with_role("coordinator", CallFactory()))

    assert client.get(conflicts_page(call)).status_code == 404


def test_jury_declares_on_its_own_page(client, call, proposal):
    juror = person_with_role("jury", call)
    client.force_login(juror)
    page = reverse("reviews:conflicts", args=[call.slug])

    assertContains(client.get(page), proposal.organisation.name)
    response = client.post(page, {"rest": "on"})

    assert response.status_code == 302
    assert ConflictOfInterest.objects.get().user == juror
    client.force_login(person_with_role("jury", CallFactory()))
    assert client.get(page).status_code == 404


def conflict_page(row):
    return reverse("admin:reviews_conflictofinterest_change", args=[row.pk])


def test_coordinator_lifts_the_conflict_of_somebody_else(client, call, proposal):
    row = ConflictOfInterest.objects.create(
        user=UserFactory(), organisation=proposal.organisation, call=call, kind="other",
        explanation="Vroeger.", at=READING,
    )  # fmt: skip
    client.force_login(person_with_role("coordinator", call))

    client.post(conflict_page(row), {"lift_reason": ""})
    row.refresh_from_db()
    assert row.stands is True
    client.post(conflict_page(row), {"lift_reason": "Al tien jaar geleden."})
    row.refresh_from_db()
    assert row.stands is False


def test_coordinator_does_not_lift_their_own_conflict(client, call, proposal):
    user = person_with_role("coordinator", call)
    row = ConflictOfInterest.objects.create(
        user=user, organisation=proposal.organisation, call=call, kind="other",
        explanation="Vroeger.", at=READING,
    )  # fmt: skip
    client.force_login(user)

    assert client.post(conflict_page(row), {"lift_reason": "Niets aan."}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_conflicts_list_takes_as_many_queries_whatever_the_rows(
    client, call, rows, django_assert_num_queries
):
    user = person_with_role("coordinator", call)
    for _ in range(rows):
        declared_nothing(UserFactory(), filed_proposal(call))
    client.force_login(user)

    with django_assert_num_queries(10):
        response = client.get("/beheer/reviews/conflictofinterest/")

    assert len(response.context["cl"].result_list) == rows


def test_reviewers_do_not_see_the_conflicts_of_others(client, call):
    client.force_login(person_with_role("reviewer", call))

    assert client.get("/beheer/reviews/conflictofinterest/").status_code == 403


# sharing out, criteria


def test_share_out_assigns_evenly(client, call):
    proposals = [filed_proposal(call) for _ in range(3)]
    for _ in range(3):
        person_with_role("reviewer", call)
    client.force_login(reader(*proposals, kind="coordinator"))
    page = reverse("admin:reviews_share_out", args=[call.slug])

    assert client.post(page, {"per_proposal": "4"}).status_code == 422
    assert client.post(page, {"per_proposal": "0"}).status_code == 422
    response = client.post(page, {"per_proposal": "2"}, follow=True)

    assert [r.assigned for r in response.context["readers"]] == [2, 2, 2]


@pytest.mark.parametrize("rows", [1, 3])
def test_share_out_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call) for _ in range(rows)]
    assigned_reader(*proposals)
    client.force_login(reader(*proposals, kind="coordinator"))

    with django_assert_num_queries(12):
        client.get(reverse("admin:reviews_share_out", args=[call.slug]))


@pytest.mark.parametrize("page", ["reviews_share_out", "reviews_criteria"])
def test_coordinators_pages_answer_404_to_others(client, call, page):
    for person in (person_with_role("reviewer", call), person_with_role("coordinator", CallFactory())):
        client.force_login(person)
        assert client.get(reverse(f"admin:{page}", args=[call.slug])).status_code == 404


def criteria_data(weights):
    data = {"form-TOTAL_FORMS": "6", "form-INITIAL_FORMS": "5"}
    for number, (criterion, weight) in enumerate(zip(actions.default_criteria(), weights, strict=True)):
        data |= {f"form-{number}-{key}": criterion[key] for key in ("slug", "name", "question")}
        data |= {f"form-{number}-anchor_{v}": text for v, text in enumerate(criterion["anchors"])}
        data[f"form-{number}-weight"] = weight
    return data


def test_criteria_are_confirmed_when_the_weights_are_100(client, call):
    client.force_login(person_with_role("coordinator", call))
    page = reverse("admin:reviews_criteria", args=[call.slug])

    assertContains(client.get(page), "form-0-anchor_5")
    assert client.post(page, criteria_data([30, 25, 20, 15, 9])).status_code == 422
    assert client.post(page, criteria_data([20, 20, 20, 20, 20])).status_code == 302

    assert {(c.weight, c.assumed) for c in Criterion.objects.all()} == {(20, False)}


def test_criterion_can_be_left_out_and_another_added(client, call):
    client.force_login(person_with_role("coordinator", call))
    data = criteria_data([30, 25, 20, 15, 10]) | {"form-4-DELETE": "on"}
    data |= {"form-5-name": "Nieuw Criterium", "form-5-weight": "10"}
    data |= {f"form-5-anchor_{value}": f"Betekent {value}" for value in range(6)}

    client.post(reverse("admin:reviews_criteria", args=[call.slug]), data)

    assert [c.slug for c in Criterion.objects.all()] == [*CRITERIA[:4], "nieuw-criterium"]
