"""Two people at the same moment, in two real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import actions
from accounts.models import Membership
from journal.models import Entry
from journal.queries import verify_chain
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory, kbo_number

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do all `acts` at the same moment, each on its own connection; their results or refusals."""
    start = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            return act()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results) -> list[str]:
    return [result.code for result in results if isinstance(result, ValidationError)]


def leave(membership):
    return lambda: actions.remove_member(membership=membership, by=membership.user)


def test_two_last_owners_who_leave_at_once_leave_one_behind():
    organisation = OrganisationFactory()
    owners = MembershipFactory.create_batch(2, organisation=organisation)

    results = at_once(*(leave(owner) for owner in owners))

    assert refusals(results) == ["last_owner"]
    assert organisation.memberships.filter(role=Membership.Role.OWNER).count() == 1
    assert Entry.objects.filter(verb="membership.left").count() == 1
    assert verify_chain().ok


def test_one_owner_leaves_while_the_other_becomes_editor():
    organisation = OrganisationFactory()
    leaving, changing = MembershipFactory.create_batch(2, organisation=organisation)

    results = at_once(
        leave(leaving),
        lambda: actions.change_member_role(membership=changing, role="editor", by=changing.user),
    )

    assert refusals(results) == ["last_owner"]
    assert organisation.memberships.filter(role=Membership.Role.OWNER).count() == 1


def test_double_click_on_accepting_joins_once():
    owner, guest = MembershipFactory(), UserFactory()
    invitation = actions.invite_colleague(
        organisation=owner.organisation, email=guest.email, role="editor", by=owner.user
    )

    results = at_once(*[lambda: actions.accept_invitation(invitation=invitation, by=guest)] * 3)

    assert refusals(results) == []
    assert len({membership.pk for membership in results}) == 1
    assert Entry.objects.filter(verb="invitation.accepted").count() == 1


def test_invitation_withdrawn_while_it_is_accepted_ends_one_way():
    owner, guest = MembershipFactory(), UserFactory()
    invitation = actions.invite_colleague(
        organisation=owner.organisation, email=guest.email, role="editor", by=owner.user
    )

    results = at_once(
        lambda: actions.accept_invitation(invitation=invitation, by=guest),
        lambda: actions.withdraw_invitation(invitation=invitation, by=owner.user),
    )

    invitation.refresh_from_db()
    joined = owner.organisation.memberships.filter(user=guest).exists()
    assert refusals(results) == (["accepted"] if joined else ["withdrawn"])
    assert (invitation.accepted_at is not None, invitation.withdrawn_at is not None) == (joined, not joined)


def test_one_colleague_invited_twice_at_once_is_invited_once():
    owner = MembershipFactory()

    def invite():
        return actions.invite_colleague(
            organisation=owner.organisation, email="collega@elders.example", role="editor", by=owner.user
        )

    results = at_once(invite, invite)

    assert refusals(results) == ["invited"]
    assert owner.organisation.invitations.count() == 1


def test_one_organisation_added_twice_at_once_is_added_once():
    facts = {
        "name": "Oefenvereniging vzw",
        "kbo_number": kbo_number(9200),
        "legal_form": "vzw",
        "city": "Gooik",
        "email": "info@oefenvereniging.example",
    }
    makers = UserFactory.create_batch(2)

    results = at_once(
        *(lambda maker=maker: actions.create_organisation(by=maker, **facts) for maker in makers)
    )

    assert refusals(results) == ["organisation_exists"]
