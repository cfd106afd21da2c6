import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import Organisation, Role, RoleRequest, User
from journal.models import Entry
from tests.factories import (
    CallFactory,
    MembershipFactory,
    OrganisationFactory,
    RoleFactory,
    UserFactory,
    filed_proposal,
    person_with_role,
)

pytestmark = pytest.mark.django_db

ROLES = reverse("admin:accounts_role_changelist")
ADD_ROLE = reverse("admin:accounts_role_add")
ASKED = reverse("admin:accounts_rolerequest_changelist")
ASK_ROLE = reverse("admin:accounts_rolerequest_add")
ORGANISATIONS = reverse("admin:accounts_organisation_changelist")
PEOPLE = reverse("admin:accounts_user_changelist")


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def coordinator(client, call):
    user = person_with_role(Role.Kind.COORDINATOR, call)
    client.force_login(user)
    return user


@pytest.fixture
def maintainer(client):
    user = User.objects.create_superuser("beheer@portaal.example")
    client.force_login(user)
    return user


def new_role(call, /, **changes):
    return {
        "email": "lezer@vdab.example",
        "name": "Lore Lezer",
        "kind": "reviewer",
        "region": call.region.pk,
        "call": "",
    } | changes


def listed(response) -> set:
    return set(response.context["cl"].queryset)


def errors(response) -> list[str]:
    return list(response.context["adminform"].form.errors)


def test_roles_lists_those_of_the_own_region(client, coordinator, call):
    RoleFactory(region=CallFactory().region)
    jury = person_with_role(Role.Kind.JURY, call)

    assert listed(client.get(ROLES)) == {*coordinator.roles.all(), *jury.roles.all()}


def test_roles_of_who_runs_one_call_are_those_of_that_call(client, call):
    own = RoleFactory(region=call.region, call=call)
    RoleFactory(region=call.region)
    client.force_login(own.user)

    assert listed(client.get(ROLES)) == {own}


def test_roles_lists_everything_for_a_maintainer(client, maintainer):
    roles = {RoleFactory(region=CallFactory().region), RoleFactory(region=CallFactory().region)}

    assert listed(client.get(ROLES)) == roles


@pytest.mark.parametrize("count", [1, 3])
def test_roles_changelist_costs_the_same_for_any_number(
    client, coordinator, call, count, django_assert_num_queries
):
    for _ in range(count):
        person_with_role(Role.Kind.JURY, call)

    with django_assert_num_queries(QUERIES["roles"]):
        client.get(ROLES)


@pytest.mark.parametrize("count", [1, 3])
def test_organisations_changelist_costs_the_same_for_any_number(
    client, coordinator, count, django_assert_num_queries
):
    OrganisationFactory.create_batch(count)

    with django_assert_num_queries(QUERIES["organisations"]):
        client.get(ORGANISATIONS)


@pytest.mark.parametrize("count", [1, 3])
def test_people_changelist_costs_the_same_for_any_number(
    client, maintainer, count, django_assert_num_queries
):
    UserFactory.create_batch(count)

    with django_assert_num_queries(QUERIES["people"]):
        client.get(PEOPLE)


@pytest.mark.parametrize("count", [1, 3])
def test_asked_roles_changelist_costs_the_same_for_any_number(
    client, coordinator, call, count, django_assert_num_queries
):
    for number in range(count):
        client.post(ASK_ROLE, new_role(call, email=f"lezer{number}@vdab.example"))

    with django_assert_num_queries(QUERIES["asked"]):
        client.get(ASKED)


def test_role_is_given_through_the_action(client, maintainer, call):
    response = client.post(ADD_ROLE, new_role(call))

    given = Role.objects.get(kind="reviewer")
    assert (response.status_code, response.url) == (302, ROLES)
    assert (given.user.email, given.user.name, given.call) == ("lezer@vdab.example", "Lore Lezer", None)
    assert Entry.objects.get().verb == "role.granted"


