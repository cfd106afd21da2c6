"""What thousands do in the last hour stays cheap: its number of queries, whatever the draft holds."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import CallFactory, MembershipFactory, brussels, complete_proposal
from tests.submissions.uploads import pdf

pytestmark = pytest.mark.django_db

AT = brussels(2023, 8, 28, 9, 0)


@pytest.fixture(autouse=True)
def while_filing_is_open(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def member(client):
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


def draft(member, *, services: int):
    call = CallFactory()
    slugs = [service.slug for service in call.service_types.all()[:services]]
    rows = [{"slug": slug, "how": "In kleine groepen.", "clients_per_year": 20} for slug in slugs]
    return complete_proposal(call=call, organisation=member.organisation, answers={"service_types": rows})


@pytest.mark.parametrize("services", [1, 2])
def test_autosave_costs_the_same_for_any_draft(
    client, member, services, time_machine, django_assert_num_queries
):
    proposal = draft(member, services=services)
    page = reverse("submissions:section", args=[proposal.pk, "aanpak"])
    typed = {"revision": 0, "editor": "page", "approach": "Eerst een koffie.", "experience": ""}

    with django_assert_num_queries(SAVING):
        response = client.post(page, typed, headers={"accept": "application/json"})

    assert response.status_code == 200


@pytest.mark.parametrize("services", [1, 2])
def test_filing_costs_the_same_for_any_draft(
    client, member, services, time_machine, django_assert_num_queries
):
    proposal = draft(member, services=services)

    with django_assert_num_queries(FILING):
        response = client.post(reverse("submissions:check", args=[proposal.pk]))

    assert response.status_code == 302


@pytest.mark.parametrize("services", [1, 2])
def test_upload_costs_the_same_for_any_draft(
    client, member, services, time_machine, django_assert_num_queries
):
    proposal = draft(member, services=services)
    page = reverse("submissions:attachments", args=[proposal.pk])

    with django_assert_num_queries(UPLOADING):
        response = client.post(page, {"file": SimpleUploadedFile("plan.pdf", pdf().read())})

    assert response.status_code == 302


SAVING, FILING, UPLOADING = 12, 25, 15
