"""Two requests at once, in real threads on real connections."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from submissions import actions, sections
from submissions.models import Proposal, Version
from submissions.refusals import Stale
from tests.factories import FILED_AT, CallFactory, MembershipFactory, brussels, complete_proposal

pytestmark = pytest.mark.django_db(transaction=True)

LAST_MOMENT = brussels(2023, 9, 1, 23, 59, 59, 999_000)


def at_once(*functions):
    """Run the functions in threads that start together; returns results or the refusals they raised."""
    gate = threading.Barrier(len(functions))

    def run(function):
        gate.wait()
        try:
            return function()
        except Stale as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))


def filing(proposal, member, *, at=FILED_AT):
    return lambda: actions.file_proposal(proposal=proposal, by=member.user, received_at=at)


def test_two_colleagues_filing_at_once_file_one_version():
    member = MembershipFactory()
    colleague = MembershipFactory(organisation=member.organisation)
    draft = complete_proposal(organisation=member.organisation)

    first, second = at_once(
        filing(draft, member), filing(draft, colleague, at=FILED_AT + timedelta(milliseconds=1))
    )

    assert first == second
    assert Version.objects.count() == 1


def test_first_filings_at_once_take_numbers_without_gaps():
    call, members = CallFactory(), [MembershipFactory() for _ in range(6)]
    drafts = [complete_proposal(call=call, organisation=member.organisation) for member in members]

    at_once(*(filing(draft, member) for draft, member in zip(drafts, members, strict=True)))

    serials = Proposal.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == [1, 2, 3, 4, 5, 6]


def test_two_colleagues_saving_one_section_at_once_lose_neither_text():
    member = MembershipFactory()
    draft = complete_proposal(organisation=member.organisation)

    def saving(title):
        return lambda: actions.save_section(
            proposal=draft,
            section=sections.SUMMARY,
            values={"title": title, "summary": ""},
            revision=0,
            by=member.user,
            received_at=FILED_AT,
        )

    results = at_once(saving("Eerste"), saving("Tweede"))

    refused = [result for result in results if isinstance(result, Stale)]
    draft.refresh_from_db()
    assert len(refused) == 1
    assert refused[0].values["title"] == draft.title


def test_filing_that_arrives_in_time_counts_although_it_commits_after_the_deadline():
    member = MembershipFactory()
    draft = complete_proposal(organisation=member.organisation)
    locked, release = threading.Event(), threading.Event()

    def hold_the_row():
        with transaction.atomic():
            Proposal.objects.select_for_update().get(pk=draft.pk)
            locked.set()
            release.wait(5)
        connection.close()

    def file_meanwhile():
        locked.wait(5)
        threading.Timer(0.3, release.set).start()
        try:
            return filing(draft, member, at=LAST_MOMENT)()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(hold_the_row)
        version = pool.submit(file_meanwhile).result()

    assert version.received_at == LAST_MOMENT
