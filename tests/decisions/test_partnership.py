import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from decisions.errors import NotAllowed, Refused
from decisions.jury import confirm_partnership, speak_on_partnership, standing_of
from decisions.models import Agreement, Partnership, PartnershipPlace
from decisions.partnership import record_partnership
from journal.models import Entry
from matching.models import Composition, Run
from notifications.models import Message
from pitches.models import Deliberation, Pitch, Timetable
from reviews.models import ConflictOfInterest
from tests.decisions.factories import (
    DECIDING,
    call_to_decide,
    confirmed,
    confirmed_by_the_jury,
    coordinator,
    jury_of,
    released,
)
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


def advised(proposal, advice="unfavourable"):
    """The jury's advice on the pitch of `proposal`."""
    pitch = Pitch.objects.create(call=proposal.call, proposal=proposal, organisation=proposal.organisation)
    who = coordinator(proposal)
    return Deliberation.objects.create(
        pitch=pitch, opened_at=DECIDING, opened_by=who, advice=advice, method="consensus",
        reasons="Te vaag over de aanpak.", notes="Lang gepraat.", concluded_at=DECIDING, concluded_by=who,
    )  # fmt: skip


def test_partnership_is_recorded_and_confirmed_by_the_jury(composition, pair, call):
    jurors = jury_of(call, *pair)
    made = record(composition, places(pair), by=coordinator(*pair))

    done = confirmed_by_the_jury(made, jurors)

    assert (done.confirmed_by, done.is_confirmed) == (jurors[0], True)
    assert [(p.proposal, p.outcome, p.rank) for p in done.places.all()] == [
        (pair[0], "selected", None),
        (pair[1], "reserve", 1),
    ]
    told = Entry.objects.first()
    assert (told.verb, told.payload["agreed"], told.payload["quorum"]) == ("partnership.confirmed", 3, 3)


def test_a_partnership_is_not_confirmed_without_its_quorum(composition, pair, call):
    chair, second, *_others = jury_of(call, *pair)
    made = record(composition, places(pair), by=coordinator(*pair))
    speak_on_partnership(partnership=made, agrees=True, by=second)

    with pytest.raises(Refused):
        confirm_partnership(partnership=made, by=chair)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.update(confirmed_by=chair, confirmed_at=DECIDING)
    made.refresh_from_db()
    assert not made.is_confirmed


def test_a_jury_that_is_too_small_or_has_no_chair_cannot_confirm(composition, pair, call):
    jurors = jury_of(call, *pair, jurors=2)
    made = record(composition, places(pair), by=coordinator(*pair))
    small = standing_of(made).problem
    with pytest.raises(Refused):
        confirmed_by_the_jury(made, jurors)
    Timetable.objects.filter(call=call).update(chair=None, deputy=None)

    assert small != standing_of(made).problem != ""
    with pytest.raises(Refused):
        confirmed_by_the_jury(made, jurors)


def test_as_many_against_as_for_is_no_confirmation(composition, pair, call):
    jurors = jury_of(call, *pair, jurors=4)
    Timetable.objects.filter(call=call).update(quorum=2)
    made = record(composition, places(pair), by=coordinator(*pair))
    for juror in jurors[2:]:
        speak_on_partnership(partnership=made, agrees=False, why="Niet besproken.", by=juror)

    with pytest.raises(Refused):
        confirmed_by_the_jury(made, jurors[:2])
    speak_on_partnership(partnership=made, agrees=True, by=jurors[3])
    assert confirmed_by_the_jury(made, jurors[:2]).is_confirmed


def test_an_objection_says_why(composition, pair, call):
    juror = jury_of(call, *pair)[1]
    made = record(composition, places(pair), by=coordinator(*pair))

    with pytest.raises(Refused):
        speak_on_partnership(partnership=made, agrees=False, why=" ", by=juror)


def test_only_the_chair_confirms_or_the_deputy_where_the_chair_may_not(composition, pair, call):
    chair, deputy, third = jury_of(call, *pair)
    fourth = reader(*pair, kind="jury")
    made = record(composition, places(pair), by=coordinator(*pair))
    for juror in (third, fourth):
        speak_on_partnership(partnership=made, agrees=True, by=juror)

    for person in (deputy, third, coordinator(*pair)):
        with pytest.raises(NotAllowed):
            confirm_partnership(partnership=made, by=person)
    ConflictOfInterest.objects.filter(user=chair, organisation=pair[1].organisation).update(
        kind="family", explanation="Mijn zus."
    )

    assert confirm_partnership(partnership=made, by=deputy).confirmed_by == deputy


def test_a_member_against_the_jurys_advice_needs_a_reason(composition, pair):
    advised(pair[0])
    leader = coordinator(*pair)

    with pytest.raises(Refused) as refused:
        record(composition, places(pair), by=leader)

    assert refused.value.field == str(pair[0].pk)
    assert record(composition, places(pair, ("selected", None, "Enige aanbod.")), by=leader).pk


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


