import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from reviews import assignments, queries
from reviews.pictures import distributions, pairs
from tests.factories import CallFactory, person_with_role
from tests.reviews.factories import (
    READING,
    assigned_reader,
    declared_nothing,
    filed_proposal,
    reader,
    scored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_reading_week():
    with time_machine.travel(READING, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory()


def address(call):
    return reverse("admin:reviews_insight", args=[call.slug])


def scored_by_two(call, count, *, high=5, low=2):
    proposals = [filed_proposal(call) for _ in range(count)]
    one, two = assigned_reader(*proposals), assigned_reader(*proposals)
    for proposal in proposals:
        scored(proposal, by=one, value=high)
        scored(proposal, by=two, value=low)
    return proposals, one, two


def test_insight_shows_average_median_spread_and_disagreement(client, call):
    (proposal,), *_readers = scored_by_two(call, 1)
    client.force_login(reader(proposal, kind="coordinator"))

    response = client.get(address(call))

    row = response.context["rows"][0][0]
    assert (row.average, row.median, row.spread) == (70, 70, 60)
    assertContains(response, "verdeeld")


def test_insight_shows_severity_only_with_enough_overlap(client, call):
    proposals, one, _two = scored_by_two(call, 3)
    client.force_login(reader(*proposals, kind="coordinator"))

    with_three = client.get(address(call))
    declared_nothing(one, proposals[0])
    proposals[0].reviews.all()

    assert with_three.context["has_severity"]
    assert {row["severity"].value > 0 for row in with_three.context["readers"]} == {True, False}


def test_insight_says_when_readers_share_too_little(client, call):
    proposals, *_readers = scored_by_two(call, 2)
    client.force_login(reader(*proposals, kind="coordinator"))

    response = client.get(address(call))

    assert not response.context["has_severity"]
    assertContains(response, "te weinig dezelfde kandidaturen")


def test_insight_hides_scores_until_the_own_one_is_in(client, call):
    proposals, _one, two = scored_by_two(call, 1)
    waiting = assigned_reader(*proposals)
    client.force_login(waiting)

    before = client.get(address(call))
    scored(proposals[0], by=waiting, value=3)
    after = client.get(address(call))

    assertNotContains(before, str(two))
    assertContains(after, str(two))


def test_insight_leaves_a_conflict_out(client, call):
    (secret, plain), *_readers = scored_by_two(call, 2)
    client.force_login(reader(plain, kind="coordinator"))

    response = client.get(address(call))

    assertContains(response, plain.reference)
    assertNotContains(response, secret.reference)


@pytest.mark.parametrize("rows", [1, 3])
def test_insight_takes_as_many_queries_whatever_the_rows(client, call, rows, django_assert_num_queries):
    proposals, *_readers = scored_by_two(call, rows)
    client.force_login(reader(*proposals, kind="coordinator"))

    with django_assert_num_queries(14):
        client.get(address(call))


def test_distributions_count_each_value(call):
    filed_proposal(call)
    criteria = list(queries.criteria_of(call))

    found = distributions(criteria, [(criteria[0].pk, 4), (criteria[0].pk, 4), (criteria[0].pk, 1)])

    assert [column.count for column in found[0].columns] == [0, 1, 0, 0, 2, 0]
    assert (found[0].mean, found[1].mean) == (3, None)


def test_pairs_compare_on_what_both_scored():
    given = [("a", 1, 80), ("b", 1, 60), ("a", 2, 10), ("c", 3, 5)]

    found = pairs(["a", "b", "c"], given)

    assert [(pair.first, pair.second, pair.shared, pair.difference) for pair in found] == [("a", "b", 1, 20)]


def test_each_reader_meets_the_list_in_another_order(call):
    proposals = [filed_proposal(call) for _ in range(6)]
    readers = [reader(*proposals) for _ in range(4)]

    orders = [
        [p.pk for p in queries.in_own_order(queries.proposals_for(user, call), user)] for user in readers
    ]
    again = [p.pk for p in queries.in_own_order(queries.proposals_for(readers[0], call), readers[0])]

    assert len({tuple(order) for order in orders}) > 1
    assert again == orders[0]


def test_a_draft_saves_itself_and_answers_in_json(client, call):
    proposal = filed_proposal(call)
    user = assigned_reader(proposal)
    client.force_login(user)
    page = f"/beheer/reviews/reviewedproposal/{proposal.pk}/change/"

    kept = client.post(page, {"value_aanpak": "4"}, headers={"accept": "application/json"})
    too_long = client.post(page, {"why_aanpak": "x" * 4001}, headers={"accept": "application/json"})

    assert kept.json() == {"saved": "10u00", "total": "20.0"}
    assert too_long.status_code == 422
    assert proposal.reviews.get(reviewer=user).status == "draft"


def test_a_draft_of_who_is_not_assigned_does_not_save_itself(client, call):
    proposal = filed_proposal(call)
    client.force_login(reader(proposal))

    response = client.post(
        f"/beheer/reviews/reviewedproposal/{proposal.pk}/change/",
        {"value_aanpak": "4"},
        headers={"accept": "application/json"},
    )

    assert response.status_code == 403


def test_assigning_by_hand_warns_but_does_not_forbid(call):
    proposal = filed_proposal(call)
    busy = assigned_reader(filed_proposal(call), filed_proposal(call))
    person_with_role("reviewer", call)
    assigned_reader(proposal)
    assigned_reader(proposal)

    warnings = assignments.warnings_about(proposal, busy)

    assert len(warnings) == 3
