from decimal import Decimal

import pytest

from accounts.models import Membership
from reviews import assignments, queries, rules
from reviews.models import ConflictOfInterest
from tests.factories import CallFactory, MembershipFactory, UserFactory, person_with_role
from tests.reviews.factories import READING, assigned_reader, declared_nothing, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory()


def row(user, proposal):
    return queries.proposals_for(user, proposal.call).get(pk=proposal.pk)


def test_proposals_for_leaves_out_conflicts_and_what_was_not_declared(call):
    plain, undeclared, declared, member = (filed_proposal(call) for _ in range(4))
    user = reader(plain, member)
    MembershipFactory(user=user, organisation=member.organisation)
    ConflictOfInterest.objects.create(
        user=user, organisation=declared.organisation, call=call, kind="family", explanation="Zus", at=READING
    )

    assert list(queries.proposals_for(user, call)) == [queries.readable(user).get(pk=plain.pk)]
    assert undeclared.organisation in queries.undeclared(user=user, call=call)


def test_proposals_for_agrees_with_may_read(call):
    statuses = ["filed", "admissible", "inadmissible", "shortlisted", "selected", "draft", "withdrawn"]
    proposals = [filed_proposal(call, status=status) for status in statuses]
    elsewhere = filed_proposal(CallFactory())

    for kind in ("coordinator", "reviewer", "jury"):
        user = reader(*proposals, kind=kind)
        declared_nothing(user, elsewhere)
        shown = set(queries.readable(user).values_list("pk", flat=True))
        assert shown == {p.pk for p in [*proposals, elsewhere] if rules.may_read(user, p)}


def test_proposals_for_is_empty_for_a_partner(call):
    proposal = filed_proposal(call)
    member = MembershipFactory(organisation=proposal.organisation).user
    declared_nothing(member, proposal)

    assert list(queries.proposals_for(member, call)) == []


def test_own_state_follows_the_review(call):
    todo, begun, done, other = (filed_proposal(call) for _ in range(4))
    user = assigned_reader(todo, begun, done)
    declared_nothing(user, other)
    queries.Review.objects.create(
        proposal=begun, version=begun.versions.first(), reviewer=user, saved_at=READING
    )
    scored(done, by=user)

    assert [row(user, p).own_state for p in (todo, begun, done, other)] == [
        "todo",
        "draft",
        "submitted",
        "none",
    ]


def test_average_and_spread_show_where_allowed_only(call):
    proposal = filed_proposal(call)
    low, high, waiting = (assigned_reader(proposal) for _ in range(3))
    scored(proposal, by=low, value=2)
    scored(proposal, by=high, value=4)

    seen, hidden = row(low, proposal), row(waiting, proposal)

    assert (seen.average, seen.lowest, seen.highest, seen.spread) == (60, 40, 80, 40)
    assert (hidden.average, hidden.lowest, hidden.highest, hidden.spread) == (None,) * 4
    assert (seen.reviews_in, hidden.reviews_in) == (2, 2)


def test_sees_scores_agrees_with_the_rule(call):
    proposals = [filed_proposal(call), filed_proposal(call, status="shortlisted"), filed_proposal(call)]
    done = assigned_reader(*proposals)
    scored(proposals[0], by=done)
    people = [done, reader(*proposals, kind="coordinator"), reader(*proposals)]
    people.append(reader(*proposals, kind="coordinator", also="reviewer"))

    for user in people:
        shown = {p.pk: p.sees_scores for p in queries.proposals_for(user, call)}
        assert shown == {p.pk: rules.may_see_others_scores(user, p) for p in proposals}


def test_conflicted_review_does_not_count(call):
    proposal = filed_proposal(call)
    fair, partial = assigned_reader(proposal), assigned_reader(proposal)
    scored(proposal, by=fair, value=2)
    scored(proposal, by=partial, value=5)
    Membership.objects.create(user=partial, organisation=proposal.organisation)

    assert row(fair, proposal).average == Decimal("40.0")
    assert list(queries.others_reviews(user=fair, proposal=proposal)) == []


def test_others_reviews_leave_out_ones_own(call):
    proposal = filed_proposal(call)
    one, two = assigned_reader(proposal), assigned_reader(proposal)
    mine = scored(proposal, by=one)

    assert list(queries.others_reviews(user=two, proposal=proposal)) == []
    theirs = scored(proposal, by=two)
    assert list(queries.others_reviews(user=two, proposal=proposal)) == [mine]
    assert list(queries.others_reviews(user=one, proposal=proposal)) == [theirs]
    assert queries.own_review(user=one, proposal=proposal) == mine


def test_organisations_to_declare_say_what_was_found(call):
    plain, member, same_domain = (filed_proposal(call) for _ in range(3))
    filed_proposal(call, status="draft")
    user = person_with_role("reviewer", call)
    MembershipFactory(user=user, organisation=member.organisation)
    MembershipFactory(
        user=UserFactory(email=f"collega@{user.email.split('@')[1]}"), organisation=same_domain.organisation
    )

    found = {o: o.found for o in queries.organisations_to_declare(user=user, call=call)}

    assert found == {
        plain.organisation: "",
        member.organisation: "member",
        same_domain.organisation: "mail_domain",
    }


def test_open_assignments_end_with_the_review(call):
    todo, done = filed_proposal(call), filed_proposal(call)
    user, colleague = assigned_reader(todo, done), assigned_reader(todo)
    scored(done, by=user)

    assert [a.proposal for a in assignments.open_assignments(call=call, reviewer=user)] == [todo]
    assert {a.reviewer for a in assignments.open_assignments(call=call)} == {user, colleague}


def test_without_review_lists_the_written_round_only(call):
    bare, read = filed_proposal(call), filed_proposal(call)
    filed_proposal(call, status="inadmissible")
    scored(read, by=assigned_reader(read))

    assert list(assignments.without_review(call)) == [bare]


@pytest.mark.parametrize("rows", [1, 3])
def test_proposals_for_takes_as_many_queries_whatever_the_rows(call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call) for _ in range(rows)]
    user = reader(*proposals)

    with django_assert_num_queries(3):
        found = [(p.organisation.name, p.call.slug, p.average) for p in queries.proposals_for(user, call)]

    assert len(found) == rows
