import pytest
import time_machine

from accounts.models import Membership, Role, User
from reviews import actions, rules
from reviews.models import ConflictOfInterest
from submissions.models import Extension
from tests.factories import (
    CallFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    brussels,
    person_with_role,
)
from tests.reviews.factories import READING, assigned_reader, declared_nothing, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def proposal(call):
    return filed_proposal(call)


def declare(user, proposal, kind, **kwargs):
    return ConflictOfInterest.objects.create(
        user=user, organisation=proposal.organisation, call=proposal.call, kind=kind, at=READING, **kwargs
    )


def test_has_conflict_is_false_for_a_stranger(proposal):
    assert rules.has_conflict(UserFactory(), proposal) is False


def test_has_conflict_when_declared(proposal):
    user = UserFactory()
    declare(user, proposal, "family", explanation="Mijn zus werkt er.")

    assert rules.has_conflict(user, proposal) is True


def test_has_conflict_is_false_when_nothing_was_declared_to_be_the_tie(proposal):
    user = UserFactory()
    declared_nothing(user, proposal)

    assert rules.has_conflict(user, proposal) is False


def test_has_conflict_holds_for_the_declared_call_only(proposal):
    user = UserFactory()
    elsewhere = filed_proposal(CallFactory(), organisation=proposal.organisation)
    declare(user, proposal, "family", explanation="Mijn zus werkt er.")

    assert rules.has_conflict(user, elsewhere) is False


def test_has_conflict_for_a_member_whatever_they_declared(proposal):
    user = UserFactory()
    declared_nothing(user, proposal)
    MembershipFactory(user=user, organisation=proposal.organisation)

    assert rules.has_conflict(user, proposal) is True


@pytest.mark.parametrize(
    ("address", "colleague", "expected"),
    [
        ("an@Huis.example", "piet@huis.EXAMPLE", True),
        ("an@huis.example", "piet@ander.example", False),
        ("an@gmail.com", "piet@gmail.com", False),
    ],
)
def test_has_conflict_with_the_mail_domain_of_a_member(proposal, address, colleague, expected):
    MembershipFactory(user=UserFactory(email=colleague), organisation=proposal.organisation)

    assert rules.has_conflict(UserFactory(email=address), proposal) is expected


def test_has_conflict_with_the_mail_domain_of_the_organisation(call):
    proposal = filed_proposal(call, organisation=OrganisationFactory(email="info@huis.example"))

    assert rules.has_conflict(UserFactory(email="an@huis.example"), proposal) is True


def test_lifted_conflict_counts_no_more(proposal):
    user = UserFactory()
    MembershipFactory(user=user, organisation=proposal.organisation)
    declare(
        user,
        proposal,
        "member",
        source="found",
        lifted_by=UserFactory(),
        lifted_at=READING,
        lift_reason="Oud.",
    )

    assert rules.has_conflict(user, proposal) is False


@pytest.mark.parametrize("kind", [Role.Kind.REVIEWER, Role.Kind.COORDINATOR])
def test_staff_may_read_what_they_declared_about(proposal, kind):
    assert rules.may_read(reader(proposal, kind=kind), proposal) is True


def test_staff_may_not_read_before_they_declare(proposal):
    assert rules.may_read(person_with_role("reviewer", proposal.call), proposal) is False


def test_staff_may_not_read_with_a_conflict(proposal):
    user = reader(proposal)
    Membership.objects.create(user=user, organisation=proposal.organisation)

    assert rules.may_read(user, proposal) is False


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_staff_may_not_read_what_is_not_filed(call, status):
    proposal = filed_proposal(call, status=status)

    assert rules.may_read(reader(proposal), proposal) is False


@pytest.mark.parametrize(
    ("status", "expected"), [("admissible", False), ("shortlisted", True), ("selected", True)]
)
def test_jury_may_read_what_was_shortlisted(call, status, expected):
    proposal = filed_proposal(call, status=status)

    assert rules.may_read(reader(proposal, kind=Role.Kind.JURY), proposal) is expected


def test_others_may_not_read(proposal):
    outsider, elsewhere = UserFactory(), person_with_role("reviewer", CallFactory())
    for user in (outsider, elsewhere):
        declared_nothing(user, proposal)

    assert [rules.may_read(user, proposal) for user in (outsider, elsewhere)] == [False, False]