def test_coordinator_gives_no_role_alone(client, coordinator, call):
    alone = client.post(ADD_ROLE, new_role(call))
    asked = client.post(ASK_ROLE, new_role(call, kind="jury", call=call.pk))
    approved = client.post(ASKED, chosen("approve"), follow=True)

    assert (alone.status_code, asked.status_code, asked.url) == (403, 302, ASKED)
    assert "een andere coördinator" in approved.content.decode()
    assert set(Role.objects.all()) == set(coordinator.roles.all())


def test_second_coordinator_approves_what_was_asked(client, coordinator, call):
    client.post(ASK_ROLE, new_role(call, kind="jury", call=call.pk))
    client.force_login(person_with_role(Role.Kind.COORDINATOR, call))

    client.post(ASKED, chosen("approve"))

    assert Role.objects.get(kind="jury").user.email == "lezer@vdab.example"
    assert listed(client.get(ASKED)) == set()


def test_role_that_was_asked_is_withdrawn(client, coordinator, call):
    client.post(ASK_ROLE, new_role(call))

    client.post(ASKED, chosen("drop"))

    assert not RoleRequest.objects.exists()


def test_asked_roles_of_another_region_do_not_exist(client, coordinator, call):
    client.post(ASK_ROLE, new_role(call))
    client.force_login(person_with_role(Role.Kind.COORDINATOR, CallFactory()))

    client.post(ASKED, chosen("approve"))

    assert listed(client.get(ASKED)) == set()
    assert RoleRequest.objects.count() == 1


def chosen(action: str) -> dict:
    return {"action": action, "_selected_action": list(RoleRequest.objects.values_list("pk", flat=True))}


def test_role_form_offers_the_own_region_and_calls(client, coordinator, call):
    CallFactory()

    fields = client.get(ASK_ROLE).context["adminform"].form.fields

    assert set(fields["region"].queryset) == {call.region}
    assert set(fields["call"].queryset) == {call}
    assert fields["region"].initial == call.region


def test_role_form_leaves_the_choice_to_who_runs_more_regions(client, maintainer):
    CallFactory.create_batch(2)

    fields = client.get(ADD_ROLE).context["adminform"].form.fields

    assert len(fields["region"].queryset) == 2
    assert fields["region"].initial is None


def test_role_of_a_jury_member_needs_a_call(client, coordinator, call):
    without = client.post(ASK_ROLE, new_role(call, kind="jury"))
    given = client.post(ASK_ROLE, new_role(call, kind="jury", call=call.pk))

    assert errors(without) == ["call"]
    assert given.status_code == 302


def test_role_for_a_call_of_another_region_is_refused(client, maintainer, call):
    assert errors(client.post(ADD_ROLE, new_role(call, call=CallFactory().pk))) == ["call"]


def test_role_for_a_region_out_of_reach_is_refused(client, coordinator, call):
    other = CallFactory()

    response = client.post(ASK_ROLE, new_role(other, call=other.pk))

    assert sorted(errors(response)) == ["call", "region"]


def test_role_for_a_whole_region_is_refused_to_who_runs_one_call(client, call):
    client.force_login(RoleFactory(region=call.region, call=call).user)

    assert errors(client.post(ASK_ROLE, new_role(call))) == ["call"]


def test_role_is_taken_through_the_action(client, coordinator, call):
    role = RoleFactory(kind="reviewer", region=call.region)

    client.post(reverse("admin:accounts_role_delete", args=[role.pk]), {"post": "yes"})

    assert not Role.objects.filter(pk=role.pk).exists()
    assert Entry.objects.get().verb == "role.revoked"


def test_roles_are_taken_together(client, coordinator, call):
    roles = [RoleFactory(kind="reviewer", region=call.region) for _ in range(2)]
    chosen = {"action": "delete_selected", "_selected_action": [r.pk for r in roles], "post": "yes"}

    client.post(ROLES, chosen)

    assert Role.objects.filter(kind="reviewer").count() == 0
    assert Entry.objects.filter(verb="role.revoked").count() == 2


def test_own_last_coordinator_role_is_not_taken(client, coordinator):
    role = coordinator.roles.get()

    one = client.post(reverse("admin:accounts_role_delete", args=[role.pk]), {"post": "yes"})
    client.post(ROLES, {"action": "delete_selected", "_selected_action": [role.pk], "post": "yes"})

    assert one.status_code == 403
    assert Role.objects.filter(pk=role.pk).exists()


