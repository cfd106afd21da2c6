from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts import actions
from accounts.models import Invitation, Membership, Organisation, Role, RoleRequest, User
from accounts.queries import people_with_role
from accounts.rules import OPEN_INVITATIONS, NotAllowed
from journal import clock
from journal.models import Entry
from notifications.models import Message
from tests.factories import (
    CallFactory,
    MembershipFactory,
    OrganisationFactory,
    RoleFactory,
    UserFactory,
    kbo_number,
    person_with_role,
)

pytestmark = pytest.mark.django_db

OWNER, EDITOR = Membership.Role.OWNER, Membership.Role.EDITOR


def verbs():
    return list(Entry.objects.order_by("number").values_list("verb", flat=True))


def facts(**changes):
    return {
        "name": "Oefenvereniging vzw",
        "kbo_number": kbo_number(9000),
        "legal_form": "vzw",
        "city": "Gooik",
        "email": "info@oefenvereniging.example",
        "phone": "",
        "website": "",
    } | changes


def invite(organisation, by, email="collega@organisatie.example", role=EDITOR):
    return actions.invite_colleague(organisation=organisation, email=email, role=role, by=by)


@pytest.fixture
def owner():
    return MembershipFactory(role=OWNER)


def test_create_organisation_makes_its_maker_owner():
    maker = UserFactory()

    organisation = actions.create_organisation(by=maker, **facts())

    assert [(m.user, m.role) for m in organisation.memberships.all()] == [(maker, OWNER)]
    assert verbs() == ["organisation.created"]


def test_create_organisation_twice_tells_nothing_of_the_people(owner):
    with pytest.raises(actions.OrganisationExists) as refusal:
        actions.create_organisation(by=UserFactory(), **facts(kbo_number=owner.organisation.kbo_number))

    told = " ".join(refusal.value.messages)
    assert owner.user.name not in told
    assert owner.organisation.name not in told
    assert Organisation.objects.count() == 1
    assert verbs() == []


def test_create_organisation_keeps_other_constraints_of_the_database():
    with pytest.raises(IntegrityError, match="unless_association_or_public"):
        actions.create_organisation(by=UserFactory(), **facts(kbo_number=None))


def test_create_organisation_takes_associations_without_number():
    first, second = (
        actions.create_organisation(by=UserFactory(), **facts(kbo_number=None, legal_form="association"))
        for _ in range(2)
    )

    assert first != second


def test_change_organisation_records_what_changed(owner):
    changed = actions.change_organisation(
        organisation=owner.organisation, by=owner.user, city="Herne", name=owner.organisation.name
    )

    assert changed.city == "Herne"
    assert Entry.objects.get().payload == {"changed": ["city"]}


def test_change_organisation_without_a_change_records_nothing(owner):
    actions.change_organisation(organisation=owner.organisation, by=owner.user, city=owner.organisation.city)

    assert verbs() == []


