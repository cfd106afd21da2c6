import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser

from accounts.admin_scope import CallScopedAdmin, CallScopedInline
from accounts.models import Role, User
from challenges.models import Call, Challenge, Need
from pajotarl_portal.admin import PortalAdminSite
from tests.factories import CallFactory, RoleFactory, UserFactory, person_with_role

pytestmark = pytest.mark.django_db


class NeedInline(CallScopedInline, admin.TabularInline):
    model = Need
    fk_name = "challenge"


class ChallengeAdmin(CallScopedAdmin):
    inlines = [NeedInline]


class NeedAdmin(CallScopedAdmin):
    call_lookup = "challenge__call"
    choice_lookups = {"service_type": "call"}


class CallAdmin(CallScopedAdmin):
    call_lookup = "pk"


@pytest.fixture
def site():
    site = PortalAdminSite(name="oefendesk")
    site.register(Challenge, ChallengeAdmin)
    site.register(Need, NeedAdmin)
    site.register(Call, CallAdmin)
    return site


@pytest.fixture
def request_by(rf):
    def build(user):
        request = rf.get("/")
        request.user = user
        return request

    return build


def superuser():
    return User.objects.create_superuser("beheer@portaal.example")


@pytest.mark.parametrize("kind", [Role.Kind.COORDINATOR, Role.Kind.REVIEWER])
@pytest.mark.parametrize(("model", "shown"), [(Challenge, 2), (Need, 2), (Call, 1)])
def test_queryset_shows_own_region_only(site, request_by, kind, model, shown):
    own, _other = CallFactory(), CallFactory()
    request = request_by(person_with_role(kind, own))

    listed = site.get_model_admin(model).get_queryset(request)

    assert {site.get_model_admin(model).call_of(thing) for thing in listed} == {own}
    assert listed.count() == shown


def test_queryset_shows_one_call_when_the_role_names_it(site, request_by):
    own = CallFactory()
    CallFactory(region=own.region, edition=2024)
    role = RoleFactory(kind=Role.Kind.REVIEWER, region=own.region, call=own)

    listed = site.get_model_admin(Call).get_queryset(request_by(role.user))

    assert list(listed) == [own]


def test_queryset_shows_everything_to_a_superuser(site, request_by):
    calls = {CallFactory(), CallFactory()}

    listed = site.get_model_admin(Call).get_queryset(request_by(superuser()))

    assert set(listed) == calls


@pytest.mark.parametrize(
    ("who", "own", "other", "anywhere"),
    [
        ("coordinator", (True, True), (False, False), (True, True, True, True)),
        ("reviewer", (True, False), (False, False), (True, True, False, False)),
        ("jury", (False, False), (False, False), (False, False, False, False)),
        ("partner", (False, False), (False, False), (False, False, False, False)),
        ("anonymous", (False, False), (False, False), (False, False, False, False)),
        ("superuser", (True, True), (True, True), (True, True, True, True)),
    ],
)
def test_permissions_per_role(site, request_by, who, own, other, anywhere):
    own_call, other_call = CallFactory(), CallFactory()
    people = {"partner": UserFactory, "anonymous": AnonymousUser, "superuser": superuser}
    user = people[who]() if who in people else person_with_role(who, own_call)
    request = request_by(user)
    challenges = site.get_model_admin(Challenge)

    def on(call):
        challenge = call.challenges.first()
        assert challenges.has_delete_permission(request, challenge) is False
        return (
            challenges.has_view_permission(request, challenge),
            challenges.has_change_permission(request, challenge),
        )

    assert on(own_call) == own
    assert on(other_call) == other
    assert (
        challenges.has_module_permission(request),
        challenges.has_view_permission(request),
        challenges.has_change_permission(request),
        challenges.has_add_permission(request),
    ) == anywhere


def test_permissions_of_an_inline_follow_its_parent(site, request_by):
    own, other = CallFactory(), CallFactory()
    coordinator = request_by(person_with_role(Role.Kind.COORDINATOR, own))
    reviewer = request_by(person_with_role(Role.Kind.REVIEWER, own))
    inline = NeedInline(Challenge, site)
    mine, theirs = own.challenges.first(), other.challenges.first()

    def on(request, challenge):
        return (
            inline.has_view_permission(request, challenge),
            inline.has_change_permission(request, challenge),
            inline.has_add_permission(request, challenge),
            inline.has_delete_permission(request, challenge),
        )

    assert on(coordinator, mine) == (True, True, True, True)
    assert on(coordinator, theirs) == (False, False, False, False)
    assert on(reviewer, mine) == (True, False, False, False)
    assert inline.has_add_permission(coordinator) is True
    assert inline.has_add_permission(reviewer) is False


def test_choices_of_a_field_come_from_own_calls(site, request_by):
    own, _other = CallFactory(), CallFactory()
    request = request_by(person_with_role(Role.Kind.COORDINATOR, own))

    def choices(model, name):
        field = model._meta.get_field(name)
        return set(site.get_model_admin(model).formfield_for_dbfield(field, request).queryset)

    assert choices(Challenge, "call") == {own}
    assert choices(Need, "challenge") == set(own.challenges.all())
    assert choices(Need, "service_type") == set(own.service_types.all())


def test_choices_without_a_call_are_not_limited(site, request_by):
    request = request_by(person_with_role(Role.Kind.REVIEWER, CallFactory()))

    field = site.get_model_admin(Call).formfield_for_dbfield(Call._meta.get_field("region"), request)

    assert field.queryset.count() == 1


def test_other_regions_object_is_sent_away(client, settings):
    own, other = CallFactory(), CallFactory()
    settings.ROOT_URLCONF = "tests.accounts.desk_urls"
    coordinator = person_with_role(Role.Kind.COORDINATOR, own)
    client.force_login(coordinator)

    mine = client.get(f"/oefendesk/challenges/milestone/{own.milestones.first().pk}/change/")
    theirs = client.get(f"/oefendesk/challenges/milestone/{other.milestones.first().pk}/change/")

    assert mine.status_code == 200
    assert (theirs.status_code, theirs.url) == (302, "/oefendesk/")
