import pytest
from django.urls import reverse

from accounts.actions import invite_colleague
from accounts.models import Invitation, Membership, Organisation
from notifications.models import Message
from tests.factories import MembershipFactory, UserFactory, kbo_number

pytestmark = pytest.mark.django_db

EDITOR = Membership.Role.EDITOR


@pytest.fixture
def owner(client):
    """An owner, logged in."""
    membership = MembershipFactory()
    client.force_login(membership.user)
    return membership


def organisation_form(**changes):
    return {
        "name": "Nieuwe Oefening vzw",
        "legal_form": "vzw",
        "kbo_number": kbo_number(9100),
        "city": "Gooik",
        "email": "info@nieuweoefening.example",
        "phone": "",
        "website": "nieuweoefening.example",
    } | changes


def invited(owner, email="collega@organisatie.example", role=EDITOR) -> Invitation:
    return invite_colleague(organisation=owner.organisation, email=email, role=role, by=owner.user)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def page(name, *args):
    return reverse(f"accounts:{name}", args=args)


def test_organisation_new_adds_it_and_acts_for_it(client):
    user = UserFactory()
    client.force_login(user)

    response = client.post(page("organisation_new"), organisation_form(next="/profiel/"))

    added = Organisation.objects.get()
    assert (response.status_code, response.url) == (302, "/profiel/")
    assert (added.kbo_number, added.website) == (kbo_number(9100), "https://nieuweoefening.example")
    assert client.session["acting_organisation"] == added.pk


def test_organisation_new_keeps_what_was_typed_and_names_the_field(client, owner):
    typed = "2.123.456.789"

    response = client.post(page("organisation_new"), organisation_form(kbo_number=typed))

    form = response.context["form"]
    assert list(form.errors) == ["kbo_number"]
    assert form["kbo_number"].value() == typed
    assert form.errors.as_data()["kbo_number"][0].code == "establishment"


def test_organisation_new_that_exists_is_told_at_the_number(client, owner):
    response = client.post(
        page("organisation_new"), organisation_form(kbo_number=owner.organisation.kbo_number)
    )

    errors = response.context["form"].errors.as_data()
    assert [error.code for error in errors["kbo_number"]] == ["organisation_exists"]
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("legal_form", "errors"), [("vzw", ["kbo_number"]), ("association", []), ("public", [])]
)
def test_organisation_new_without_number(client, owner, legal_form, errors):
    response = client.post(page("organisation_new"), organisation_form(kbo_number="", legal_form=legal_form))

    assert list(response.context["form"].errors if response.context else []) == errors


def test_organisation_new_with_an_unknown_legal_form_names_only_that(client, owner):
    response = client.post(page("organisation_new"), organisation_form(kbo_number="", legal_form="zzz"))

    assert list(response.context["form"].errors) == ["legal_form"]


def test_organisation_is_changed_by_its_owner(client, owner):
    shown = client.get(page("organisation", owner.organisation.pk))
    typed = shown.context["form"].initial | {"city": "Herne"}
    response = client.post(page("organisation", owner.organisation.pk), typed)

    owner.organisation.refresh_from_db()
    assert response.status_code == 302
    assert owner.organisation.city == "Herne"


def test_organisation_changed_to_a_taken_number_is_refused(client, owner):
    other = MembershipFactory().organisation

    response = client.post(
        page("organisation", owner.organisation.pk), organisation_form(kbo_number=other.kbo_number)
    )

    assert list(response.context["form"].errors) == ["kbo_number"]