def test_change_organisation_is_for_owners_and_maintainers(owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    maintainer = User.objects.create_superuser("beheer@portaal.example")

    for stranger in (editor.user, UserFactory()):
        with pytest.raises(NotAllowed):
            actions.change_organisation(organisation=owner.organisation, by=stranger, city="Herne")
    changed = actions.change_organisation(organisation=owner.organisation, by=maintainer, city="Bever")

    assert changed.city == "Bever"


def test_change_organisation_to_a_taken_number_is_refused(owner):
    other = OrganisationFactory()

    with pytest.raises(actions.OrganisationExists):
        actions.change_organisation(
            organisation=owner.organisation, by=owner.user, kbo_number=other.kbo_number
        )


def test_invite_colleague_queues_one_mail_with_the_link(owner):
    invitation = invite(owner.organisation, owner.user, email="Collega@Organisatie.example")

    message = Message.objects.get()
    assert message.recipient == "collega@organisatie.example"
    assert f"/uitnodiging/{invitation.token}/" in message.text
    assert message.secret is True
    assert message.useful_until == invitation.expires_at
    assert verbs() == ["invitation.sent"]


@time_machine.travel("2023-07-01T10:00:00Z", tick=False)
def test_invite_colleague_is_valid_for_fourteen_days(owner):
    invitation = invite(owner.organisation, owner.user)

    assert invitation.expires_at == clock.now() + timedelta(days=14)


def test_invite_colleague_writes_to_a_known_person_in_their_language(owner):
    reader = UserFactory(language="en")

    invite(owner.organisation, owner.user, email=reader.email.upper())

    message = Message.objects.get()
    assert (message.user, message.language) == (reader, "en")


def test_invite_colleague_is_for_owners(owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)

    with pytest.raises(NotAllowed):
        invite(owner.organisation, editor.user)

    assert not Invitation.objects.exists()


def test_invite_colleague_who_is_a_member_or_invited_is_refused(owner):
    invite(owner.organisation, owner.user)

    with pytest.raises(ValidationError) as invited:
        invite(owner.organisation, owner.user, email="COLLEGA@organisatie.example")
    with pytest.raises(ValidationError) as member:
        invite(owner.organisation, owner.user, email=owner.user.email)

    assert (invited.value.code, member.value.code) == ("invited", "member")
    assert Message.objects.count() == 1


def test_invite_colleague_again_after_the_invitation_ran_out(owner):
    first = invite(owner.organisation, owner.user)

    with time_machine.travel(first.expires_at, tick=False):
        second = invite(owner.organisation, owner.user)

    first.refresh_from_db()
    assert first.withdrawn_at == first.expires_at
    assert second.expires_at > first.expires_at


def test_invite_colleague_stops_at_too_many_open_invitations(owner):
    Invitation.objects.bulk_create(
        Invitation(
            organisation=owner.organisation,
            email=f"persoon{n}@elders.example",
            invited_by=owner.user,
            expires_at=clock.now() + timedelta(days=1),
        )
        for n in range(OPEN_INVITATIONS)
    )

    with pytest.raises(ValidationError) as refusal:
        invite(owner.organisation, owner.user)

    assert refusal.value.code == "too_many"


def test_resend_invitation_keeps_the_link_and_gives_new_days(owner):
    first = invite(owner.organisation, owner.user)

    with time_machine.travel(first.expires_at + timedelta(days=3), tick=False):
        again = actions.resend_invitation(invitation=first, by=owner.user)
        actions.resend_invitation(invitation=first, by=owner.user)

    assert again.token == first.token
    assert again.expires_at == first.expires_at + timedelta(days=17)
    assert Message.objects.count() == 2


def test_resend_invitation_that_was_withdrawn_is_refused(owner):
    invitation = invite(owner.organisation, owner.user)
    actions.withdraw_invitation(invitation=invitation, by=owner.user)

    with pytest.raises(ValidationError) as refusal:
        actions.resend_invitation(invitation=invitation, by=owner.user)

    assert refusal.value.code == "withdrawn"


def test_withdraw_invitation_twice_is_harmless(owner):
    invitation = invite(owner.organisation, owner.user)

    actions.withdraw_invitation(invitation=invitation, by=owner.user)
    actions.withdraw_invitation(invitation=invitation, by=owner.user)

    assert verbs() == ["invitation.sent", "invitation.withdrawn"]


def test_withdraw_invitation_that_was_accepted_is_refused(owner):
    guest = UserFactory()
    invitation = invite(owner.organisation, owner.user, email=guest.email)
    actions.accept_invitation(invitation=invitation, by=guest)

    with pytest.raises(ValidationError) as refusal:
        actions.withdraw_invitation(invitation=invitation, by=owner.user)

    assert refusal.value.code == "accepted"


@pytest.mark.parametrize("action", [actions.resend_invitation, actions.withdraw_invitation])
def test_invitations_are_handled_by_owners(owner, action):
    invitation = invite(owner.organisation, owner.user)
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)

    with pytest.raises(NotAllowed):
        action(invitation=invitation, by=editor.user)


def test_accept_invitation_twice_joins_once(owner):
    guest = UserFactory()
    invitation = invite(owner.organisation, owner.user, email=guest.email, role=OWNER)

    first = actions.accept_invitation(invitation=invitation, by=guest)
    second = actions.accept_invitation(invitation=invitation, by=guest)

    assert first == second
    assert first.role == OWNER
    assert verbs() == ["invitation.sent", "invitation.accepted"]


