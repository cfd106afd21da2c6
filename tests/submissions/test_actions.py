import json
from datetime import timedelta

import pytest

from journal.models import Entry
from journal.queries import verify_chain
from notifications.models import Message
from submissions import actions, attaching, sections
from submissions.models import LateAttempt, Proposal, Version
from submissions.queries import verify_versions
from submissions.refusals import (
    FileRefused,
    FilingClosed,
    FilingNotOpen,
    Incomplete,
    NotAllowed,
    NotWithdrawable,
    Stale,
    UnderReview,
)
from tests.factories import (
    FILED_AT,
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    brussels,
    complete_proposal,
    filed_proposal,
)
from tests.submissions import uploads

pytestmark = pytest.mark.django_db

LAST_MOMENT = brussels(2023, 9, 1, 23, 59, 59, 999_000)
DEADLINE = brussels(2023, 9, 2)


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def draft(member):
    return complete_proposal(organisation=member.organisation)


@pytest.fixture
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(path for path in tmp_path.rglob("*") if path.is_file())


def save(draft, member, *, values=None, revision=None, **more):
    return actions.save_section(
        proposal=draft,
        section=sections.SUMMARY,
        values=values or {"title": "Nieuwe titel", "summary": "Kort."},
        revision=draft.revision if revision is None else revision,
        **{"by": member.user, "received_at": FILED_AT, **more},
    )


def start(member, *, call, at=FILED_AT):
    return actions.start_proposal(call=call, organisation=member.organisation, by=member.user, received_at=at)


def test_start_proposal_makes_one_draft_per_organisation(member):
    call = CallFactory()

    first, again = start(member, call=call), start(member, call=call)

    assert again == first
    assert (first.status, first.contact_email) == ("draft", member.user.email)
    assert list(Entry.objects.values_list("verb", flat=True)) == ["proposal.started"]


def test_start_proposal_for_another_organisation_is_not_allowed(member):
    with pytest.raises(NotAllowed):
        actions.start_proposal(
            call=CallFactory(),
            organisation=MembershipFactory().organisation,
            by=member.user,
            received_at=FILED_AT,
        )


@pytest.mark.parametrize(
    ("moment", "refusal"), [(DEADLINE, FilingClosed), (brussels(2023, 6, 22), FilingNotOpen)]
)
def test_start_proposal_outside_the_filing_period_is_refused(member, moment, refusal):
    with pytest.raises(refusal):
        start(member, call=CallFactory(), at=moment)


def test_save_section_stores_values_and_grows_the_revision(draft, member):
    saved = save(draft, member)

    draft.refresh_from_db()
    assert (draft.title, draft.revision, draft.updated_by) == ("Nieuwe titel", 1, member.user)
    assert saved.revision == 1


def test_save_section_with_the_same_values_changes_nothing(draft, member):
    save(draft, member)

    again = save(draft, member, revision=0)

    assert again.revision == 1


def test_save_section_on_a_stale_revision_shows_what_stands_there(draft, member):
    colleague = MembershipFactory(organisation=draft.organisation)
    save(draft, colleague)

    with pytest.raises(Stale) as refusal:
        save(draft, member, values={"title": "Mijn titel", "summary": "Mijn."}, revision=0)

    assert refusal.value.values == {"title": "Nieuwe titel", "summary": "Kort."}
    assert (refusal.value.save.saved_by, refusal.value.revision) == (colleague.user, 1)
    draft.refresh_from_db()
    assert draft.title == "Nieuwe titel"


def test_save_section_after_another_section_was_saved_is_not_stale(draft, member):
    budget = {"budget_eur_per_year": 1, "clients_per_year": 2}
    actions.save_section(
        proposal=draft,
        section=sections.BUDGET,
        values=budget,
        revision=0,
        by=member.user,
        received_at=FILED_AT,
    )

    assert save(draft, member, revision=0).revision == 2


def test_save_section_from_the_same_open_page_never_collides_with_itself(draft, member):
    save(draft, member, editor="page-1")

    saved = save(draft, member, values={"title": "Later", "summary": ""}, revision=0, editor="page-1")

    assert saved.title == "Later"


def test_save_section_of_another_organisation_is_not_allowed(draft):
    with pytest.raises(NotAllowed):
        save(draft, MembershipFactory())