def test_organisation_is_read_by_an_editor_and_not_changed(client, owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    client.force_login(editor.user)

    shown = client.get(page("organisation", owner.organisation.pk))
    posted = client.post(page("organisation", owner.organisation.pk), organisation_form())

    assert owner.organisation.email in shown.content.decode()
    assert shown.context["may_change"] is False
    assert posted.status_code == 403


def test_members_shows_an_editor_no_invitations(client, owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    invited(owner)
    client.force_login(editor.user)

    shown = client.get(page("members", owner.organisation.pk))

    assert list(shown.context["invitations"]) == []
    assert "collega@organisatie.example" not in shown.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_members_costs_the_same_for_any_number(client, owner, count, django_assert_num_queries):
    MembershipFactory.create_batch(count, organisation=owner.organisation, role=EDITOR)
    for n in range(count):
        invited(owner, email=f"persoon{n}@elders.example")

    with django_assert_num_queries(9):
        client.get(page("members", owner.organisation.pk))


def test_invite_sends_and_returns_to_the_members(client, owner):
    response = client.post(
        page("invite", owner.organisation.pk), {"email": "collega@elders.example", "role": "editor"}
    )

    assert response.url == page("members", owner.organisation.pk)
    assert Message.objects.get().recipient == "collega@elders.example"


def test_invite_who_is_a_member_is_told_at_the_address(client, owner):
    response = client.post(
        page("invite", owner.organisation.pk), {"email": owner.user.email, "role": "editor"}
    )

    assert list(response.context["form"].errors) == ["email"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_invite_is_not_for_editors(client, owner, method):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    client.force_login(editor.user)

    response = getattr(client, method)(page("invite", owner.organisation.pk))

    assert response.status_code == 403


def test_invitation_is_sent_again_and_withdrawn(client, owner):
    invitation = invited(owner)
    where = owner.organisation.pk, invitation.pk

    again = client.post(page("invitation_resend", *where), follow=True)
    withdrawn = client.post(page("invitation_withdraw", *where), follow=True)
    too_late = client.post(page("invitation_resend", *where), follow=True)

    assert len(said(again)) == len(said(withdrawn)) == len(said(too_late)) == 1
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    assert list(withdrawn.context["invitations"]) == []


def test_invitation_that_was_accepted_can_not_be_withdrawn(client, owner):
    guest = UserFactory()
    invitation = invited(owner, email=guest.email)
    client.force_login(guest)
    client.post(page("invitation", invitation.token))
    client.force_login(owner.user)

    response = client.post(page("invitation_withdraw", owner.organisation.pk, invitation.pk), follow=True)

    assert response.context["messages"]
    assert owner.organisation.memberships.count() == 2


def test_invitation_shows_a_visitor_where_to_log_in(client, owner):
    invitation = invited(owner)
    client.logout()

    shown = client.get(page("invitation", invitation.token))
    posted = client.post(page("invitation", invitation.token))

    assert f"{reverse('account_signup')}?email=collega%40organisatie.example" in shown.content.decode()
    assert shown["Referrer-Policy"] == "same-origin"
    assert posted.status_code == 200
    assert owner.organisation.memberships.count() == 1


def test_invitation_is_accepted_by_a_click_and_not_by_opening_it(client, owner):
    guest = UserFactory()
    invitation = invited(owner, email=guest.email)
    client.force_login(guest)

    client.get(page("invitation", invitation.token))
    opened = owner.organisation.memberships.count()
    first = client.post(page("invitation", invitation.token))
    second = client.post(page("invitation", invitation.token))

    assert opened == 1
    assert (first.url, second.url) == (reverse("desk"), reverse("desk"))
    assert owner.organisation.memberships.count() == 2
    assert client.session["acting_organisation"] == owner.organisation.pk


def test_invitation_for_somebody_else_is_not_accepted(client, owner):
    invitation = invited(owner)
    client.force_login(UserFactory())

    response = client.post(page("invitation", invitation.token))

    assert response.context["is_for_you"] is False
    assert owner.organisation.memberships.count() == 1


def test_invitation_that_was_withdrawn_says_so(client, owner):
    guest = UserFactory()
    invitation = invited(owner, email=guest.email)
    client.post(page("invitation_withdraw", owner.organisation.pk, invitation.pk))
    client.force_login(guest)

    shown = client.get(page("invitation", invitation.token))
    posted = client.post(page("invitation", invitation.token))

    assert shown.context["closed"]
    assert posted.url == page("organisations")
    assert owner.organisation.memberships.count() == 1


def test_invitation_with_an_unknown_link_is_not_found(client):
    assert client.get(page("invitation", "raden")).status_code == 404


def test_member_becomes_owner(client, owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)

    client.post(page("member_role", owner.organisation.pk, editor.pk), {"role": "owner"})
    client.post(page("member_role", owner.organisation.pk, editor.pk), {"role": "keizer"})

    editor.refresh_from_db()
    assert editor.role == "owner"


def test_only_owner_can_not_become_editor(client, owner):
    response = client.post(
        page("member_role", owner.organisation.pk, owner.pk), {"role": "editor"}, follow=True
    )

    owner.refresh_from_db()
    assert owner.role == "owner"
    assert response.context["messages"]


def test_member_is_removed_after_a_question(client, owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    where = page("member_remove", owner.organisation.pk, editor.pk)

    asked = client.get(where)
    still = owner.organisation.memberships.count()
    done = client.post(where)

    assert (asked.status_code, still) == (200, 2)
    assert done.url == page("members", owner.organisation.pk)
    assert owner.organisation.memberships.count() == 1


def test_member_leaves(client, owner):
    editor = MembershipFactory(organisation=owner.organisation, role=EDITOR)
    client.force_login(editor.user)

    response = client.post(page("member_remove", owner.organisation.pk, editor.pk))

    assert response.url == page("organisations")
    assert list(owner.organisation.memberships.all()) == [owner]


def test_only_owner_can_not_leave(client, owner):
    response = client.post(page("member_remove", owner.organisation.pk, owner.pk))

    assert response.url == page("members", owner.organisation.pk)
    assert owner.organisation.memberships.count() == 1


def test_pages_of_another_organisation_are_not_found(client, owner):
    other = MembershipFactory()
    invitation = invited(other)
    own_invitation = invited(owner, email="nog@elders.example")
    theirs, ours = other.organisation.pk, owner.organisation.pk

    answers = {
        (method, address): getattr(client, method)(address).status_code
        for method, address in [
            ("get", page("organisation", theirs)),
            ("post", page("organisation", theirs)),
            ("get", page("members", theirs)),
            ("get", page("invite", theirs)),
            ("post", page("invite", theirs)),
            ("post", page("member_role", theirs, other.pk)),
            ("post", page("member_role", ours, other.pk)),
            ("get", page("member_remove", theirs, other.pk)),
            ("post", page("member_remove", ours, other.pk)),
            ("post", page("invitation_resend", theirs, invitation.pk)),
            ("post", page("invitation_resend", ours, invitation.pk)),
            ("post", page("invitation_withdraw", theirs, own_invitation.pk)),
            ("post", page("invitation_withdraw", ours, invitation.pk)),
        ]
    }

    assert set(answers.values()) == {404}, answers


@pytest.mark.parametrize("name", ["profile", "organisations", "organisation_new", "choose", "second_factor"])
def test_pages_of_a_person_ask_to_log_in(client, name):
    response = client.get(page(name))

    assert response.url == f"{reverse('account_login')}?next={page(name)}"


@pytest.mark.parametrize("name", ["member_role", "invitation_resend", "invitation_withdraw"])
def test_changes_are_never_made_by_a_get(client, owner, name):
    assert client.get(page(name, owner.organisation.pk, owner.pk)).status_code == 405


def test_profile_changes_name_and_language(client, owner):
    client.post(page("profile"), {"name": "An Anders", "language": "en"})

    shown = client.get(page("profile"))

    assert shown["Content-Language"] == "en"
    assert "My details" in shown.content.decode()


def test_profile_without_a_name_is_refused(client, owner):
    response = client.post(page("profile"), {"name": "", "language": "nl"})

    assert list(response.context["form"].errors) == ["name"]


def test_language_is_kept_for_who_is_logged_in(client, owner):
    response = client.post(reverse("set_language"), {"language": "en", "next": "/profiel/"})

    owner.user.refresh_from_db()
    assert response.url == "/profiel/"
    assert owner.user.language == "en"


@pytest.mark.parametrize("language", ["xx", ""])
def test_language_that_is_unknown_changes_nothing(client, owner, language):
    client.post(reverse("set_language"), {"language": language})

    owner.user.refresh_from_db()
    assert owner.user.language == "nl"


def test_language_of_a_visitor_is_kept_in_a_cookie(client):
    client.post(reverse("set_language"), {"language": "en"})

    assert client.get(reverse("account_login"))["Content-Language"] == "en"
