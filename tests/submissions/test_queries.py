import pytest
from django.db import connection

from submissions import actions, attaching, document, queries
from submissions.models import Attachment
from tests.conftest import triggers_off
from tests.factories import (
    FILED_AT,
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    complete_proposal,
    filed_proposal,
    person_with_role,
)
from tests.reviews.factories import declared_nothing
from tests.submissions import uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(settings, tmp_path):
    """A filed version with one file."""
    settings.MEDIA_ROOT = tmp_path
    draft = complete_proposal()
    attaching.attach_file(proposal=draft, file=uploads.pdf(), name="plan.pdf", by=None, received_at=FILED_AT)
    return actions.file_proposal(proposal=draft, by=None, received_at=FILED_AT)


def tamper(statement):
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_proposals_of_holds_the_own_ones_only():
    member = MembershipFactory()
    own = ProposalFactory(organisation=member.organisation)
    ProposalFactory()

    assert list(queries.proposals_of(member.user)) == [own]


def test_filed_proposals_leaves_out_drafts_and_withdrawn():
    call = CallFactory()
    filed = filed_proposal(call=call)
    filed_proposal(call=call, status="withdrawn")
    ProposalFactory(call=call)
    filed_proposal()

    proposals = queries.filed_proposals(call)

    assert [(p, p.current_number, p.current_received_at) for p in proposals] == [(filed, 1, FILED_AT)]


def test_current_versions_are_the_last_ones():
    proposal = filed_proposal()
    type(proposal).objects.filter(pk=proposal.pk).update(title="Anders")
    last = actions.file_proposal(proposal=proposal, by=None, received_at=FILED_AT)

    assert list(queries.current_versions(queries.filed_proposals(proposal.call))) == [last]


@pytest.mark.parametrize("rows", [1, 3])
def test_with_answers_costs_the_same_for_any_number(rows, django_assert_num_queries):
    member = MembershipFactory()
    for _ in range(rows):
        complete_proposal(organisation=member.organisation)

    with django_assert_num_queries(8):
        proposals = list(queries.with_answers(queries.proposals_of(member.user)))
        contents = [document.content_of(proposal) for proposal in proposals]

    assert len(contents) == rows


def test_attachments_for_members_and_for_staff_once_filed(version):
    call, organisation = version.proposal.call, version.proposal.organisation
    attachment, reviewer = Attachment.objects.get(), person_with_role("reviewer", call)

    def sees(user):
        return list(queries.attachments_for(user)) == [attachment]

    assert sees(MembershipFactory(organisation=organisation).user)
    assert not sees(reviewer)
    declared_nothing(reviewer, version.proposal)
    assert sees(reviewer)
    assert not sees(person_with_role("reviewer", CallFactory()))
    assert not sees(MembershipFactory().user)


def test_attachments_for_staff_leave_out_what_is_only_in_the_draft(version):
    attaching.attach_file(
        proposal=version.proposal, file=uploads.pdf(2), name="nieuw.pdf", by=None, received_at=FILED_AT
    )
    reviewer = person_with_role("reviewer", version.proposal.call)
    declared_nothing(reviewer, version.proposal)

    assert [file.name for file in queries.attachments_for(reviewer)] == ["plan.pdf"]


def test_versions_for_members_and_staff_of_the_call(version):
    proposal = version.proposal
    coordinator = person_with_role("coordinator", proposal.call)

    def sees(user):
        return list(queries.versions_for(user, proposal_id=proposal.pk)) == [version]

    assert sees(MembershipFactory(organisation=proposal.organisation).user)
    assert not sees(coordinator)
    declared_nothing(coordinator, proposal)
    assert sees(coordinator)
    assert not sees(MembershipFactory().user)


def test_versions_for_a_draft_are_none():
    proposal = ProposalFactory()
    member = MembershipFactory(organisation=proposal.organisation)

    assert not queries.versions_for(member.user, proposal_id=proposal.pk).exists()


def test_draft_counts_tell_how_many_and_no_more():
    call = CallFactory()
    ProposalFactory(call=call)
    complete_proposal(call=call)
    filed_proposal(call=call)

    assert queries.draft_counts(call) == {"drafts": 2, "complete": 1}


def test_verify_versions_holds_for_what_was_filed(version):
    assert queries.verify_versions() == queries.VersionCheck(1, None)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "UPDATE submissions_version SET document = replace(document, 'koffie', 'thee')",
            "its document does not match its digest",
        ),
        ("UPDATE submissions_version SET number = 2", "its document carries another reference or version"),
        (
            "UPDATE submissions_version SET received_at = received_at - interval '1 day'",
            "its document carries another instant",
        ),
        ("DELETE FROM submissions_version_attachments", "the file plan.pdf is not kept with it"),
    ],
)
def test_verify_versions_names_a_tampered_row(version, statement, reason):
    tamper(statement)

    check = queries.verify_versions()

    assert not check.ok
    assert check.first_broken["reason"] == reason


@pytest.mark.parametrize(
    ("do", "reason"),
    [
        (lambda path: path.unlink(), "the file plan.pdf is gone"),
        (lambda path: path.write_bytes(b"anders"), "the file plan.pdf was changed"),
    ],
)
def test_verify_versions_names_a_tampered_file(version, settings, do, reason):
    do(settings.MEDIA_ROOT / Attachment.objects.get().file.name)

    assert queries.verify_versions().first_broken["reason"] == reason