def test_may_declare_for_staff_and_jury_of_the_call(call):
    insiders = [person_with_role(kind, call) for kind in ("coordinator", "reviewer", "jury")]

    assert [rules.may_declare(user, call=call) for user in [*insiders, UserFactory()]] == [True] * 3 + [False]


def test_may_score_when_assigned(proposal):
    assert rules.may_score(assigned_reader(proposal), proposal) is True


def test_may_score_not_when_unassigned(proposal):
    assert rules.may_score(reader(proposal), proposal) is False


def test_may_score_not_with_a_conflict(proposal):
    user = assigned_reader(proposal)
    Membership.objects.create(user=user, organisation=proposal.organisation)

    assert rules.may_score(user, proposal) is False


@pytest.mark.parametrize("status", ["filed", "shortlisted", "not_shortlisted", "inadmissible"])
def test_may_score_only_between_admissibility_and_shortlist(call, status):
    proposal = filed_proposal(call, status=status)

    assert rules.may_score(assigned_reader(proposal), proposal) is False


def test_may_score_not_again_once_submitted(proposal):
    user = assigned_reader(proposal)
    scored(proposal, by=user)

    assert rules.may_score(user, proposal) is False


def test_scores_of_others_are_hidden_until_ones_own_is_in(proposal):
    first, second = assigned_reader(proposal), assigned_reader(proposal)
    scored(proposal, by=first)

    assert rules.may_see_others_scores(first, proposal) is True
    assert rules.may_see_others_scores(second, proposal) is False


def test_abstaining_does_not_open_the_scores_of_others(proposal):
    user = assigned_reader(proposal)
    actions.abstain(proposal=proposal, reason="Te weinig kennis van dit terrein.", by=user)

    assert rules.may_see_others_scores(user, proposal) is False


def test_scores_of_others_open_for_everyone_once_scoring_is_over(call):
    proposal = filed_proposal(call, status="shortlisted")

    assert rules.may_see_others_scores(reader(proposal), proposal) is True


def test_coordinator_who_does_not_review_sees_the_scores(proposal):
    assert rules.may_see_others_scores(reader(proposal, kind="coordinator"), proposal) is True


def test_coordinator_who_reviews_as_well_waits_like_a_reader(proposal):
    both = reader(proposal, kind="coordinator", also="reviewer")

    assert rules.may_see_others_scores(both, proposal) is False


def test_scores_of_others_stay_hidden_in_conflict(proposal):
    user = reader(proposal, kind="coordinator")
    Membership.objects.create(user=user, organisation=proposal.organisation)

    assert rules.may_see_others_scores(user, proposal) is False


@pytest.mark.parametrize(("kind", "expected"), [("coordinator", True), ("reviewer", False), ("jury", False)])
def test_may_judge_for_coordinators(call, kind, expected):
    proposal = filed_proposal(call, status="shortlisted")

    assert rules.may_judge(reader(proposal, kind=kind), proposal) is expected


def test_superuser_judges_after_declaring(proposal):
    user = User.objects.create_superuser("beheer@portaal.example")
    declared_nothing(user, proposal)

    assert rules.may_judge(user, proposal) is True


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (brussels(2023, 9, 1, 23, 59, 59, 999_000), False),
        (brussels(2023, 9, 2), True),
    ],
)
def test_filing_closes_at_the_half_open_end(proposal, moment, expected):
    assert rules.filing_has_closed(proposal, at=moment) is expected


def test_filing_stays_open_for_whom_it_was_extended(call):
    extended, other = filed_proposal(call), filed_proposal(call)
    asker, approver = UserFactory(), UserFactory()
    Extension.objects.create(
        call=call,
        organisation=extended.organisation,
        until=brussels(2023, 9, 4),
        reason="Storing",
        requested_by=asker,
        requested_at=brussels(2023, 9, 1),
        approved_by=approver,
        approved_at=brussels(2023, 9, 1),
    )

    at = brussels(2023, 9, 3)
    assert [rules.filing_has_closed(p, at=at) for p in (extended, other)] == [False, True]
    assert rules.filing_has_closed(extended, at=brussels(2023, 9, 4)) is True


def test_filing_never_closed_without_a_milestone(proposal):
    proposal.call.milestones.all().delete()

    with time_machine.travel(READING):
        assert rules.filing_has_closed(proposal, at=READING) is False
