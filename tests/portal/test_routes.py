"""Who comes in where: each route, for seven kinds of people. And looking never changes anything."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from challenges.actions import load_call
from dossiers.actions import render, request_bundle
from notifications.models import Message
from pajotarl_portal.demo.scores import SCORES
from reviews.actions import declare_conflicts
from reviews.models import ConflictOfInterest
from submissions.models import Proposal
from tests.portal.guards import DESK, GUARDS, PEOPLE
from tests.portal.world import lived_through

FROM_LIBRARIES = re.compile(r"^(account|mfa)_")
FROM_DJANGO = re.compile(
    r"^admin:(login|logout|password_change|password_change_done|autocomplete|jsi18n|view_on_site|app_list)$"
    r"|^admin:\w+_(changelist|add|history|delete|change)$"
)
pytestmark = pytest.mark.django_db

# That somebody of staff or jury opened a candidacy is what opening it must leave behind.
WRITES = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b(?!.*(django_session|reviews_opening))", re.IGNORECASE
)


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
        client.force_login(world.people[kind], backend="accounts.backends.PortalBackend")
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


@dataclass
class Visit:
    """What a GET came to, and what it wrote."""

    outcome: str
    written: list[str]


@pytest.fixture(scope="module")
def visits(world) -> dict[tuple[str, str], Visit]:
    """Everybody looks at every route once: {(route, kind of person): visit}."""
    visits, written = {}, []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    for kind in PEOPLE:
        client = client_of(world, kind)
        for name, (_method, _who, arguments) in (GUARDS | DESK).items():
            with connection.execute_wrapper(watch):
                response = ask(world, client, name, "get", arguments)
            visits[name, kind] = Visit(outcome(response), list(written))
            written.clear()
    return visits


def came_to(world, visits, kind: str, name: str, method: str, arguments: dict) -> str:
    if method == "get":
        return visits[name, kind].outcome
    return outcome(ask(world, client_of(world, kind), name, method, arguments))


def test_every_route_lets_in_exactly_who_belongs_there(world, visits):
    found = {
        (name, kind): came_to(world, visits, kind, name, method, arguments)
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


def test_looking_changes_nothing(visits):
    assert {asked: visit.written for asked, visit in visits.items() if visit.written} == {}


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
def test_the_pages_of_the_staff_desk_open_for_staff(world, visits, kind):
    found = {
        name: came_to(world, visits, kind, name, method, arguments)
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


# A conflict of interest hides a candidacy everywhere: somebody who declares one only after everything was
# read, scored, heard and decided follows every link, asks for every address by name, searches, exports and
# has the bundle printed. Nothing of the candidacy may come back. Nor does it for a member of another
# organisation, who has no role at all.

KINDS = ("coordinator", "reviewer", "jury", "other")
STARTS = {"coordinator": "/beheer/", "reviewer": "/beheer/", "jury": "/jury/", "other": "/kandidaturen/"}
LINK = re.compile(r"""(?:href|action|hx-get)=["']([^"'#]+)""")
# Leaving, other languages, practice mode's own mailbox, and what was mailed before there was a conflict.
ELSEWHERE = re.compile(r"^/(account|taal|static|media|oefenmodus|berichten)/|logout|/jsi18n/")
PAGES = 400
# Pages of one kind that are walked: the rows that are about the secret are asked for one by one below.
OF_A_KIND = 6


@pytest.fixture
def secret(world):
    """The candidacy that nobody with a conflict may find, as whoever looks for it would know it."""
    return Proposal.objects.get(pk=world.things["proposal"])


@pytest.fixture(params=KINDS)
def conflicted(world, secret, request):
    """Somebody who declares a conflict only now, after everything was read, scored, heard and decided; or
    a member of another organisation."""
    user = world.people[request.param]
    if request.param != "other":
        declare_a_conflict(user, secret)
    client = Client()
    client.force_login(user, backend="accounts.backends.PortalBackend")
    client.kind, client.user = request.param, user
    return client


def declare_a_conflict(user, secret):
    ConflictOfInterest.objects.filter(user=user, organisation=secret.organisation).delete()
    declare_conflicts(
        user=user,
        call=secret.call,
        declarations={secret.organisation_id: ("family", "Mijn zus werkt er.")},
    )


def words_of(secret) -> list[str]:
    """What only this candidacy says: reference, texts, what was judged of it, and what was decided."""
    document = secret.versions.first().content
    texts = [document["title"], document["summary"], document["approach"], document["experience"]]
    texts += [row["how"] for row in document["challenges"] + document["service_types"]]
    said = [text.strip()[:40] for text in texts if text and len(text.strip()) > 12]
    return [secret.reference, f"/{secret.pk}/", SCORES[secret.external_id][1], *said]


def found_in(response, words: list[str]) -> list[str]:
    text = text_of(response)
    return [word for word in words if word in text]


def text_of(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if "pdf" in kind:
        pages = PdfReader(BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if "spreadsheet" in kind:
        rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for row in rows for cell in row)
    return unescape(content.decode("utf-8", "replace"))


def addresses_on(page: str, at: str) -> list[str]:
    found = [urljoin(at, unescape(link)) for link in LINK.findall(page)]
    return [plain(address) for address in found if address.startswith("/")]


def plain(address: str) -> str:
    """An address without the order of its columns and filters, which show the same rows or fewer."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name in ("p", "pagina", "versie")]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")


def is_one_too_many(address: str, kinds: Counter) -> bool:
    try:
        kind = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return False
    kinds[kind] += 1
    return kinds[kind] > OF_A_KIND


def walk(client, words: list[str]) -> dict[str, list[str]]:
    """Follow every link from where this person starts; {address: words of the secret on it}."""
    waiting, seen, leaks, kinds = deque([STARTS[client.kind], "/"]), set(), {}, Counter()
    while waiting and len(seen) < PAGES:
        address = waiting.popleft()
        if address in seen or ELSEWHERE.search(address):
            continue
        seen.add(address)
        if is_one_too_many(address, kinds):
            continue
        response = client.get(address)
        if response.status_code in (301, 302):
            waiting.append(plain(urljoin(address, response["Location"])))
        elif response.status_code == 200:
            if found := found_in(response, words):
                leaks[address] = found
            if "html" in response.headers.get("Content-Type", ""):
                waiting.extend(addresses_on(response.content.decode(), address))
    assert len(seen) > 10
    return leaks


def test_walking_every_link_finds_nothing(conflicted, secret):
    assert walk(conflicted, words_of(secret)) == {}


def test_asking_for_every_address_by_name_finds_nothing(conflicted, secret, world):
    words, leaks = words_of(secret), {}
    for name, (_method, _who, arguments) in (GUARDS | DESK).items():
        if name in ("notifications:mailbox", "notifications:caught"):
            continue  # Practice mode's own mailbox, off in production, shows all that left the portal.
        address = reverse(name, kwargs={key: world.things[thing] for key, thing in arguments.items()})
        response = conflicted.get(address)
        if response.status_code == 200 and (found := found_in(response, words)):
            leaks[name] = found

    assert leaks == {}


def rows_that_could_tell(model, secret):
    """The rows of a model that are about the secret, where it can be said; else its first few."""
    rows = model._default_manager.all()
    about = {
        "journal.entry": Q(object__endswith=str(secret.pk)) | Q(payload__icontains=secret.reference),
        "notifications.message": Q(organisation=secret.organisation) | Q(text__contains=secret.reference),
    }
    return rows.filter(about.get(model._meta.label_lower, Q()))[:12]


def test_every_row_of_the_staff_desk_hides_it(conflicted, secret):
    words, leaks = words_of(secret), {}
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for row in rows_that_could_tell(model, secret):
            for page in ("change", "history"):
                response = conflicted.get(reverse(f"{base}_{page}", args=[row.pk]))
                if response.status_code == 200 and (found := found_in(response, words)):
                    leaks[f"{base}_{page} {row.pk}"] = found

    assert leaks == {}


def test_searching_finds_nothing(conflicted, secret):
    wanted = [secret.reference, secret.title[:12], secret.organisation.name.split()[0]]
    wanted.append(secret.organisation.kbo_number or "")
    words, leaks = [word for word in words_of(secret) if word not in wanted], {}
    words.append(f"/{secret.pk}/")
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for query in wanted:
            response = conflicted.get(address, {"q": query})
            if response.status_code == 200 and (found := found_in(response, words)):
                leaks[f"{address}?q={query}"] = found

    assert leaks == {}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_exports_leave_it_out(conflicted, secret, format):
    response = conflicted.get(reverse("admin:submissions_export", args=[format]))

    assert response.status_code == 302 or found_in(response, words_of(secret)) == []


def test_the_bundle_leaves_it_out_and_an_older_one_no_longer_opens(conflicted, secret, world):
    older = reverse("dossiers:download", args=[world.things["rendering"]])
    if conflicted.kind == "other":
        assert conflicted.post(reverse("dossiers:bundle", args=[secret.call.slug])).status_code == 404
        assert conflicted.get(older).status_code == 404
        return
    new = request_bundle(call=secret.call, by=conflicted.user)
    render(new.pk)

    response = conflicted.get(reverse("dossiers:download", args=[new.pk]))

    assert response.status_code == 200
    assert found_in(response, words_of(secret)) == []
    assert conflicted.get(older).status_code == 404
    assert conflicted.post(reverse("dossiers:dossier", args=[secret.pk])).status_code == 404


def test_no_mail_tells_of_it_from_then_on(conflicted, secret):
    before = set(Message.objects.values_list("pk", flat=True))
    for address in ("/beheer/", "/"):
        conflicted.get(address)

    told = Message.objects.filter(user=conflicted.user).exclude(pk__in=before)

    assert [m.subject for m in told if found_in_text(f"{m.subject} {m.text}", words_of(secret))] == []


def found_in_text(text: str, words: list[str]) -> list[str]:
    return [word for word in words if word in text]
