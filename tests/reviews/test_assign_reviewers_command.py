import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership
from tests.factories import CallFactory, person_with_role
from tests.reviews.factories import filed_proposal

pytestmark = pytest.mark.django_db


def test_assign_reviewers_prints_one_document(capsys):
    call = CallFactory()
    proposals = sorted((filed_proposal(call) for _ in range(3)), key=lambda p: p.reference)
    people = sorted((person_with_role("reviewer", call) for _ in range(3)), key=lambda p: p.email)
    Membership.objects.create(user=people[0], organisation=proposals[0].organisation)

    call_command("assign_reviewers", call=call.slug, per_proposal=2, format="json")

    document = json.loads(capsys.readouterr().out)
    assert [row["reference"] for row in document["assignments"]] == [p.reference for p in proposals]
    assert document["assignments"][0]["reviewers"] == [people[1].email, people[2].email]
    assert document["load"] == {person.email: 2 for person in people}


def test_assign_reviewers_prints_a_table(capsys):
    call = CallFactory()
    proposal, person = filed_proposal(call), person_with_role("reviewer", call)

    call_command("assign_reviewers", call=call.slug, per_proposal=1)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [proposal.reference, person.email]
    assert lines[2].split() == [person.email, "1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"call": "nergens"}, "--call nergens: deze oproep bestaat niet. Geef een van deze: oproep."),
        ({"call": "oproep", "per_proposal": 0}, "--per-proposal: geef 1 of meer."),
    ],
)
def test_assign_reviewers_refuses_a_wrong_wish(options, message):
    CallFactory(slug="oproep")

    with pytest.raises(CommandError) as refused:
        call_command("assign_reviewers", **options)

    assert str(refused.value) == message


def test_assign_reviewers_names_the_proposal_that_lacks_readers():
    call = CallFactory()
    proposal = filed_proposal(call)

    with pytest.raises(CommandError, match=proposal.reference):
        call_command("assign_reviewers", call=call.slug)