def test_accept_invitation_by_another_person_is_refused(owner):
    invitation = invite(owner.organisation, owner.user)

    with pytest.raises(NotAllowed):
        actions.accept_invitation(invitation=invitation, by=UserFactory())

    assert owner.organisation.memberships.count() == 1


def test_accept_invitation_at_its_end_is_too_late(owner):
    guest = UserFactory()
    invitation = invite(owner.organisation, owner.user, email=guest.email)

    with (
        time_machine.travel(invitation.expires_at, tick=False),
        pytest.raises(ValidationError) as refusal,
    ):
        actions.accept_invitation(invitation=invitation, by=guest)

    assert refusal.value.code == "expired"


def test_accept_invitation_after_leaving_again_is_refused(owner):
    guest = UserFactory()
    invitation = invite(owner.organisation, owner.user, email=guest.email)
    membership = actions.accept_invitation(invitation=invitation, by=guest)
    actions.remove_member(membership=membership, by=guest)

    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(invitation=invitation, by=guest)

    assert refusal.value.code == "accepted"


def test_accept_invitation_by_who_became_a_member_otherwise_keeps_the_role(owner):
    guest = UserFactory()
    invitation = invite(owner.organisation, owner.user, email=guest.email, role=OWNER)
    membership = MembershipFactory(organisation=owner.organisation, user=guest, role=EDITOR)

    joined = actions.accept_invitation(invitation=invitation, by=guest)

    invitation.refresh_from_db()
    assert (joined, joined.role) == (membership, EDITOR)
    assert invitation.accepted_by == guest


def test_change_member_role_is_recorded_with_whom_it_is_about(owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)

    changed = actions.change_member_role(membership=editor, role=OWNER, by=owner.user)
    actions.change_member_role(membership=editor, role=OWNER, by=owner.user)

    assert changed.role == OWNER
    assert Entry.objects.get().payload == {"role": "owner", "user": f"accounts.user:{editor.user.pk}"}


def test_last_owner_can_not_become_editor_or_leave(owner):
    MembershipFactory(organisation=owner.organisation, role=EDITOR)

    with pytest.raises(ValidationError) as changing:
        actions.change_member_role(membership=owner, role=EDITOR, by=owner.user)
    with pytest.raises(ValidationError) as leaving:
        actions.remove_member(membership=owner, by=owner.user)

    assert {changing.value.code, leaving.value.code} == {"last_owner"}
    assert Membership.objects.get(pk=owner.pk).role == OWNER


def test_editors_leave_but_remove_nobody(owner):
    editor, other = MembershipFactory.create_batch(2, organisation=owner.organisation, role=EDITOR)

    with pytest.raises(NotAllowed):
        actions.remove_member(membership=other, by=editor.user)
    with pytest.raises(NotAllowed):
        actions.change_member_role(membership=editor, role=OWNER, by=editor.user)
    actions.remove_member(membership=editor, by=editor.user)

    assert set(owner.organisation.memberships.all()) == {owner, other}
    assert verbs() == ["membership.left"]


