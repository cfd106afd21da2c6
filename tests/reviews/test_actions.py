from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Membership
from journal.models import Entry
from notifications.models import Message
from reviews import actions, assigning, rules
from reviews.errors import Incomplete, NotAllowed, Refused
from reviews.models import Assignment, ConflictOfInterest, Criterion, Review, Score
from tests.factories import CallFactory, MembershipFactory, UserFactory, brussels, person_with_role
from tests.reviews.factories import (
    CRITERIA,
    READING,
    assigned_reader,
    filed_proposal,
    reader,
    scored,
    scores,
)

pytestmark = pytest.mark.django_db


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


def verbs():
    return list(Entry.objects.order_by("number").values_list("verb", flat=True))


# criteria


def test_ensure_criteria_gives_the_marked_defaults_once(call):
    actions.ensure_criteria(call=call)
    actions.ensure_criteria(call=call)

    criteria = Criterion.objects.filter(call=call)
    assert [c.slug for c in criteria] == CRITERIA
    assert sum(c.weight for c in criteria) == 100
    assert {c.assumed for c in criteria} == {True}
    assert verbs() == ["criteria.set"]


def test_set_criteria_by_a_coordinator_confirms_them(call):
    actions.set_criteria(
        call=call, criteria=actions.default_criteria(), by=person_with_role("coordinator", call)
    )

    assert set(Criterion.objects.values_list("assumed", flat=True)) == {False}


def test_set_criteria_refuses_a_reviewer(call):
    with pytest.raises(NotAllowed):
        actions.set_criteria(call=call, criteria=[], by=person_with_role("reviewer", call))


def test_set_criteria_refuses_weights_that_are_not_100(call):
    criteria = actions.default_criteria()
    criteria[0]["weight"] = 29

    with pytest.raises(Refused) as refused:
        actions.set_criteria(call=call, criteria=criteria)

    assert refused.value.field == "weight"
    assert Criterion.objects.count() == 0


def test_set_criteria_refuses_once_scores_were_given(proposal):
    scored(proposal, by=assigned_reader(proposal))

    with pytest.raises(Refused):
        actions.set_criteria(call=proposal.call, criteria=actions.default_criteria())


# conflicts of interest


def test_declare_conflicts_records_each_organisation(call):
    plain, family = filed_proposal(call), filed_proposal(call)
    user = person_with_role("jury", call)

    actions.declare_conflicts(
        user=user,
        call=call,
        declarations={plain.organisation_id: ("none", ""), family.organisation_id: ("family", " Mijn zus. ")},
    )

    rows = {c.organisation: (c.kind, c.explanation, c.source) for c in ConflictOfInterest.objects.all()}
    assert rows == {
        plain.organisation: ("none", "", "declared"),
        family.organisation: ("family", "Mijn zus.", "declared"),
    }
    assert verbs()[-1] == "conflicts.declared"


def test_declare_conflicts_pins_what_was_found(proposal):
    user = person_with_role("reviewer", proposal.call)
    MembershipFactory(user=user, organisation=proposal.organisation)

    actions.declare_conflicts(
        user=user, call=proposal.call, declarations={proposal.organisation_id: ("none", "")}
    )

    row = ConflictOfInterest.objects.get()
    assert (row.kind, row.source, row.pinned, row.stands) == ("member", "found", True, True)


def test_declare_conflicts_keeps_a_pin_after_the_person_left(proposal):
    user = person_with_role("reviewer", proposal.call)
    membership = MembershipFactory(user=user, organisation=proposal.organisation)
    nothing = {proposal.organisation_id: ("none", "")}
    actions.declare_conflicts(user=user, call=proposal.call, declarations=nothing)
    membership.delete()

    actions.declare_conflicts(user=user, call=proposal.call, declarations=nothing)

    assert rules.has_conflict(user, proposal) is True


def test_declare_conflicts_leaves_a_lifted_one_alone(proposal):
    user, coordinator = (person_with_role(k, proposal.call) for k in ("reviewer", "coordinator"))
    MembershipFactory(user=user, organisation=proposal.organisation)
    nothing = {proposal.organisation_id: ("none", "")}
    actions.declare_conflicts(user=user, call=proposal.call, declarations=nothing)
    actions.lift_conflict(
        conflict=ConflictOfInterest.objects.get(), reason="Gestopt in 2019.", by=coordinator
    )

    actions.declare_conflicts(user=user, call=proposal.call, declarations=nothing)

    assert rules.has_conflict(user, proposal) is False
    assert ConflictOfInterest.objects.get().lifted_by == coordinator


