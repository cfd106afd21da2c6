import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from decisions.errors import NotAllowed, Refused
from decisions.models import Partnership, PartnershipPlace
from decisions.partnership import confirm_partnership, record_partnership
from matching.models import Composition, Run
from notifications.models import Message
from reviews.models import ConflictOfInterest
from tests.decisions.factories import DECIDING, call_to_decide, confirmed, coordinator, released
from tests.factories import RoleFactory
from tests.reviews.factories import filed_proposal, reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_decision():
    with time_machine.travel(DECIDING, tick=False):
        yield


@pytest.fixture
def call():
    return call_to_decide()


@pytest.fixture
def pair(call):
    return [filed_proposal(call, status="shortlisted") for _ in range(2)]


@pytest.fixture
def composition(call, pair):
    run = Run.objects.create(call=call, created_at=DECIDING, scoring_version="", recipe="", digest="")
    made = Composition.objects.create(run=run, created_at=DECIDING, status="optimal", document={})
    made.members.add(pair[0])
    return made


def places(pair, first=("selected", None, ""), second=("reserve", 1, "")):
    return {pair[0].pk: first, pair[1].pk: second}


def record(composition, given, *, by, account="Bij consensus."):
    return record_partnership(composition=composition, places=given, account=account, by=by)


def test_partnership_is_recorded_and_confirmed_by_a_juror(composition, pair):
    made = record(composition, places(pair), by=coordinator(*pair))
    juror = reader(*pair, kind="jury")

    done = confirm_partnership(partnership=made, by=juror)

    assert (done.confirmed_by, done.is_confirmed) == (juror, True)
    assert [(p.proposal, p.outcome, p.rank) for p in done.places.all()] == [
        (pair[0], "selected", None),
        (pair[1], "reserve", 1),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("rejected", None, ""), ("reserve", 1, "")),
        (("selected", None, ""), ("selected", None, "")),
        (("selected", None, ""), ("reserve", None, "")),
        (("selected", None, ""), ("reserve", 2, "")),
        (("selected", 1, ""), ("reserve", 1, "")),
    ],
)
def test_departures_without_reason_and_lists_with_gaps_are_refused(composition, pair, first, second):
    with pytest.raises(Refused):
        record(composition, places(pair, first, second), by=coordinator(*pair))

    assert not Partnership.objects.exists()


def test_a_departure_with_its_reason_is_kept(composition, pair):
    made = record(
        composition,
        places(pair, ("reserve", 1, "De pitch overtuigde niet."), ("selected", None, "Sterke pitch.")),
        by=coordinator(*pair),
    )

    assert [p.reason for p in made.places.all()] == ["Sterke pitch.", "De pitch overtuigde niet."]


def test_somebody_who_pitched_is_not_left_out(composition, pair):
    with pytest.raises(Refused):
        record(composition, {pair[0].pk: ("selected", None, "")}, by=coordinator(*pair))


def test_one_person_cannot_confirm_alone_in_any_way(composition, pair):
    both = coordinator(*pair)
    RoleFactory(user=both, kind="jury", region=composition.run.call.region, call=composition.run.call)
    made = record(composition, places(pair), by=both)
    ways = [
        lambda: confirm_partnership(partnership=made, by=both),
        lambda: confirm_partnership(partnership=made, by=coordinator(*pair)),
        lambda: Partnership.objects.update(confirmed_by=both, confirmed_at=DECIDING),
        lambda: Partnership.objects.update(confirmed_at=DECIDING),
    ]

    for way in ways:
        with pytest.raises((NotAllowed, IntegrityError)), transaction.atomic():
            way()
    made.refresh_from_db()
    assert not made.is_confirmed


def test_a_juror_with_a_conflict_neither_sees_nor_confirms(client, composition, pair):
    made = record(composition, places(pair), by=coordinator(*pair))
    juror = reader(*pair, kind="jury")
    ConflictOfInterest.objects.filter(user=juror, organisation=pair[1].organisation).update(
        kind="family", explanation="Mijn zus."
    )
    client.force_login(juror)
    page = reverse("decisions:partnership", args=[composition.run.call.slug])

    seen = client.get(page)

    assertNotContains(seen, str(pair[1].organisation))
    assert client.post(page).status_code == 403
    with pytest.raises(NotAllowed):
        confirm_partnership(partnership=made, by=juror)


def test_recording_again_asks_for_a_new_confirmation(composition, pair, call):
    leader = coordinator(*pair)
    confirmed(call, {pair[0]: ("selected", None), pair[1]: ("reserve", 1)}, by=leader)

    made = record(composition, places(pair), by=leader)

    assert not made.is_confirmed


def test_places_of_a_confirmed_partnership_stand(composition, pair, call):
    confirmed(call, {pair[0]: ("selected", None), pair[1]: ("reserve", 1)}, by=coordinator(*pair))

    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipPlace.objects.update(rank=None)


def test_partnership_stands_once_letters_went_out(composition, pair):
    leader = coordinator(*pair)
    released(*pair)

    with pytest.raises((Refused, NotAllowed)):
        record(composition, places(pair), by=leader)


def test_pages_record_and_confirm(client, composition, pair, call):
    leader, juror = coordinator(*pair), reader(*pair, kind="jury")
    desk = reverse("admin:decisions_partnership", args=[call.slug])
    room = reverse("decisions:partnership", args=[call.slug])
    data = {"account": "Bij consensus."}
    for proposal, (outcome, rank, reason) in zip(pair, places(pair).values(), strict=True):
        data |= {f"outcome_{proposal.pk}": outcome, f"rank_{proposal.pk}": rank or ""}
        data[f"reason_{proposal.pk}"] = reason

    client.force_login(leader)
    refused = client.post(desk, data | {"account": ""})
    client.post(desk, data)
    client.force_login(juror)
    seen = client.get(room)
    client.post(room)

    assert refused.status_code == 422
    assertContains(seen, str(pair[0].organisation))
    assert Partnership.objects.get().confirmed_by == juror


def test_jury_without_a_conflict_is_asked_by_mail(composition, pair):
    free, tied = reader(*pair, kind="jury"), reader(pair[0], kind="jury")

    record(composition, places(pair), by=coordinator(*pair))

    assert list(Message.objects.filter(kind="decisions_partnership").values_list("user", flat=True)) == [
        free.pk
    ]
    assert tied.pk != free.pk
