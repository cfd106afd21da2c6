"""Who had a candidacy before them, as the pages of staff and jury leave it behind."""

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from reviews.models import Opening
from tests.factories import CallFactory, MembershipFactory, brussels
from tests.reviews.factories import READING, filed_proposal, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    return filed_proposal(CallFactory(), status="shortlisted")


def pages(proposal) -> dict:
    return {
        "read": reverse("admin:reviews_reviewedproposal_change", args=[proposal.pk]),
        "filed": reverse("admin:submissions_proposal_change", args=[proposal.pk]),
        "decide": reverse("admin:decisions_proposaltodecide_change", args=[proposal.pk]),
        "receipt": reverse("submissions:receipt", args=[proposal.pk, 1]),
        "document": reverse("submissions:document", args=[proposal.pk, 1]),
        "export": reverse("admin:submissions_export", args=["csv"]),
    }


@pytest.mark.parametrize("page", ["read", "filed", "decide", "receipt", "document", "export"])
def test_opening_a_candidacy_is_kept_once_per_person(client, proposal, page):
    staff = reader(proposal, kind="coordinator")
    client.force_login(staff)

    for at in (READING, brussels(2023, 9, 6)):
        with time_machine.travel(at, tick=False):
            assert client.get(pages(proposal)[page]).status_code == 200

    assert [(o.person, o.at) for o in Opening.objects.all()] == [(staff, READING)]


def test_neither_lists_nor_the_organisation_itself_leave_an_opening(client, proposal):
    member = MembershipFactory(organisation=proposal.organisation).user
    client.force_login(member)
    client.get(pages(proposal)["receipt"])
    client.force_login(reader(proposal))
    client.get(reverse("admin:reviews_reviewedproposal_changelist"))

    assert not Opening.objects.exists()


def test_after_the_decision_nothing_is_kept(client, proposal):
    type(proposal).objects.update(status="rejected")
    client.force_login(reader(proposal))

    assert client.get(pages(proposal)["read"]).status_code == 200
    assert not Opening.objects.exists()


def test_an_opening_stands(proposal):
    Opening.objects.create(proposal=proposal, person=reader(proposal), at=READING)

    for change in (lambda: Opening.objects.all().delete(), lambda: Opening.objects.update(at=READING)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