def test_declare_conflicts_takes_away_the_assignment(proposal):
    user, other = assigned_reader(proposal), assigned_reader(proposal)

    actions.declare_conflicts(
        user=user, call=proposal.call, declarations={proposal.organisation_id: ("financial", "Aandelen.")}
    )

    assert [a.reviewer for a in Assignment.objects.all()] == [other]
    assert Entry.objects.first().payload["unassigned"] == [proposal.reference]


def test_declare_conflicts_wants_an_explanation(proposal):
    user = person_with_role("reviewer", proposal.call)

    with pytest.raises(Refused) as refused:
        actions.declare_conflicts(
            user=user, call=proposal.call, declarations={proposal.organisation_id: ("family", "  ")}
        )

    assert refused.value.field == str(proposal.organisation_id)
    assert ConflictOfInterest.objects.count() == 0


def test_declare_conflicts_refuses_an_organisation_that_did_not_file(call):
    draft = filed_proposal(call, status="draft")

    with pytest.raises(Refused):
        actions.declare_conflicts(
            user=person_with_role("reviewer", call),
            call=call,
            declarations={draft.organisation_id: ("none", "")},
        )


def test_declare_conflicts_refuses_outsiders(proposal):
    with pytest.raises(NotAllowed):
        actions.declare_conflicts(user=UserFactory(), call=proposal.call, declarations={})


def conflict(user, proposal, **kwargs):
    return ConflictOfInterest.objects.create(
        user=user,
        organisation=proposal.organisation,
        call=proposal.call,
        at=READING,
        **{"kind": "other", "explanation": "Vroeger.", **kwargs},
    )


def test_lift_conflict_by_another_coordinator(proposal):
    user, coordinator = (person_with_role(k, proposal.call) for k in ("reviewer", "coordinator"))

    lifted = actions.lift_conflict(conflict=conflict(user, proposal), reason="Lang geleden.", by=coordinator)

    assert (lifted.stands, lifted.lifted_at) == (False, READING)
    assert verbs()[-1] == "conflict.lifted"


def test_lift_conflict_refuses_oneself_and_reviewers(proposal):
    coordinator, reviewer = (person_with_role(k, proposal.call) for k in ("coordinator", "reviewer"))
    own = conflict(coordinator, proposal)

    for person in (coordinator, reviewer):
        with pytest.raises(NotAllowed):
            actions.lift_conflict(conflict=own, reason="Niets aan de hand.", by=person)


@pytest.mark.parametrize(("kind", "reason"), [("other", " "), ("none", "Waarom niet.")])
def test_lift_conflict_refuses_without_reason_or_conflict(proposal, kind, reason):
    row = conflict(UserFactory(), proposal, kind=kind)

    with pytest.raises(Refused):
        actions.lift_conflict(conflict=row, reason=reason, by=person_with_role("coordinator", proposal.call))


def test_conflict_cannot_be_lifted_by_oneself_in_the_database(proposal):
    user = UserFactory()

    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        conflict(user, proposal, lifted_by=user, lifted_at=READING, lift_reason="Zomaar.")


# assignment


def test_assign_reviewer_once(proposal):
    user, coordinator = (person_with_role(k, proposal.call) for k in ("reviewer", "coordinator"))

    for _ in range(2):
        assigning.assign_reviewer(proposal=proposal, reviewer=user, by=coordinator)

    assert [(a.reviewer, a.assigned_at) for a in Assignment.objects.all()] == [(user, READING)]
    assert verbs().count("reviewer.assigned") == 1


def test_assign_reviewer_refuses_who_may_not(call, proposal):
    coordinator, jury, member = (person_with_role(k, call) for k in ("coordinator", "jury", "reviewer"))
    Membership.objects.create(user=member, organisation=proposal.organisation)

    with pytest.raises(NotAllowed):
        assigning.assign_reviewer(proposal=proposal, reviewer=member, by=member)
    for person in (jury, coordinator, member):
        with pytest.raises(Refused) as refused:
            assigning.assign_reviewer(proposal=proposal, reviewer=person, by=coordinator)
        assert refused.value.field == "reviewer"


def test_assign_reviewer_refuses_after_the_written_round(call):
    proposal = filed_proposal(call, status="shortlisted")

    with pytest.raises(Refused):
        assigning.assign_reviewer(
            proposal=proposal,
            reviewer=person_with_role("reviewer", call),
            by=person_with_role("coordinator", call),
        )