def test_save_section_after_the_deadline_keeps_the_draft(draft, member):
    with pytest.raises(FilingClosed):
        save(draft, member, received_at=DEADLINE)

    draft.refresh_from_db()
    assert (draft.title, draft.revision) == ("Samen op weg", 0)


def test_save_section_of_what_is_under_review_is_refused(member):
    proposal = filed_proposal(organisation=member.organisation, status="admissible")

    with pytest.raises(UnderReview):
        save(proposal, member)


def attach(draft, member, file=None, name="plan.pdf", **more):
    return attaching.attach_file(
        proposal=draft,
        file=file or uploads.pdf(),
        name=name,
        **{"by": member.user, "received_at": FILED_AT, **more},
    )


def test_attach_file_keeps_the_file_and_its_digest(draft, member, stored):
    attachment = attach(draft, member, kind="plan")

    assert stored()[0].name == str(attachment.pk)
    assert (attachment.media_type, attachment.kind) == ("application/pdf", "plan")
    assert Entry.objects.first().payload["sha256"] == attachment.sha256


def test_attach_file_twice_keeps_it_once(draft, member, stored):
    assert attach(draft, member, name="nog eens.pdf") == attach(draft, member)
    assert len(stored()) == 1


def test_attach_file_takes_ten_and_no_more(draft, member, stored):
    for pages in range(1, 11):
        attach(draft, member, uploads.pdf(pages))

    with pytest.raises(FileRefused):
        attach(draft, member, uploads.pdf(11))

    assert len(stored()) == 10


def test_attach_file_that_cannot_be_recorded_leaves_no_bytes(draft, member, stored):
    with pytest.raises(TypeError):
        attach(draft, member, kind=["a list is no kind"], name="plan.pdf", received_at="no moment")

    assert stored() == []


@pytest.mark.parametrize(
    ("when", "refusal"), [({"received_at": DEADLINE}, FilingClosed), ({"by": None}, None)]
)
def test_attach_file_follows_the_rules_of_writing(draft, member, stored, when, refusal):
    if refusal:
        with pytest.raises(refusal):
            attach(draft, member, **when)
    else:
        attach(draft, member, **when)

    assert len(stored()) == (0 if refusal else 1)


def test_remove_attachment_hides_it_and_lets_the_version_keep_it(draft, member, stored):
    attachment = attach(draft, member)
    version = actions.file_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    for _ in range(2):
        attaching.remove_attachment(attachment=attachment, by=member.user, received_at=FILED_AT)

    attachment.refresh_from_db()
    assert attachment.removed_at == FILED_AT
    assert list(version.attachments.all()) == [attachment]
    assert Entry.objects.filter(verb="proposal.file_removed").count() == 1


def test_remove_attachment_after_the_deadline_is_refused(draft, member, stored):
    attachment = attach(draft, member)

    with pytest.raises(FilingClosed):
        attaching.remove_attachment(attachment=attachment, by=member.user, received_at=DEADLINE)


def file(draft, member, *, at=FILED_AT):
    return actions.file_proposal(proposal=draft, by=member.user, received_at=at)


def test_file_proposal_freezes_a_version_and_mails_every_member(draft, member, stored):
    colleague = MembershipFactory(organisation=draft.organisation)
    attachment = attach(draft, member)

    version = file(draft, member)

    draft.refresh_from_db()
    assert draft.status == "filed"
    assert draft.reference == f"{draft.call.region.slug.upper()}-2023-001"
    assert version.content["filing"] == {
        "format": "pajotarl-proposal/1",
        "call": draft.call.slug,
        "reference": draft.reference,
        "version": 1,
        "received_at": "2023-08-28T09:00:00.000000+02:00",
        "filed_by": {"name": member.user.name, "email": member.user.email},
    }
    assert version.content["attachments"][0]["sha256"] == attachment.sha256
    mails = Message.objects.filter(kind="submissions_receipt")
    assert {mail.recipient for mail in mails} == {member.user.email, colleague.user.email}
    assert all(version.digest in mail.text and version.digest in mail.html for mail in mails)
    entry = Entry.objects.first()
    assert (entry.verb, entry.payload["digest"]) == ("proposal.filed", version.digest)
    assert verify_chain().ok


def test_file_proposal_of_an_organisation_without_members_mails_the_contact_person():
    filed_proposal()

    assert Message.objects.get().recipient == "contact@organisatie.example"