def test_remove_member_who_is_gone_says_so(owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    actions.remove_member(membership=editor, by=owner.user)

    with pytest.raises(ValidationError) as refusal:
        actions.remove_member(membership=Membership(pk=999, organisation=owner.organisation), by=owner.user)

    assert refusal.value.code == "no_member"
    assert verbs() == ["membership.removed"]


@pytest.fixture
def maintainer():
    return User.objects.create_superuser("beheer@portaal.example")


def test_grant_role_makes_an_account_that_enters_by_mail(maintainer):
    call = CallFactory()

    role = actions.grant_role(
        email="Jury@Gemeente.example",
        name="Jo Jury",
        kind="jury",
        region=call.region,
        call=call,
        by=maintainer,
    )

    assert (role.user.email, role.user.name) == ("jury@gemeente.example", "Jo Jury")
    assert role.user.has_usable_password() is False
    assert EmailAddress.objects.get(user=role.user).verified is False
    assert Message.objects.get().recipient == "jury@gemeente.example"
    assert Entry.objects.get().call == call.slug


def test_grant_role_twice_changes_nothing(maintainer):
    call, reader = CallFactory(), UserFactory()
    given = {"email": reader.email.upper(), "kind": "reviewer", "region": call.region, "by": maintainer}

    first = actions.grant_role(**given)
    second = actions.grant_role(**given)

    assert first == second
    assert first.user == reader
    assert (Message.objects.count(), verbs()) == (1, ["role.granted"])


@pytest.mark.parametrize("kind", ["coordinator", "reviewer", "jury"])
def test_nobody_but_a_maintainer_gives_a_role_alone(kind):
    call = CallFactory()

    with pytest.raises(NotAllowed):
        actions.grant_role(
            email="wie@dan.example", kind="jury", region=call.region, call=call,
            by=person_with_role(kind, call),
        )  # fmt: skip

    assert not User.objects.filter(email="wie@dan.example").exists()


def ask(call, /, *, by, **changes):
    given = {"email": "Tweede.Adres@regio.example", "kind": "jury", "region": call.region, "call": call}
    return actions.request_role(by=by, **(given | changes))


def test_a_juror_asked_by_a_coordinator_counts_once_another_approved():
    call = CallFactory()
    asking, other = (person_with_role(Role.Kind.COORDINATOR, call) for _ in range(2))

    asked = ask(call, by=asking, name="Jo Jury")
    before = list(people_with_role(call=call, kinds=["jury"]))
    role = actions.approve_role(request=asked, by=other)

    assert before == []
    assert list(people_with_role(call=call, kinds=["jury"])) == [role.user]
    assert (role.user.email, role.user.name) == ("tweede.adres@regio.example", "Jo Jury")
    assert Message.objects.get().recipient == "tweede.adres@regio.example"
    assert verbs() == ["role.requested", "role.granted"]
    assert Entry.objects.latest("pk").payload["asked_by"] == f"accounts.user:{asking.pk}"
    assert not RoleRequest.objects.exists()


@pytest.mark.parametrize("kind", ["reviewer", "jury"])
def test_who_asked_for_a_role_never_approves_it(kind):
    call = CallFactory()
    asking = person_with_role(Role.Kind.COORDINATOR, call)
    asked = ask(call, by=asking, kind=kind)

    with pytest.raises(NotAllowed):
        actions.approve_role(request=asked, by=asking)
    again = ask(call, by=asking, kind=kind, email="TWEEDE.adres@regio.example")

    assert again == asked
    assert not User.objects.filter(email="tweede.adres@regio.example").exists()


@pytest.mark.parametrize("kind", ["reviewer", "jury"])
def test_who_reads_or_judges_neither_asks_nor_approves(kind):
    call = CallFactory()
    person = person_with_role(kind, call)
    asked = ask(call, by=person_with_role(Role.Kind.COORDINATOR, call))

    for act in (actions.approve_role, actions.drop_role_request):
        with pytest.raises(NotAllowed):
            act(request=asked, by=person)
    with pytest.raises(NotAllowed):
        ask(call, by=person, email="wie@dan.example")

    assert RoleRequest.objects.get() == asked


def test_role_that_was_asked_is_approved_by_a_maintainer_where_there_is_one_coordinator(maintainer):
    call = CallFactory()
    asked = ask(call, by=person_with_role(Role.Kind.COORDINATOR, call))

    assert actions.approve_role(request=asked, by=maintainer).kind == "jury"


def test_role_that_was_asked_is_dropped():
    call = CallFactory()
    asking = person_with_role(Role.Kind.COORDINATOR, call)

    actions.drop_role_request(request=ask(call, by=asking), by=asking)

    assert not RoleRequest.objects.exists()
    assert verbs() == ["role.requested", "role.dropped"]


def test_role_that_was_approved_meanwhile_is_not_dropped():
    call = CallFactory()
    asking, second = (person_with_role(Role.Kind.COORDINATOR, call) for _ in range(2))
    asked = ask(call, by=asking)
    actions.approve_role(request=asked, by=second)

    with pytest.raises(RoleRequest.DoesNotExist):
        actions.drop_role_request(request=asked, by=asking)

    assert "role.dropped" not in verbs()


def test_coordinator_makes_no_second_coordinator():
    call = CallFactory()
    coordinator = person_with_role(Role.Kind.COORDINATOR, call)

    with pytest.raises(NotAllowed):
        ask(call, by=coordinator, kind="coordinator")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.create(
            email="tweede.adres@regio.example", kind="coordinator", region=call.region, asked_by=coordinator
        )


def test_roles_of_another_region_are_out_of_reach():
    own, other = CallFactory(), CallFactory()
    coordinator = person_with_role(Role.Kind.COORDINATOR, own)
    theirs = RoleFactory(region=other.region)
    asked = ask(other, by=person_with_role(Role.Kind.COORDINATOR, other))

    with pytest.raises(NotAllowed):
        ask(other, by=coordinator)
    with pytest.raises(NotAllowed):
        ask(other, by=coordinator, region=own.region)
    with pytest.raises(NotAllowed):
        actions.approve_role(request=asked, by=coordinator)
    with pytest.raises(NotAllowed):
        actions.revoke_role(role=theirs, by=coordinator)

    assert Role.objects.filter(pk=theirs.pk).exists()


def test_coordinator_of_one_call_asks_roles_for_that_call_only():
    call = CallFactory()
    coordinator = RoleFactory(region=call.region, call=call).user

    with pytest.raises(NotAllowed):
        ask(call, by=coordinator, kind="reviewer", call=None)
    asked = ask(call, by=coordinator, kind="reviewer")

    assert asked.call == call


def test_revoke_role_is_recorded():
    call = CallFactory()
    coordinator = person_with_role(Role.Kind.COORDINATOR, call)
    role = RoleFactory(kind="reviewer", region=call.region)

    actions.revoke_role(role=role, by=coordinator)

    assert not Role.objects.filter(kind="reviewer").exists()
    assert Entry.objects.get().payload == {"role": "reviewer", "user": f"accounts.user:{role.user_id}"}


def test_own_last_coordinator_role_can_not_be_revoked():
    call = CallFactory()
    coordinator = person_with_role(Role.Kind.COORDINATOR, call)
    own = coordinator.roles.get()

    with pytest.raises(ValidationError) as refusal:
        actions.revoke_role(role=own, by=coordinator)

    assert refusal.value.code == "own_last_role"
    assert Role.objects.filter(pk=own.pk).exists()


def test_one_of_two_own_coordinator_roles_can_be_revoked():
    call = CallFactory()
    coordinator = person_with_role(Role.Kind.COORDINATOR, call)
    narrow = RoleFactory(user=coordinator, region=call.region, call=call)

    actions.revoke_role(role=narrow, by=coordinator)

    assert coordinator.roles.get().call is None


def test_maintainer_gives_and_takes_every_role(maintainer):
    call = CallFactory()

    role = actions.grant_role(email=maintainer.email, kind="coordinator", region=call.region, by=maintainer)
    actions.revoke_role(role=role, by=maintainer)

    assert not Role.objects.exists()


def test_role_for_a_call_names_the_region_of_that_call():
    own, other = CallFactory(), CallFactory()

    with pytest.raises(IntegrityError, match="role_for_a_call_of_its_region"), transaction.atomic():
        RoleFactory(region=own.region, call=other)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_change_profile_keeps_name_and_language():
    user = UserFactory()

    actions.change_profile(user=user, name="An Anders", language="en")

    user.refresh_from_db()
    assert (user.name, user.language) == ("An Anders", "en")


def test_reset_second_factor_takes_all_away_and_is_recorded():
    user = UserFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})

    with pytest.raises(NotAllowed):
        actions.reset_second_factor(user=user, by=user)
    actions.reset_second_factor(user=user, by=User.objects.create_superuser("beheer@portaal.example"))

    assert not Authenticator.objects.filter(user=user).exists()
    assert verbs() == ["second_factor.reset"]
