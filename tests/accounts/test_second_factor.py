"""A second factor stands before every page of staff and jury, outside practice mode."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from notifications.models import Message
from tests.factories import PASSWORD, CallFactory, MembershipFactory, person_with_role

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def outside_practice(settings):
    settings.PORTAL_DEMO = False
    cache.clear()


def code_now(secret=SECRET) -> str:
    before, now, after = yield_hotp_counters_from_time()
    assert before < now < after
    return format_hotp_value(hotp_value(secret, now))


def log_in(user) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def logged_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def reviewer():
    return person_with_role(Role.Kind.REVIEWER, CallFactory())


@pytest.mark.parametrize("kind", Role.Kind)
def test_without_second_factor_no_page_opens(kind):
    client = log_in(person_with_role(kind, CallFactory()))
    explanation = reverse("accounts:second_factor")

    for page in [reverse("desk"), reverse("admin:index"), reverse("accounts:profile")]:
        assert client.get(page).url == f"{explanation}?next={page.replace('/', '%2F')}"
    assert client.post(reverse("accounts:profile")).url == f"{explanation}?next=%2F"
    assert client.get(explanation).status_code == 200


def test_maintainers_need_one_too():
    user = User.objects.create_superuser("beheer@portaal.example", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)

    assert log_in(user).get(reverse("admin:index")).status_code == 302


def test_partners_enter_without():
    assert log_in(MembershipFactory().user).get(reverse("accounts:profile")).status_code == 200


def test_practice_mode_waives_it(settings, reviewer):
    settings.PORTAL_DEMO = True

    assert log_in(reviewer).get(reverse("accounts:profile")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_opens_the_portal_and_is_told(reviewer):
    client = log_in(reviewer)

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    form = client.get(reverse("mfa_activate_totp"))
    secret = form.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert done.url == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert client.get(reverse("accounts:second_factor")).url == reverse("desk")
    assert {m.recipient for m in Message.objects.filter(kind="accounts_security_notice")} == {reviewer.email}


def test_who_has_no_password_sets_up_the_app_after_a_code_by_mail():
    user = person_with_role(Role.Kind.JURY, CallFactory())
    user.set_unusable_password()
    user.save()
    client = Client()

    client.post(reverse("account_request_login_code"), {"email": user.email})
    code = Message.objects.get().text.split("    ")[1].split()[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})

    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_session_from_before_the_factor_existed_is_stopped(reviewer):
    old_session = log_in(reviewer)
    TOTP.activate(reviewer, SECRET)

    explanation = old_session.get(reverse("accounts:profile"), follow=True)
    old_session.post(reverse("mfa_reauthenticate"), {"code": code_now()})

    assert explanation.context["is_set_up"] is True
    assert old_session.get(reverse("accounts:profile")).status_code == 200


def test_logging_in_asks_the_code_of_the_app(reviewer):
    TOTP.activate(reviewer, SECRET)

    client = log_in(reviewer)
    before = logged_in(client)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    right = client.post(reverse("mfa_authenticate"), {"code": code_now()})

    assert before is False
    assert wrong.context["form"].errors
    assert right.url == reverse("desk")
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_logging_in_by_mail_asks_the_code_of_the_app_too(reviewer):
    TOTP.activate(reviewer, SECRET)
    client = Client()

    client.post(reverse("account_request_login_code"), {"email": reviewer.email})
    code = Message.objects.get().text.split("    ")[1].split()[0]
    response = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert response.url == reverse("mfa_authenticate")
    assert logged_in(client) is False


def test_recovery_code_works_once(reviewer):
    TOTP.activate(reviewer, SECRET)
    code = RecoveryCodes.activate(reviewer).get_unused_codes()[0]

    first, second = log_in(reviewer), log_in(reviewer)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})

    assert (logged_in(first), logged_in(second)) == (True, False)


def test_secret_of_the_app_is_not_stored_in_the_clear(reviewer):
    TOTP.activate(reviewer, SECRET)

    assert SECRET not in str(Authenticator.objects.get().data)


def test_staff_desk_has_no_door_of_its_own(reviewer, client):
    opened = client.get(reverse("admin:login"))
    posted = client.post(reverse("admin:login"), {"username": reviewer.email, "password": PASSWORD})

    assert opened.url == posted.url == f"{reverse('account_login')}?next={reverse('admin:index')}"
    assert logged_in(client) is False


def test_staff_desk_is_closed_to_partners(client):
    client.force_login(MembershipFactory().user)

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_language_can_be_changed_before_the_factor_is_set_up(reviewer):
    client = log_in(reviewer)

    client.post(reverse("set_language"), {"language": "en"})

    assert client.get(reverse("accounts:second_factor"))["Content-Language"] == "en"