def test_unassign_reviewer_is_for_coordinators(proposal):
    user = assigned_reader(proposal)

    with pytest.raises(NotAllowed):
        assigning.unassign_reviewer(assignment=Assignment.objects.get(), by=user)
    assigning.unassign_reviewer(
        assignment=Assignment.objects.get(), by=person_with_role("coordinator", proposal.call)
    )

    assert Assignment.objects.count() == 0
    assert verbs()[-1] == "reviewer.unassigned"


def test_assign_reviewers_is_even_and_repeatable(call):
    for _ in range(5):
        filed_proposal(call)
    for _ in range(3):
        person_with_role("reviewer", call)

    first = assigning.assign_reviewers(call=call, by=person_with_role("coordinator", call))
    again = assigning.assign_reviewers(call=call)

    loads = sorted(sum(a.reviewer_id == r for a in first) for r in {a.reviewer_id for a in first})
    assert loads == [3, 3, 4]
    assert {a.pk for a in again} == {a.pk for a in first}


def test_assign_reviewers_keeps_begun_reviews_and_drops_leavers(call, proposal):
    begun, gone = assigned_reader(proposal), assigned_reader(proposal)
    actions.save_review(proposal=proposal, scores={}, by=begun)
    gone.roles.all().delete()
    newcomer = person_with_role("reviewer", call)

    assigning.assign_reviewers(call=call, per_proposal=2)

    assert {a.reviewer for a in Assignment.objects.all()} == {begun, newcomer}


def test_assign_reviewers_refuses_reviewers_and_impossible_wishes(call, proposal):
    with pytest.raises(NotAllowed):
        assigning.assign_reviewers(call=call, by=person_with_role("reviewer", call))
    with pytest.raises(Refused, match=proposal.reference):
        assigning.assign_reviewers(call=call, per_proposal=2)


# reviews


def test_save_review_keeps_a_draft_of_the_last_version(proposal):
    user = assigned_reader(proposal)

    actions.save_review(proposal=proposal, scores={"aanpak": (3, " Goed. ")}, by=user)
    review = actions.save_review(proposal=proposal, scores={"bereik": (None, "Nog rekenen.")}, by=user)

    kept = {s.criterion.slug: (s.value, s.justification) for s in review.scores.all()}
    assert kept == {"aanpak": (3, "Goed."), "bereik": (None, "Nog rekenen.")}
    assert (review.status, review.version, review.total) == ("draft", proposal.versions.first(), None)


def test_save_review_refuses_who_may_not_score(proposal):
    with pytest.raises(NotAllowed):
        actions.save_review(proposal=proposal, scores={}, by=reader(proposal))


def test_submit_review_weighs_the_scores(proposal):
    user = assigned_reader(proposal)
    mixed = scores(3) | {"uitdagingen": (5, "Sterk."), "bereik": (0, "Geen cijfers.")}
    actions.save_review(proposal=proposal, scores=mixed, by=user)

    review = actions.submit_review(proposal=proposal, by=user)

    assert review.total == Decimal("66.0")  # (5*30 + 3*60 + 0*10) / 5
    assert (review.status, review.submitted_at) == ("submitted", READING)
    assert Entry.objects.first().payload["scores"]["uitdagingen"] == 5


def test_submit_review_names_what_is_missing(proposal):
    user = assigned_reader(proposal)
    given = scores() | {"aanpak": (None, "Later."), "bereik": (2, "")}
    del given["expertise"]
    actions.save_review(proposal=proposal, scores=given, by=user)

    with pytest.raises(Incomplete) as refused:
        actions.submit_review(proposal=proposal, by=user)

    assert sorted(refused.value.missing) == ["aanpak", "bereik", "expertise"]
    assert Review.objects.get().status == "draft"


