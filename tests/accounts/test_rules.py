from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import rules
from accounts.models import Membership, Role, User
from tests.factories import CallFactory, MembershipFactory, RoleFactory, UserFactory, person_with_role

pytestmark = pytest.mark.django_db

COORDINATOR, REVIEWER, JURY = Role.Kind.COORDINATOR, Role.Kind.REVIEWER, Role.Kind.JURY


def superuser(**fields):
    return User.objects.create_superuser("beheer@portaal.example", **fields)


@pytest.mark.parametrize(
    ("kind", "coordinates", "is_staff", "is_jury", "may_enter"),
    [
        (COORDINATOR, True, True, False, True),
        (REVIEWER, False, True, False, True),
        (JURY, False, False, True, False),
    ],
)
def test_roles_hold_for_their_own_call_only(kind, coordinates, is_staff, is_jury, may_enter):
    own, other = CallFactory(), CallFactory()
    user = person_with_role(kind, own)

    assert rules.is_coordinator(user, call=own) is coordinates
    assert rules.is_staff_of(user, call=own) is is_staff
    assert rules.is_jury_of(user, call=own) is is_jury
    assert rules.may_enter_staff_desk(user) is may_enter
    assert not rules.is_coordinator(user, call=other)
    assert not rules.is_staff_of(user, call=other)
    assert not rules.is_jury_of(user, call=other)


def test_role_without_a_call_holds_for_every_call_of_the_region():
    call = CallFactory()
    next_call = CallFactory(region=call.region, edition=2024)
    everywhere = RoleFactory(kind=REVIEWER, region=call.region).user
    once = RoleFactory(kind=REVIEWER, region=call.region, call=call).user

    assert rules.is_staff_of(everywhere, call=next_call)
    assert not rules.is_staff_of(once, call=next_call)


def test_role_is_asked_for_a_region():
    call, other = CallFactory(), CallFactory()
    user = RoleFactory(kind=REVIEWER, region=call.region, call=call).user

    assert rules.has_role(user, REVIEWER, region=call.region)
    assert not rules.has_role(user, REVIEWER, region=other.region)
    assert not rules.has_role(user, COORDINATOR, region=call.region)


def test_roles_of_who_is_not_active_or_not_known_do_not_count():
    call = CallFactory()
    user = person_with_role(COORDINATOR, call)
    user.is_active = False

    assert not rules.is_coordinator(user, call=call)
    assert not rules.may_enter_staff_desk(user)
    assert not rules.is_staff_of(AnonymousUser(), call=call)
    assert not rules.may_enter_staff_desk(AnonymousUser())


def test_superuser_runs_every_call_while_active():
    call, user = CallFactory(), superuser()

    assert rules.is_coordinator(user, call=call)
    assert rules.is_staff_of(user)
    user.is_active = False
    assert not rules.is_coordinator(user, call=call)


def test_roles_are_read_once_per_user(django_assert_num_queries):
    call = CallFactory()
    user = User.objects.get(pk=person_with_role(JURY, call).pk)

    with django_assert_num_queries(1):
        rules.is_staff_of(user, call=call)
        rules.is_jury_of(user, call=call)
        rules.may_enter_staff_desk(user)


def test_membership_counts_for_its_organisation():
    owner = MembershipFactory()
    editor = MembershipFactory(organisation=owner.organisation, role=Membership.Role.EDITOR)
    stranger = MembershipFactory()

    people = [owner.user, editor.user, stranger.user, AnonymousUser()]

    assert [rules.is_member(p, organisation=owner.organisation) for p in people] == [True, True, False, False]
    assert [rules.is_owner(p, organisation=owner.organisation) for p in people] == [True, False, False, False]


def test_invitation_is_for_one_address_whatever_its_case():
    user = UserFactory(email="collega@organisatie.example")
    invitation = SimpleNamespace(email="Collega@Organisatie.example")

    assert rules.is_invited(user, invitation=invitation)
    assert not rules.is_invited(UserFactory(), invitation=invitation)
    assert not rules.is_invited(AnonymousUser(), invitation=invitation)


def test_roles_are_given_by_who_runs_the_region_or_the_call():
    call, other = CallFactory(), CallFactory()
    region = call.region
    of_region = person_with_role(COORDINATOR, call)
    of_call = RoleFactory(kind=COORDINATOR, region=region, call=call).user
    reviewer = person_with_role(REVIEWER, call)

    def may_give(user):
        return (
            rules.may_give_roles(user, region=region),
            rules.may_give_roles(user, region=region, call=call),
            rules.may_give_roles(user, region=region, call=other),
            rules.may_give_roles(user, region=other.region),
        )

    assert may_give(of_region) == (True, True, False, False)
    assert may_give(of_call) == (False, True, False, False)
    assert may_give(reviewer) == (False, False, False, False)
    assert may_give(superuser()) == (True, True, True, True)


def test_roles_are_taken_by_who_gives_them_except_the_own_last_one():
    call = CallFactory()
    coordinator, reviewer = person_with_role(COORDINATOR, call), person_with_role(REVIEWER, call)
    own, other = coordinator.roles.get(), reviewer.roles.get()

    def may_take(user):
        return rules.may_take_role(user, role=own), rules.may_take_role(user, role=other)

    assert may_take(coordinator) == (False, True)
    assert may_take(reviewer) == (False, False)
    assert may_take(superuser()) == (True, True)


@pytest.mark.parametrize("kind", Role.Kind)
def test_second_factor_is_needed_by_staff_and_jury(kind, settings):
    settings.PORTAL_DEMO = False

    assert rules.needs_second_factor(person_with_role(kind, CallFactory()))


def test_second_factor_is_needed_by_maintainers(settings):
    settings.PORTAL_DEMO = False

    assert rules.needs_second_factor(superuser())
    assert rules.needs_second_factor(UserFactory(is_staff=True))


def test_second_factor_is_not_needed_by_partners_and_visitors(settings):
    settings.PORTAL_DEMO = False

    assert not rules.needs_second_factor(MembershipFactory().user)
    assert not rules.needs_second_factor(AnonymousUser())


def test_second_factor_is_waived_in_practice_mode(settings):
    settings.PORTAL_DEMO = True

    assert not rules.needs_second_factor(superuser())