def test_role_of_another_region_does_not_exist(client, coordinator):
    theirs = RoleFactory(region=CallFactory().region)

    shown = client.get(reverse("admin:accounts_role_change", args=[theirs.pk]))
    deleted = client.post(reverse("admin:accounts_role_delete", args=[theirs.pk]), {"post": "yes"})

    assert (shown.status_code, deleted.status_code) == (302, 302)
    assert Role.objects.filter(pk=theirs.pk).exists()


def test_role_is_shown_and_not_changed(client, coordinator, call):
    role = person_with_role(Role.Kind.JURY, call).roles.get()

    shown = client.get(reverse("admin:accounts_role_change", args=[role.pk]))

    assert role.user.email in shown.content.decode()
    assert shown.context["has_change_permission"] is False


@pytest.mark.parametrize("kind", [Role.Kind.REVIEWER])
def test_roles_are_not_shown_to_reviewers(client, call, kind):
    client.force_login(person_with_role(kind, call))

    assert client.get(ROLES).status_code == 403
    assert client.get(PEOPLE).status_code == 403
    assert client.get(ORGANISATIONS).status_code == 200
    assert "accounts_role" not in client.get(reverse("admin:index")).content.decode()


def test_organisation_is_read_by_staff_without_its_people(client, coordinator, call):
    member = MembershipFactory()
    filed_proposal(call=call, organisation=member.organisation)

    shown = client.get(reverse("admin:accounts_organisation_change", args=[member.organisation.pk]))

    assert shown.context["has_change_permission"] is False
    assert member.user.email not in shown.content.decode()


def test_organisation_that_takes_part_elsewhere_is_not_found(client, coordinator):
    elsewhere = filed_proposal().organisation

    shown = client.get(reverse("admin:accounts_organisation_change", args=[elsewhere.pk]))

    assert shown.status_code == 302


def organisation_form(organisation, **changes):
    facts = {
        name: getattr(organisation, name) for name in ("name", "legal_form", "kbo_number", "city", "email")
    }
    formset = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    return facts | {"phone": "", "website": ""} | formset | changes


def test_organisation_is_corrected_by_a_maintainer(client, maintainer):
    organisation, other = OrganisationFactory(), OrganisationFactory()
    where = reverse("admin:accounts_organisation_change", args=[organisation.pk])

    taken = client.post(where, organisation_form(organisation, kbo_number=other.kbo_number))
    saved = client.post(where, organisation_form(organisation, city="Bever"))

    assert errors(taken) == ["kbo_number"]
    assert saved.status_code == 302
    assert Organisation.objects.get(pk=organisation.pk).city == "Bever"
    assert Entry.objects.get().payload == {"changed": ["city"]}


def act(client, action, *people):
    return client.post(
        PEOPLE, {"action": action, "_selected_action": [person.pk for person in people]}, follow=True
    )


def test_account_is_closed_and_opened_again(client, maintainer):
    person = UserFactory()

    act(client, "close", person)
    person.refresh_from_db()
    closed = person.is_active
    act(client, "close", person)
    act(client, "reopen", person)
    person.refresh_from_db()

    assert (closed, person.is_active) == (False, True)
    assert list(Entry.objects.order_by("number").values_list("verb", flat=True)) == [
        "person.closed",
        "person.opened",
    ]


def test_own_account_can_not_be_closed(client, maintainer):
    act(client, "close", maintainer)

    maintainer.refresh_from_db()
    assert maintainer.is_active is True


def test_second_factor_is_taken_away(client, maintainer):
    person = UserFactory()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})

    act(client, "reset_second_factor", person)

    assert not Authenticator.objects.exists()
    assert Entry.objects.get().object == f"accounts.user:{person.pk}"


def test_secrets_of_people_have_no_page():
    assert not any(admin.site.is_registered(model) for model in (Authenticator, Group))


QUERIES = {"roles": 11, "asked": 9, "organisations": 9, "people": 7}
