import csv
import io

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from submissions import actions
from submissions.models import Extension, LateAttempt
from tests.factories import (
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    brussels,
    complete_proposal,
    filed_proposal,
    person_with_role,
)
from tests.reviews.factories import declared_nothing

pytestmark = pytest.mark.django_db

DEADLINE = brussels(2023, 9, 2)
NOW = brussels(2023, 9, 2, 1)
CHANGELIST = "admin:submissions_proposal_changelist"


@pytest.fixture(autouse=True)
def after_the_deadline():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def coordinator(call):
    return person_with_role("coordinator", call)


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


def page_of(proposal):
    return reverse("admin:submissions_proposal_change", args=[proposal.pk])


def rows(page):
    return list(page.context["cl"].result_list)


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number(desk, call, number, django_assert_num_queries):
    for _ in range(number):
        filed_proposal(call=call)

    with django_assert_num_queries(18):
        page = desk.get(reverse(CHANGELIST))

    assert len(rows(page)) == number


def test_list_holds_what_was_filed_in_own_calls_and_counts_drafts(desk, call):
    filed = filed_proposal(call=call)
    withdrawn = filed_proposal(call=call, status="withdrawn")
    ProposalFactory(call=call)
    complete_proposal(call=call)
    filed_proposal()

    page = desk.get(reverse(CHANGELIST))

    assert rows(page) == [filed, withdrawn]
    assert page.context["draft_counts"] == [(call, {"drafts": 2, "complete": 1})]


@pytest.mark.parametrize(
    ("parameter", "part"),
    [
        ("challenge", lambda call: call.challenges.last()),
        ("service_type", lambda call: call.service_types.last()),
        ("municipality", lambda call: call.region.municipalities.first()),
    ],
)
def test_list_filters_by_what_was_answered(desk, call, parameter, part):
    filed = filed_proposal(
        call=call,
        answers={
            "challenges": [{"number": 2, "how": "Zo."}],
            "service_types": [{"slug": "dienst-2", "how": "Zo.", "clients_per_year": 3}],
        },
    )
    filed_proposal(call=call, answers=None)
    url = reverse(CHANGELIST)

    found = rows(desk.get(url, {parameter: part(call).pk}))

    assert filed in found
    assert len(found) == (2 if parameter == "municipality" else 1)
    assert len(rows(desk.get(url, {parameter: "niets"}))) == 2


def test_list_finds_by_reference_and_organisation(desk, call):
    filed, other = filed_proposal(call=call), filed_proposal(call=call)

    assert rows(desk.get(reverse(CHANGELIST), {"q": filed.reference})) == [filed]
    assert rows(desk.get(reverse(CHANGELIST), {"q": other.organisation.kbo_number})) == [other]


def test_filed_page_shows_the_frozen_version_once_declared(desk, call, coordinator):
    proposal = filed_proposal(call=call)
    hidden = desk.get(page_of(proposal)).content.decode()
    declared_nothing(coordinator, proposal)
    type(proposal).objects.update(title="Pas daarna veranderd")

    shown = desk.get(page_of(proposal)).content.decode()

    assert "Samen op weg" not in hidden
    assert "Samen op weg" in shown
    assert "Pas daarna veranderd" not in shown


def test_filed_page_shows_an_older_version_when_asked(desk, call, coordinator):
    proposal = filed_proposal(call=call)
    declared_nothing(coordinator, proposal)
    type(proposal).objects.update(title="Beter")
    actions.file_proposal(proposal=proposal, by=None, received_at=DEADLINE.replace(month=8))

    assert desk.get(page_of(proposal)).context["version"].number == 2
    assert desk.get(page_of(proposal), {"versie": "1"}).context["version"].number == 1


@pytest.mark.parametrize("make", [ProposalFactory, filed_proposal])
def test_drafts_and_other_regions_are_not_there(desk, call, make):
    hidden = make(call=call) if make is ProposalFactory else make()

    assert desk.get(page_of(hidden), follow=True).status_code == 404


def export(desk, name):
    return desk.get(reverse("admin:submissions_export", args=[name]))


DANGEROUS = {"title": "=HYPERLINK(0)", "contact": {"name": "@SUM(1)", "email": "a@b.example", "phone": None}}


def test_export_csv_is_safe_against_formulas_and_leaves_out_conflicts(desk, call, coordinator):
    proposal = filed_proposal(call=call, answers=DANGEROUS)
    filed_proposal(call=call)
    declared_nothing(coordinator, proposal)

    lines = list(csv.reader(io.StringIO(export(desk, "csv").content.decode("utf-8-sig")), delimiter=";"))

    assert len(lines) == 2
    assert (lines[1][0], lines[1][7], lines[1][13]) == (proposal.reference, "'=HYPERLINK(0)", "'@SUM(1)")


def test_export_xlsx_holds_numbers_as_numbers_and_no_formulas(desk, call, coordinator):
    declared_nothing(coordinator, filed_proposal(call=call, answers=DANGEROUS))

    sheet = load_workbook(io.BytesIO(export(desk, "xlsx").content)).active

    assert [cell.value for cell in sheet[2]][11:13] == [50_000, 40]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}


def test_export_in_another_format_is_not_there(desk):
    assert export(desk, "pdf").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_export_costs_the_same_for_any_number(desk, call, coordinator, number, django_assert_num_queries):
    for _ in range(number):
        declared_nothing(coordinator, filed_proposal(call=call))

    with django_assert_num_queries(18):
        export(desk, "csv")


def test_extension_is_asked_by_one_and_approved_by_another(client, call, coordinator):
    member = MembershipFactory()
    complete_proposal(call=call, organisation=member.organisation)
    client.force_login(coordinator)
    asked = {
        "call": call.pk,
        "organisation": member.organisation.pk,
        "until_0": "03/09/2023",
        "until_1": "12:00",
        "reason": "Storing",
    }
    added = client.post(reverse("admin:submissions_extension_add"), asked)
    extension = Extension.objects.get()
    approve = {"action": "approve", "_selected_action": [extension.pk]}
    own = client.post(reverse("admin:submissions_extension_changelist"), approve, follow=True)
    client.force_login(person_with_role("coordinator", call))
    client.post(reverse("admin:submissions_extension_changelist"), approve)

    extension.refresh_from_db()
    assert added.status_code == 302
    assert "een andere coördinator" in own.content.decode()
    assert extension.approved_at == NOW
    assert extension.until == brussels(2023, 9, 3, 12)


def test_extension_that_is_no_later_deadline_is_refused_beside_the_field(desk, call):
    page = desk.post(
        reverse("admin:submissions_extension_add"),
        {"call": call.pk, "organisation": "", "until_0": "01/09/2023", "until_1": "12:00", "reason": "Zo"},
    )

    assert page.context["adminform"].form.errors["until"]


def test_extension_is_not_for_a_reviewer(client, call):
    client.force_login(person_with_role("reviewer", call))

    assert client.get(reverse("admin:submissions_extension_add")).status_code == 403


@pytest.mark.parametrize("name", ["extension", "lateattempt"])
@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_for_any_number(desk, call, coordinator, name, number, django_assert_num_queries):
    for _ in range(number):
        proposal = filed_proposal(call=call)
        LateAttempt.objects.create(proposal=proposal, by=coordinator, received_at=NOW, deadline=DEADLINE)
        Extension.objects.create(
            call=call,
            organisation=proposal.organisation,
            until=NOW,
            reason="Zo",
            requested_by=coordinator,
            requested_at=NOW,
        )

    with django_assert_num_queries(10):
        page = desk.get(reverse(f"admin:submissions_{name}_changelist"))

    assert len(rows(page)) == number
