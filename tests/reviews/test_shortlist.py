from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains

from journal.models import Entry
from pitches.models import Timetable
from reviews import shortlist
from reviews.actions import shortlist_proposal
from reviews.errors import NotAllowed, Refused
from reviews.models import ReadingRules, Shortlisting
from tests.factories import CallFactory
from tests.reviews.factories import READING, assigned_reader, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_reading_week():
    with time_machine.travel(READING, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory()


def with_average(points):
    return SimpleNamespace(average=None if points is None else Decimal(points))


def invited(averages, **rules):
    said = shortlist.advice([with_average(points) for points in averages], ReadingRules(**rules))
    return [advice.invite for advice in said]


@pytest.mark.parametrize(
    ("averages", "rules", "wanted"),
    [
        ([80, 60, 59], {"threshold": 60}, [True, True, False]),
        ([80, None], {"threshold": 60}, [True, None]),
        ([90, 80, 70], {"threshold": 60, "seats": 2}, [True, True, False]),
        ([90, 80, 80], {"threshold": 60, "seats": 2, "ties": "all"}, [True, True, True]),
        ([90, 80, 80], {"threshold": 60, "seats": 2, "ties": "none"}, [True, False, False]),
        ([90, 80, 80], {"threshold": 60, "seats": 2, "ties": "judged"}, [True, None, None]),
        ([90, 80, 80], {"threshold": 60, "seats": 3}, [True, True, True]),
        ([50, 90], {"threshold": 60, "seats": 1}, [False, True]),
    ],
)
def test_advice_follows_threshold_seats_and_ties(averages, rules, wanted):
    assert invited(averages, **rules) == wanted


def read_by_one(call, *values):
    """Proposals scored with `values`, and a coordinator who may shortlist them."""
    proposals = [filed_proposal(call) for _ in values]
    for proposal, value in zip(proposals, values, strict=True):
        scored(proposal, by=assigned_reader(proposal), value=value)
    return proposals, reader(*proposals, kind="coordinator")


def make(call, by, **choices):
    return shortlist.make_shortlist(
        call=call,
        by=by,
        reason="Zoals besproken.",
        choices=choices["of"],
    )


def test_shortlist_is_made_as_one_act(call):
    (good, weak), leader = read_by_one(call, 4, 2)

    count = make(call, leader, of={good.pk: (True, ""), weak.pk: (False, "Te vaag.")})

    assert count == 1
    assert [p.status for p in (refreshed(good), refreshed(weak))] == ["shortlisted", "not_shortlisted"]
    assert Entry.objects.get(verb="shortlist.made").payload["invited"] == 1


def refreshed(proposal):
    proposal.refresh_from_db()
    return proposal


@pytest.mark.parametrize(
    ("of_good", "of_weak", "field"),
    [
        ((True, ""), (False, " "), "weak"),
        ((True, ""), (True, ""), "weak"),
        ((True, ""), None, "weak"),
        ((False, ""), (False, "Te vaag."), "good"),
    ],
)
def test_shortlist_without_its_reasons_is_refused_and_nothing_is_kept(call, of_good, of_weak, field):
    (good, weak), leader = read_by_one(call, 4, 2)
    of = {good.pk: of_good, weak.pk: of_weak}

    with pytest.raises(Refused) as refused:
        make(call, leader, of={key: value for key, value in of.items() if value})

    assert refused.value.field == str({"good": good, "weak": weak}[field].pk)
    assert not Shortlisting.objects.exists()


def test_shortlist_by_who_may_not_see_all_is_refused(call):
    (good, _weak), _leader = read_by_one(call, 4, 2)

    with pytest.raises(NotAllowed):
        make(call, reader(good, kind="coordinator"), of={good.pk: (True, "")})


@pytest.mark.parametrize("kind", ["reviewer", "jury"])
def test_shortlist_by_who_is_no_coordinator_is_refused(call, kind):
    (good, weak), _leader = read_by_one(call, 4, 2)

    with pytest.raises(NotAllowed):
        make(call, reader(good, weak, kind=kind), of={good.pk: (True, ""), weak.pk: (False, "Nee.")})


def test_shortlist_is_taken_back_as_one_act(call):
    (good, weak), leader = read_by_one(call, 4, 2)
    make(call, leader, of={good.pk: (True, ""), weak.pk: (False, "Te vaag.")})

    count = shortlist.undo_shortlist(call=call, reason="Een score ontbrak.", by=leader)

    assert count == 2
    assert {refreshed(good).status, refreshed(weak).status} == {"admissible"}
    assert not Shortlisting.objects.exists()


def test_shortlist_stands_once_decisions_are_written(call):
    from decisions.models import Decision

    (good, weak), leader = read_by_one(call, 4, 2)
    make(call, leader, of={good.pk: (True, ""), weak.pk: (False, "Te vaag.")})
    Decision.objects.create(
        call=call, proposal=good, outcome="rejected", drafted_by=leader, drafted_at=READING
    )

    with pytest.raises(Refused, match=r".+"):
        shortlist.undo_shortlist(call=call, reason="Toch niet.", by=leader)

    assert refreshed(good).status == "shortlisted"


def test_shortlist_stands_once_invitations_went_out(call):
    (good, weak), leader = read_by_one(call, 4, 2)
    make(call, leader, of={good.pk: (True, ""), weak.pk: (False, "Te vaag.")})
    Timetable.objects.create(call=call, releases=1, released_at=READING, released_by=leader)

    for change in (
        lambda: shortlist.undo_shortlist(call=call, reason="Toch niet.", by=leader),
        lambda: shortlist_proposal(proposal=weak, shortlisted=True, reason="Toch wel.", by=leader),
        lambda: Shortlisting.objects.filter(proposal=good).delete(),
        lambda: Shortlisting.objects.filter(proposal=weak).update(shortlisted=True),
    ):
        with pytest.raises((Refused, IntegrityError)), transaction.atomic():
            change()

    assert (refreshed(good).status, refreshed(weak).status) == ("shortlisted", "not_shortlisted")


def test_rules_stand_while_there_is_a_shortlist(call):
    (good, weak), leader = read_by_one(call, 4, 2)
    made = shortlist.set_reading_rules(call=call, by=leader, threshold=70, seats=1)
    make(call, leader, of={good.pk: (True, ""), weak.pk: (False, "Te vaag.")})

    with pytest.raises(Refused):
        shortlist.set_reading_rules(call=call, by=leader, threshold=10)

    assert (made.threshold, made.seats, made.assumed) == (70, 1, False)


def test_shortlist_page_makes_and_undoes(client, call):
    (good, weak), leader = read_by_one(call, 4, 2)
    client.force_login(leader)
    page = reverse("admin:reviews_shortlist", args=[call.slug])
    start = client.get(page)
    data = {f"invite_{good.pk}": "yes", f"invite_{weak.pk}": "no", f"why_{weak.pk}": "Te vaag."}

    refused = client.post(page, data | {"act": "make"})
    made = client.post(page, data | {"act": "make", "reason": "In overleg."})
    undone = client.post(page, {"act": "undo", "undo-reason": "Een fout."})

    assertContains(start, "80,0 punten")
    assert (refused.status_code, made.status_code, undone.status_code) == (422, 302, 302)
    assert refreshed(good).status == "admissible"


@pytest.mark.parametrize("rows", [1, 3])
def test_shortlist_page_takes_a_fixed_number_of_queries(client, call, rows, django_assert_num_queries):
    _proposals, leader = read_by_one(call, *[4] * rows)
    client.force_login(leader)

    with django_assert_num_queries(16):
        client.get(reverse("admin:reviews_shortlist", args=[call.slug]))
