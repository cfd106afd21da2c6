from datetime import timedelta

import pytest
import time_machine

from journal.models import Entry
from notifications.models import Message
from submissions import actions, extending, rules
from submissions.refusals import ExtensionRefused, FilingClosed, NotAllowed
from tests.factories import (
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    brussels,
    complete_proposal,
    person_with_role,
)

pytestmark = pytest.mark.django_db

DEADLINE = brussels(2023, 9, 2)
AFTER = DEADLINE + timedelta(hours=1)
LATER = DEADLINE + timedelta(hours=12)


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def coordinator(call):
    return person_with_role("coordinator", call)


def ask(call, coordinator, *, organisation=None):
    return extending.request_extension(
        call=call,
        organisation=organisation,
        until=LATER,
        reason="Het portaal was twee uur onbereikbaar.",
        by=coordinator,
        received_at=AFTER,
    )


def approve(extension, call):
    return extending.approve_extension(
        extension=extension, by=person_with_role("coordinator", call), received_at=AFTER
    )


def test_requested_extension_does_not_hold_yet(call, coordinator):
    ask(call, coordinator)

    assert rules.deadline_of(call=call, organisation_id=None) == DEADLINE
    assert Entry.objects.get().verb == "extension.requested"


def test_approved_extension_for_everyone_holds_and_is_mailed_to_those_who_write(call, coordinator):
    member = MembershipFactory()
    draft = complete_proposal(call=call, organisation=member.organisation)

    approve(ask(call, coordinator), call)

    version = actions.file_proposal(proposal=draft, by=member.user, received_at=LATER - timedelta(seconds=1))
    assert version.number == 1
    mail = Message.objects.get(kind="submissions_extension")
    assert (mail.recipient, mail.useful_until) == (member.user.email, LATER)
    with pytest.raises(FilingClosed):
        rules.require_open(draft, at=LATER)


def test_approved_extension_for_one_organisation_is_mailed_to_it_alone(call, coordinator):
    member = MembershipFactory()
    ProposalFactory(call=call, organisation=member.organisation)
    ProposalFactory(call=call, organisation=MembershipFactory().organisation)

    approve(ask(call, coordinator, organisation=member.organisation), call)

    assert Message.objects.get().recipient == member.user.email


def test_extension_is_approved_by_somebody_else(call, coordinator):
    extension = ask(call, coordinator)

    with pytest.raises(ExtensionRefused):
        extending.approve_extension(extension=extension, by=coordinator, received_at=AFTER)


def test_extension_is_approved_once(call, coordinator):
    extension = approve(ask(call, coordinator), call)

    with pytest.raises(ExtensionRefused):
        approve(extension, call)


def test_extension_is_approved_by_a_coordinator_of_the_call(call, coordinator):
    extension = ask(call, coordinator)

    with pytest.raises(NotAllowed):
        approve(extension, CallFactory())


def test_extension_for_everyone_is_public_with_its_reason(client, call, coordinator):
    approve(ask(call, coordinator), call)

    with time_machine.travel(AFTER, tick=False):
        page = client.get(call.get_absolute_url()).content.decode()

    assert "De deadline is voor iedereen opgeschoven." in page
    assert "Het portaal was twee uur onbereikbaar." in page
    assert "Eerst was dat" in page


def test_extension_for_one_organisation_is_not_public(client, call, coordinator):
    member = MembershipFactory()
    ProposalFactory(call=call, organisation=member.organisation)
    approve(ask(call, coordinator, organisation=member.organisation), call)

    with time_machine.travel(AFTER, tick=False):
        page = client.get(call.get_absolute_url()).content.decode()

    assert "onbereikbaar" not in page


def test_an_extension_waits_on_the_desk_of_the_others(client, call, coordinator):
    with time_machine.travel(AFTER, tick=False):
        extension = ask(call, coordinator)
        said = {}
        for person in (coordinator, person_with_role("coordinator", call)):
            client.force_login(person)
            said[person] = "verlenging goed te keuren" in client.get("/beheer/").content.decode()

        page = client.get(f"/beheer/submissions/extension/{extension.pk}/change/").content.decode()
        client.post("/beheer/submissions/extension/", {"action": "approve", "_selected_action": extension.pk})

    assert list(said.values()) == [False, True]
    assert f'name="_selected_action" value="{extension.pk}"' in page
    assert rules.deadline_of(call=call, organisation_id=None) == LATER
    assert "2 sep 2023, 12u00" in str(extension)
