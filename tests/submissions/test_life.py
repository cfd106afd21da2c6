"""Any actions by anybody at any instants: what must hold of a proposal holds after each of them."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from journal.queries import verify_everything
from submissions import actions, answers, extending, rules, sections
from submissions.models import LateAttempt, Proposal
from submissions.refusals import (
    ExtensionRefused,
    FilingClosed,
    FilingNotOpen,
    Incomplete,
    NotAllowed,
    NotWithdrawable,
    Stale,
)
from tests.factories import (
    MembershipFactory,
    UserFactory,
    brussels,
    complete_proposal,
    person_with_role,
)

OPENS, UNTIL = brussels(2023, 6, 23), brussels(2023, 9, 2)
INSTANT = timedelta(microseconds=1)
MOMENTS = st.sampled_from(
    [
        OPENS - INSTANT,
        OPENS,
        UNTIL - timedelta(days=3),
        UNTIL - INSTANT,
        UNTIL,
        UNTIL + timedelta(hours=5),
        UNTIL + timedelta(hours=6) - INSTANT,
        UNTIL + timedelta(hours=6),
        UNTIL + timedelta(days=2),
    ]
)
PEOPLE = st.sampled_from(["owner", "colleague", "stranger"])
TITLES = st.sampled_from(["", "Samen op weg", "Onderweg"])


class LifeOfAProposal(RuleBasedStateMachine):
    """Beside the portal runs the plainest model of it: a text, a deadline, a list of filings."""

    @initialize()
    def begin(self):
        self.undo = transaction.atomic()
        self.undo.__enter__()
        owner = MembershipFactory()
        self.people = {
            "owner": owner.user,
            "colleague": MembershipFactory(organisation=owner.organisation).user,
            "stranger": UserFactory(),
        }
        self.pk = complete_proposal(organisation=owner.organisation).pk
        self.everyones = UNTIL
        self.title, self.deadline, self.filed, self.withdrawn, self.late = "Samen op weg", UNTIL, [], False, 0
        call = self.proposal.call
        self.coordinators = [person_with_role("coordinator", call) for _ in range(2)]
        self.asked = []

    @property
    def proposal(self) -> Proposal:
        return Proposal.objects.get(pk=self.pk)

    def refusal_of(self, who, at):
        if who == "stranger":
            return NotAllowed
        if at < OPENS:
            return FilingNotOpen
        return FilingClosed if at >= self.deadline else None

    @rule(who=PEOPLE, at=MOMENTS, title=TITLES, is_stale=st.booleans())
    def save(self, who, at, title, is_stale):
        proposal = self.proposal
        values = {"title": title, "summary": answers.read(proposal)["summary"]}
        how = {"by": self.people[who], "received_at": at, "revision": 0 if is_stale else proposal.revision}
        expected = self.refusal_of(who, at)
        was_saved = proposal.section_saves.filter(section=sections.SUMMARY.slug).exists()
        if expected is None and is_stale and was_saved and title != self.title:
            expected = Stale
        if expected:
            with pytest.raises(expected):
                actions.save_section(proposal=proposal, section=sections.SUMMARY, values=values, **how)
        else:
            actions.save_section(proposal=proposal, section=sections.SUMMARY, values=values, **how)
            self.title = title

    @rule(who=PEOPLE, at=MOMENTS)
    def file(self, who, at):
        expected = self.refusal_of(who, at)
        is_the_last = bool(self.filed) and self.filed[-1][1] == self.title and not self.withdrawn
        if is_the_last and who != "stranger":
            expected = None
        elif expected is None and not self.title:
            expected = Incomplete
        if expected:
            with pytest.raises(expected):
                actions.file_proposal(proposal=self.proposal, by=self.people[who], received_at=at)
            self.late += expected is FilingClosed
            return
        version = actions.file_proposal(proposal=self.proposal, by=self.people[who], received_at=at)
        if not is_the_last:
            self.filed.append((at, self.title, version.digest))
            self.withdrawn = False
        assert version.number == len(self.filed)

    @rule(who=PEOPLE, at=MOMENTS)
    def withdraw(self, who, at):
        expected = NotAllowed if who == "stranger" else None
        if expected is None and (not self.filed or self.withdrawn):
            expected = NotWithdrawable
        if expected:
            with pytest.raises(expected):
                actions.withdraw_proposal(proposal=self.proposal, by=self.people[who], received_at=at)
        else:
            actions.withdraw_proposal(proposal=self.proposal, by=self.people[who], received_at=at)
            self.withdrawn = True

    @rule(at=MOMENTS, is_for_everyone=st.booleans())
    def ask_for_more_time(self, at, is_for_everyone):
        proposal, until = self.proposal, UNTIL + timedelta(hours=6)
        how = {"until": until, "reason": "Storing", "by": self.coordinators[0], "received_at": at}
        organisation = None if is_for_everyone else proposal.organisation
        if until <= max(self.everyones if is_for_everyone else self.deadline, at):
            with pytest.raises(ExtensionRefused):
                extending.request_extension(call=proposal.call, organisation=organisation, **how)
        else:
            self.asked.append(
                extending.request_extension(call=proposal.call, organisation=organisation, **how)
            )

    @rule(at=MOMENTS, by=st.sampled_from([0, 1]))
    def approve(self, at, by):
        if not self.asked:
            return
        extension = self.asked[-1]
        if by == 0:
            with pytest.raises(ExtensionRefused):
                extending.approve_extension(extension=extension, by=self.coordinators[0], received_at=at)
        else:
            extending.approve_extension(extension=extension, by=self.coordinators[1], received_at=at)
            self.deadline = max(self.deadline, extension.until)
            if extension.organisation_id is None:
                self.everyones = max(self.everyones, extension.until)
            self.asked.pop()

    @invariant()
    def nothing_typed_is_lost(self):
        assert self.proposal.title == self.title

    @invariant()
    def versions_only_grow_and_never_change(self):
        versions = list(self.proposal.versions.order_by("number"))
        assert [version.number for version in versions] == list(range(1, len(self.filed) + 1))
        kept = [(version.received_at, version.content["title"], version.digest) for version in versions]
        assert kept == self.filed

    @invariant()
    def filed_in_time_or_not_at_all(self):
        proposal = self.proposal
        assert rules.deadline_for(proposal) == self.deadline
        assert all(OPENS <= at < self.deadline for at, _title, _digest in self.filed)
        assert LateAttempt.objects.filter(proposal=proposal).count() == self.late

    @invariant()
    def one_reference_from_the_first_filing_on(self):
        proposal = self.proposal
        names = {version.content["filing"]["reference"] for version in proposal.versions.all()}
        assert names == ({proposal.reference} if self.filed else set())
        status = "withdrawn" if self.withdrawn else "filed" if self.filed else "draft"
        assert proposal.status == status

    def teardown(self):
        if hasattr(self, "undo"):
            assert verify_everything()["ok"]
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_life_of_a_proposal():
    run_state_machine_as_test(
        LifeOfAProposal,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a failure is told at once, as it came
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
