from datetime import timedelta

import pytest

from submissions import rules
from submissions.models import Extension
from submissions.refusals import ExtensionRefused, FilingClosed, FilingNotOpen, NotAllowed, UnderReview
from tests.factories import (
    CallFactory,
    MembershipFactory,
    OrganisationFactory,
    ProposalFactory,
    brussels,
    complete_answers,
    person_with_role,
)

pytestmark = pytest.mark.django_db

OPENS = brussels(2023, 6, 23)
DEADLINE = brussels(2023, 9, 2)
MILLISECOND = timedelta(milliseconds=1)


def extension_of(call, *, until, organisation=None, approved=True) -> Extension:
    fields = {"approved_by": person_with_role("coordinator", call), "approved_at": OPENS} if approved else {}
    return Extension.objects.create(
        call=call,
        organisation=organisation,
        until=until,
        reason="Storing",
        requested_by=person_with_role("coordinator", call),
        requested_at=OPENS,
        **fields,
    )


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (OPENS - MILLISECOND, False),
        (OPENS, True),
        (brussels(2023, 9, 1, 23, 59, 59, 999_000), True),
        (brussels(2023, 9, 1, 23, 59, 59, 999_999), True),
        (DEADLINE, False),
        (DEADLINE + MILLISECOND, False),
    ],
)
def test_is_open_counts_by_the_half_open_interval(moment, is_open):
    assert rules.is_open(ProposalFactory(), at=moment) is is_open


def test_require_open_without_a_filing_date_is_not_open():
    proposal = ProposalFactory()
    proposal.call.milestones.all().delete()

    with pytest.raises(FilingNotOpen):
        rules.require_open(proposal, at=OPENS)


def test_require_open_without_a_start_is_open_until_the_deadline():
    proposal = ProposalFactory()
    proposal.call.milestones.update(starts=None)

    assert rules.is_open(proposal, at=OPENS - timedelta(days=400))


def test_require_open_refuses_what_is_under_review():
    proposal = ProposalFactory(status="admissible", reference="OEFEN-1")

    with pytest.raises(UnderReview):
        rules.require_open(proposal, at=OPENS)


def test_deadline_is_the_latest_approved_extension_for_this_organisation_or_everyone():
    call, organisation = CallFactory(), OrganisationFactory()
    later, latest = DEADLINE + timedelta(hours=2), DEADLINE + timedelta(days=2)
    extension_of(call, until=later)
    extension_of(call, until=latest, organisation=organisation)
    extension_of(call, until=latest + timedelta(days=9), approved=False)

    assert rules.deadline_of(call=call, organisation_id=organisation.pk) == latest
    assert rules.deadline_of(call=call, organisation_id=OrganisationFactory().pk) == later


def test_deadline_never_comes_sooner_through_an_extension():
    call = CallFactory()
    extension_of(call, until=DEADLINE - timedelta(days=1))

    assert rules.deadline_of(call=call, organisation_id=1) == DEADLINE


def test_require_open_names_the_deadline_that_held():
    proposal = ProposalFactory()

    with pytest.raises(FilingClosed) as refusal:
        rules.require_open(proposal, at=DEADLINE)

    assert refusal.value.deadline == DEADLINE


def test_require_member_lets_members_and_the_portal_itself():
    membership = MembershipFactory()

    rules.require_member(membership.user, membership.organisation)
    rules.require_member(None, membership.organisation)
    with pytest.raises(NotAllowed):
        rules.require_member(MembershipFactory().user, membership.organisation)


def test_missing_in_complete_answers_is_empty():
    call = CallFactory()

    assert rules.missing_in(complete_answers(call), call=call) == []


def test_missing_in_names_every_place_that_lacks_an_answer():
    call = CallFactory()
    service = {"slug": "dienst-1", "how": " ", "clients_per_year": None}
    empty = complete_answers(
        call,
        contact={"name": "", "email": "", "phone": None},
        title=" ",
        summary="",
        challenges=[{"number": 1, "how": "Zo."}, {"number": 2, "how": ""}],
        service_types=[service],
        municipalities=[],
        approach="",
        experience="",
        budget_eur_per_year=None,
        clients_per_year=None,
    )

    missing = rules.missing_in(empty, call=call)

    assert [(gap.section, gap.field) for gap in missing] == [
        ("organisatie", "contact.name"),
        ("organisatie", "contact.email"),
        ("samenvatting", "title"),
        ("samenvatting", "summary"),
        ("gemeenten", "municipalities"),
        ("aanpak", "approach"),
        ("budget", "budget_eur_per_year"),
        ("budget", "clients_per_year"),
        ("uitdagingen", "challenges[1].how"),
        ("diensten", "service_types[0].how"),
        ("diensten", "service_types[0].clients_per_year"),
    ]


def test_missing_in_without_challenge_or_service_asks_for_one():
    call = CallFactory()

    missing = rules.missing_in(complete_answers(call, challenges=[], service_types=[]), call=call)

    assert [gap.field for gap in missing] == ["challenges", "service_types"]


@pytest.mark.parametrize("until", [DEADLINE, DEADLINE - MILLISECOND, OPENS])
def test_require_extension_possible_wants_a_later_deadline(until):
    call = CallFactory()

    with pytest.raises(ExtensionRefused):
        rules.require_extension_possible(
            user=person_with_role("coordinator", call), call=call, until=until, organisation=None, at=OPENS
        )


def test_require_extension_possible_after_the_deadline_wants_the_future():
    call = CallFactory()
    user, now = person_with_role("coordinator", call), DEADLINE + timedelta(hours=3)

    rules.require_extension_possible(user=user, call=call, until=now + MILLISECOND, organisation=None, at=now)
    with pytest.raises(ExtensionRefused):
        rules.require_extension_possible(user=user, call=call, until=now, organisation=None, at=now)


def test_require_extension_possible_refuses_a_reviewer():
    call = CallFactory()

    with pytest.raises(NotAllowed):
        rules.require_extension_possible(
            user=person_with_role("reviewer", call),
            call=call,
            until=DEADLINE + timedelta(days=1),
            organisation=None,
            at=OPENS,
        )
