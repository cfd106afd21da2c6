"""Who comes in where: each route, for seven kinds of people. And looking never changes anything."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from challenges.actions import load_call
from tests.portal.guards import DESK, GUARDS, PEOPLE
from tests.portal.world import lived_through

FROM_LIBRARIES = re.compile(r"^(account|mfa)_")
FROM_DJANGO = re.compile(
    r"^admin:(login|logout|password_change|password_change_done|autocomplete|jsi18n|view_on_site|app_list)$"
    r"|^admin:\w+_(changelist|add|history|delete|change)$"
)
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("routes")]

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b(?!.*django_session)", re.IGNORECASE)


def every_route(resolver=None, namespace=()) -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield ":".join([*namespace, pattern.name])
        else:
            inner = (*namespace, pattern.namespace) if pattern.namespace else namespace
            yield from every_route(pattern, inner)


def test_every_route_is_listed_and_every_listed_route_exists():
    own = {name for name in every_route() if not FROM_LIBRARIES.match(name) and not FROM_DJANGO.match(name)}

    assert own == GUARDS.keys() | DESK.keys()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Lived through once for this file; what each test changes is undone after it, the rest at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield lived_through(load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml").call)
        transaction.set_rollback(True)


def client_of(world, kind: str) -> Client:
    client = Client()
    if kind != "anonymous":
        client.force_login(world.people[kind], backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(world, client: Client, name: str, method: str, arguments: dict):
    address = reverse(name, kwargs={key: world.things[thing] for key, thing in arguments.items()})
    response = getattr(client, method)(address)
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return response


def outcome(response) -> str:
    """`in`, `login` or the refusal's status. That it is too late is told to who belongs there."""
    if response.status_code == 403 and "submissions/refused.html" in names_of(response):
        return "in"
    if response.status_code == 302 and "/login/" in response["Location"]:
        return "login"
    return str(response.status_code) if response.status_code in (403, 404, 405) else "in"


def names_of(response) -> list[str]:
    return [template.name for template in response.templates]


def expected(kind: str, who: tuple) -> str:
    if kind in who:
        return "in"
    return "login" if kind == "anonymous" else "404"


def test_every_route_lets_in_exactly_who_belongs_there(world):
    found = {
        (name, kind): outcome(ask(world, client_of(world, kind), name, method, arguments))
        for name, (method, who, arguments) in GUARDS.items()
        for kind in PEOPLE
    }

    wanted = {(name, kind): expected(kind, who) for name, (_m, who, _a) in GUARDS.items() for kind in PEOPLE}
    wrong = [
        f"{name} {kind}: {found[name, kind]}"
        for name, kind in found
        if found[name, kind] != wanted[name, kind]
    ]
    assert wrong == [], "\n".join(wrong)


def test_looking_changes_nothing(world):
    written = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    routes = [(*item, kind) for item in (GUARDS | DESK).items() for kind in PEOPLE]
    for name, (_method, _who, arguments), kind in routes:
        client = client_of(world, kind)
        with connection.execute_wrapper(watch):
            ask(world, client, name, "get", arguments)
        assert written == [], f"GET {name} as {kind}"


def test_the_staff_desk_is_closed_to_who_is_not_staff(world):
    names = [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry
    ]

    found = {
        (name, kind): outcome(ask(world, client_of(world, kind), name, "get", {}))
        for name in ["admin:index", *names]
        for kind in ("anonymous", "partner", "jury")
    }

    assert {key: value for key, value in found.items() if value != "login"} == {}


@pytest.mark.parametrize("kind", ["reviewer", "coordinator"])
def test_the_pages_of_the_staff_desk_open_for_staff(world, kind):
    found = {
        name: outcome(ask(world, client_of(world, kind), name, method, arguments))
        for name, (method, _who, arguments) in DESK.items()
    }

    assert found == {name: "in" if kind in who else found[name] for name, (_m, who, _a) in DESK.items()}


def test_another_regions_staff_finds_nothing_of_this_call(world):
    client = client_of(world, "elsewhere")
    found = {}
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = client.get(reverse(f"{base}_changelist"))
        if "wielewerk" in listed.content.decode().lower():
            found[f"{base}_changelist"] = "names the proposal"
        for row in model._default_manager.all()[:3]:
            opened = client.get(reverse(f"{base}_change", args=[row.pk]))
            if opened.status_code == 200 and "wielewerk" in opened.content.decode().lower():
                found[f"{base}_change"] = str(row)

    assert found == {}