@pytest.mark.parametrize("moment", [LAST_MOMENT, DEADLINE - timedelta(microseconds=1)])
def test_file_proposal_at_the_last_moment_counts(draft, member, moment):
    assert file(draft, member, at=moment).received_at == moment


def test_file_proposal_at_the_deadline_is_refused_and_recorded(draft, member):
    draft.approach = ""
    draft.save()

    with pytest.raises(FilingClosed):
        file(draft, member, at=DEADLINE)

    attempt = LateAttempt.objects.get()
    assert (attempt.by, attempt.received_at, attempt.deadline) == (member.user, DEADLINE, DEADLINE)
    assert attempt.missing == ["approach"]
    draft.refresh_from_db()
    assert (draft.status, draft.title) == ("draft", "Samen op weg")
    assert Entry.objects.get().verb == "proposal.filed_late"


def test_file_proposal_late_by_the_portal_itself_is_no_attempt_of_a_person(draft):
    with pytest.raises(FilingClosed):
        actions.file_proposal(proposal=draft, by=None, received_at=DEADLINE)

    assert not LateAttempt.objects.exists()


def test_file_proposal_twice_files_once(draft, member):
    first, second = file(draft, member), file(draft, member, at=FILED_AT + timedelta(seconds=1))

    assert second == first
    assert Version.objects.count() == Message.objects.count() == 1


def test_file_proposal_late_with_nothing_new_returns_what_was_filed_in_time(draft, member):
    version = file(draft, member, at=LAST_MOMENT)

    assert file(draft, member, at=DEADLINE) == version
    assert not LateAttempt.objects.exists()


def test_file_proposal_after_a_change_makes_a_version_under_the_same_reference(draft, member):
    first = file(draft, member)
    save(draft, member)

    second = file(draft, member)

    assert (first.number, second.number) == (1, 2)
    assert first.proposal.reference == second.proposal.reference
    assert Message.objects.count() == 2


def test_file_proposal_after_withdrawing_makes_a_new_version(draft, member):
    file(draft, member)
    actions.withdraw_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    version = file(draft, member)

    assert (version.number, version.proposal.status) == (2, "filed")


def test_file_proposal_with_something_missing_names_it(draft, member):
    draft.municipalities.clear()

    with pytest.raises(Incomplete) as refusal:
        file(draft, member)

    assert [gap.field for gap in refusal.value.missing] == ["municipalities"]
    assert not Version.objects.exists()


def test_file_proposal_of_another_organisation_is_not_allowed(draft):
    with pytest.raises(NotAllowed):
        file(draft, MembershipFactory())


def test_references_count_per_call():
    call = CallFactory()

    references = [filed_proposal(call=call).reference for _ in range(2)]

    prefix = call.region.slug.upper()
    assert references == [f"{prefix}-2023-001", f"{prefix}-2023-002"]
    assert filed_proposal().serial == 1


def test_withdraw_proposal_takes_it_out_of_the_running(draft, member):
    file(draft, member)

    withdrawn = actions.withdraw_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    assert withdrawn.status == "withdrawn"
    assert Proposal.objects.get().reference == withdrawn.reference


def test_withdraw_proposal_of_a_draft_is_refused(draft, member):
    with pytest.raises(NotWithdrawable):
        actions.withdraw_proposal(proposal=draft, by=member.user, received_at=FILED_AT)


def test_withdraw_proposal_of_another_organisation_is_not_allowed(draft):
    with pytest.raises(NotAllowed):
        actions.withdraw_proposal(proposal=draft, by=MembershipFactory().user, received_at=FILED_AT)


def test_frozen_versions_verify(draft, member, stored):
    attach(draft, member)
    file(draft, member)

    check = verify_versions()

    assert (check.versions, check.ok) == (1, True)


def test_document_is_canonical_json(draft, member):
    version = file(draft, member)

    canonical = json.dumps(
        json.loads(version.document), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert canonical == version.document


def test_start_proposal_beside_another_draft_of_the_call():
    call = CallFactory()
    ProposalFactory(call=call)

    assert start(MembershipFactory(), call=call).call == call


def test_the_caller_s_call_can_still_be_asked_for_its_milestones_after_a_filing(member, draft):
    actions.file_proposal(proposal=draft, by=member.user, received_at=FILED_AT)

    assert draft.call.milestones.filter(kind="filing").exists()