def test_submitted_review_never_changes(proposal):
    user = assigned_reader(proposal)
    review = scored(proposal, by=user)

    with pytest.raises(NotAllowed):
        actions.save_review(proposal=proposal, scores=scores(1), by=user)
    for change in (
        lambda: Review.objects.filter(pk=review.pk).update(total=99),
        lambda: Score.objects.filter(review=review).update(value=0),
        lambda: Score.objects.filter(review=review).delete(),
        lambda: Review.objects.filter(pk=review.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_review_cannot_be_submitted_incomplete_in_the_database(proposal):
    user = assigned_reader(proposal)
    review = actions.save_review(proposal=proposal, scores={"aanpak": (3, "Goed.")}, by=user)

    with pytest.raises(IntegrityError, match="every criterion"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(status="submitted", submitted_at=READING, total=10)


def test_abstain_keeps_the_reason_and_can_be_taken_back(proposal):
    user = assigned_reader(proposal)

    abstained = actions.abstain(proposal=proposal, reason=" Te weinig kennis. ", by=user)
    back = actions.save_review(proposal=proposal, scores=scores(), by=user)

    assert (abstained.status, abstained.abstain_reason) == ("abstained", "Te weinig kennis.")
    assert (back.status, back.abstain_reason) == ("draft", "")


def test_abstain_refuses_without_a_reason(proposal):
    with pytest.raises(Refused) as refused:
        actions.abstain(proposal=proposal, reason=" ", by=assigned_reader(proposal))

    assert refused.value.field == "abstain_reason"


# admissibility


def test_judge_admissibility_tells_the_organisation(call):
    proposal = filed_proposal(call, status="filed")
    member = MembershipFactory(organisation=proposal.organisation).user
    coordinator = reader(proposal, kind="coordinator")

    actions.judge_admissibility(proposal=proposal, admissible=True, reason="", by=coordinator)

    proposal.refresh_from_db()
    assert proposal.status == "admissible"
    assert Criterion.objects.filter(call=call).count() == 5
    mail = Message.objects.get()
    assert (mail.user, mail.organisation) == (member, proposal.organisation)
    assert proposal.reference in mail.subject
    assert verbs()[-1] == "proposal.admissible"


def test_judge_inadmissible_with_its_reason_and_back(call):
    proposal = filed_proposal(call, status="filed")
    MembershipFactory(organisation=proposal.organisation)
    coordinator = reader(proposal, kind="coordinator")

    judged = actions.judge_admissibility(
        proposal=proposal, admissible=False, reason="Geen rechtspersoon & geen KBO", by=coordinator
    )
    assert judged.proposal.status == "inadmissible"
    assert "Geen rechtspersoon & geen KBO" in Message.objects.get().text
    with time_machine.travel(brussels(2023, 9, 6), tick=False):
        actions.judge_admissibility(proposal=proposal, admissible=True, reason="", by=coordinator)

    proposal.refresh_from_db()
    assert (proposal.status, proposal.admissibility.admissible) == ("admissible", True)
    assert Message.objects.count() == 2


def test_judge_admissibility_waits_for_the_close_of_filing(call):
    proposal = filed_proposal(call, status="filed")
    coordinator = reader(proposal, kind="coordinator")

    with time_machine.travel(brussels(2023, 9, 1, 23, 59, 59), tick=False), pytest.raises(Refused):
        actions.judge_admissibility(proposal=proposal, admissible=True, reason="", by=coordinator)


def test_judge_admissibility_refuses(call, proposal):
    coordinator = reader(proposal, kind="coordinator")

    with pytest.raises(NotAllowed):
        actions.judge_admissibility(proposal=proposal, admissible=True, reason="", by=reader(proposal))
    with pytest.raises(Refused) as refused:
        actions.judge_admissibility(proposal=proposal, admissible=False, reason="", by=coordinator)
    assert refused.value.field == "reason"


def test_judge_admissibility_refuses_once_it_was_scored(proposal):
    scored(proposal, by=assigned_reader(proposal))

    with pytest.raises(Refused):
        actions.judge_admissibility(
            proposal=proposal, admissible=False, reason="Te laat.", by=reader(proposal, kind="coordinator")
        )


# shortlist


def test_shortlist_and_change_of_mind(proposal):
    coordinator = reader(proposal, kind="coordinator")

    actions.shortlist_proposal(proposal=proposal, shortlisted=True, reason="", by=coordinator)
    proposal.refresh_from_db()
    assert proposal.status == "shortlisted"

    actions.shortlist_proposal(proposal=proposal, shortlisted=False, reason="Te duur.", by=coordinator)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.shortlisting.reason) == ("not_shortlisted", "Te duur.")
    assert verbs()[-2:] == ["proposal.shortlisted", "proposal.not_shortlisted"]


def test_shortlist_refuses(proposal):
    coordinator = reader(proposal, kind="coordinator")

    with pytest.raises(NotAllowed):
        actions.shortlist_proposal(proposal=proposal, shortlisted=True, reason="", by=reader(proposal))
    with pytest.raises(Refused) as refused:
        actions.shortlist_proposal(proposal=proposal, shortlisted=False, reason=" ", by=coordinator)
    assert refused.value.field == "reason"


@pytest.mark.parametrize("status", ["filed", "selected", "inadmissible"])
def test_shortlist_refuses_outside_the_written_round(call, status):
    proposal = filed_proposal(call, status=status)

    with pytest.raises(Refused):
        actions.shortlist_proposal(
            proposal=proposal, shortlisted=True, reason="", by=reader(proposal, kind="coordinator")
        )