def test_one_person_cannot_confirm_alone_in_any_way(composition, pair, call):
    both = coordinator(*pair)
    RoleFactory(user=both, kind="jury", region=call.region, call=call)
    others = jury_of(call, *pair)
    Timetable.objects.filter(call=call).update(chair=both, deputy=others[0], quorum=1)
    made = record(composition, places(pair), by=both)
    ways = [
        lambda: confirm_partnership(partnership=made, by=both),
        lambda: speak_on_partnership(partnership=made, agrees=True, by=both),
        lambda: confirm_partnership(partnership=made, by=coordinator(*pair)),
        lambda: Partnership.objects.update(confirmed_by=both, confirmed_at=DECIDING),
        lambda: Partnership.objects.update(confirmed_by=others[0], confirmed_at=DECIDING),
        lambda: Partnership.objects.update(confirmed_at=DECIDING),
    ]

    for way in ways:
        with pytest.raises((NotAllowed, IntegrityError)), transaction.atomic():
            way()
    made.refresh_from_db()
    assert not made.is_confirmed


def test_a_juror_with_a_conflict_neither_sees_nor_speaks_nor_counts(client, composition, pair, call):
    jurors = jury_of(call, *pair)
    made = record(composition, places(pair), by=coordinator(*pair))
    for juror in jurors:
        speak_on_partnership(partnership=made, agrees=True, by=juror)
    ConflictOfInterest.objects.filter(user=jurors[2], organisation=pair[1].organisation).update(
        kind="family", explanation="Mijn zus."
    )
    client.force_login(jurors[2])
    page = reverse("decisions:partnership", args=[call.slug])

    seen = client.get(page)

    assertNotContains(seen, str(pair[1].organisation))
    assert client.post(page, {"do": "agree"}).status_code == 403
    with pytest.raises(Refused):
        confirm_partnership(partnership=made, by=jurors[0])


def test_recording_again_asks_for_a_new_confirmation(composition, pair, call):
    leader = coordinator(*pair)
    confirmed(call, {pair[0]: ("selected", None), pair[1]: ("reserve", 1)}, by=leader)

    made = record(composition, places(pair), by=leader)

    assert not made.is_confirmed
    assert not Agreement.objects.exists()


def test_places_of_a_confirmed_partnership_stand(composition, pair, call):
    confirmed(call, {pair[0]: ("selected", None), pair[1]: ("reserve", 1)}, by=coordinator(*pair))

    for rows in (PartnershipPlace.objects.all(), Agreement.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()


def test_partnership_stands_once_letters_went_out(composition, pair):
    leader = coordinator(*pair)
    released(*pair)

    with pytest.raises((Refused, NotAllowed)):
        record(composition, places(pair), by=leader)


def test_pages_record_and_confirm(client, composition, pair, call):
    leader, jurors = coordinator(*pair), jury_of(call, *pair)
    advised(pair[1])
    desk = reverse("admin:decisions_partnership", args=[call.slug])
    room = reverse("decisions:partnership", args=[call.slug])
    data = {"account": "Bij consensus."}
    for proposal, (outcome, rank, reason) in zip(pair, places(pair).values(), strict=True):
        data |= {f"outcome_{proposal.pk}": outcome, f"rank_{proposal.pk}": rank or ""}
        data[f"reason_{proposal.pk}"] = reason

    client.force_login(leader)
    refused = client.post(desk, data | {"account": ""})
    client.post(desk, data)
    client.force_login(jurors[2])
    unexplained = client.post(room, {"do": "object"})
    client.post(room, {"do": "object", "why": "De reservelijst klopt niet."})
    client.force_login(leader)
    recorded = client.get(desk)
    client.force_login(jurors[2])
    client.post(room, {"do": "agree"})
    client.force_login(jurors[1])
    client.post(room, {"do": "agree"})
    client.force_login(jurors[0])
    seen = client.get(room)
    client.post(room, {"do": "confirm"})

    assert (refused.status_code, unexplained.status_code) == (422, 422)
    assertContains(recorded, "De reservelijst klopt niet.")
    assertContains(recorded, "Lang gepraat.")
    assertContains(seen, "Te vaag over de aanpak.")
    assertNotContains(seen, "Lang gepraat.")
    assert Partnership.objects.get().confirmed_by == jurors[0]


def test_jury_without_a_conflict_is_asked_by_mail(composition, pair):
    free, tied = reader(*pair, kind="jury"), reader(pair[0], kind="jury")

    record(composition, places(pair), by=coordinator(*pair))

    assert list(Message.objects.filter(kind="decisions_partnership").values_list("user", flat=True)) == [
        free.pk
    ]
    assert tied.pk != free.pk
