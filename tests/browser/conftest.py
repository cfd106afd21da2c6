"""A real Chromium before the real portal. `browse` opens pages that are watched: whatever the console
reports, and every page without a strict Content-Security-Policy, fails the test that opened it."""

import os
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import expect

# Playwright's sync API runs an event loop in this thread; the tests still use the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is slow, which says nothing about a page.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

ANSWERING: set[threading.Thread] = set()

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Our dark is another set of colours and nothing else: no element, size or text differs.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
AXE = Axe().axe_script


# Links keep inherited colours of the other scheme until they are styled anew; what moves must have arrived.
SETTLED = """async () => {
    document.body.hidden = true;
    document.body.getBoundingClientRect();
    document.body.hidden = false;
    await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().map(animation => animation.finished));
}"""


@dataclass(frozen=True)
class Screen:
    width: int
    scheme: str

    def __str__(self):
        return f"{self.width}-{self.scheme}"


DESKTOP = Screen(1280, "light")
PHONE = Screen(390, "light")
SCREENS = [DESKTOP, Screen(1280, "dark"), PHONE, Screen(390, "dark")]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Chromium as the distribution ships it, without its window, which costs three times the work."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return {"args": FLAGS} | ({"executable_path": found} if found else {})


@pytest.fixture(scope="session", autouse=True)
def front_end_packages():
    missing = [
        name
        for name in ("bootstrap", "htmx", "sortable", "fonts")
        if not Path(f"static/vendor/{name}").is_dir()
    ]
    assert not missing, f"static/vendor lacks {', '.join(missing)}: run `make setup`"


class Watch:
    """What went wrong in the browser while a test looked elsewhere."""

    def __init__(self):
        self.problems: list[str] = []
        self._failed_loads: list[tuple[str, str]] = []
        self._pages: set[str] = set()
        self._looks_away = False

    @contextmanager
    def looking_away(self, page):
        """While axe-core works: it copies elements that scripts have hidden, and the policy rightly
        refuses the style attributes of the copies. No page of ours does that."""
        self._looks_away = True
        yield
        page.evaluate("1")
        self._looks_away = False

    def follow(self, page):
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("response", self._response)
        return page

    def _console(self, message):
        if self._looks_away or message.type not in ("error", "warning"):
            return
        if message.text.startswith("Failed to load resource"):
            self._failed_loads.append((message.location.get("url", ""), message.text))
        else:
            self.problems.append(f"console {message.type}: {message.text}")

    def _response(self, response):
        if response.request.is_navigation_request():
            self._pages.add(response.url)
        if response.headers.get("content-type", "").startswith("text/html"):
            policy = response.headers.get("content-security-policy", "")
            if "script-src" not in policy or "unsafe" in policy:
                self.problems.append(f"{response.url} carries no strict policy: {policy!r}")

    def everything(self) -> list[str]:
        """A page that answers 404 or 422 is the test's own business; a missing stylesheet is not."""
        loads = [f"{url}: {text}" for url, text in self._failed_loads if url not in self._pages]
        return self.problems + loads


@pytest.fixture
def watch():
    watch = Watch()
    yield watch
    assert watch.everything() == []


@pytest.fixture(scope="session", autouse=True)
def know_who_answers():
    """Which threads of the live server have a request in hand; one that waits for the next has none."""

    def begin(**_):
        if threading.current_thread() is not threading.main_thread():
            ANSWERING.add(threading.current_thread())

    def end(**_):
        ANSWERING.discard(threading.current_thread())

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def browse(browser, live_server, watch):
    """`browse(user=…, screen=…, javascript=…)` gives a page of somebody's own browser, in Dutch."""
    contexts = []

    def open_browser(*, user=None, screen=DESKTOP, javascript=True, locale="nl-BE"):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": screen.width, "height": 900},
            color_scheme=screen.scheme,
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Europe/Brussels",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        context.on("page", watch.follow)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
    await_last_answers()


def await_last_answers():
    """What a page asked for last is still being answered: nothing may write once the test has ended."""
    for _ in range(PATIENCE // 10):
        if not any(thread.is_alive() for thread in list(ANSWERING)):
            return
        time.sleep(0.01)
    raise AssertionError("the live server is still answering")


def session_cookie(user, url: str) -> dict:
    client = Client()
    client.force_login(user, backend="accounts.backends.PortalBackend")
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": url}


@pytest.fixture
def assert_accessible(watch):
    """Nothing found by axe-core and nothing wider than the window, on every screen of `SCREENS`.

    One page is shown on all of them in turn: the server draws the same for each.
    """

    def check(page):
        with watch.looking_away(page):
            page.evaluate(AXE)
            told = [problem for screen in SCREENS for problem in _problems_on(screen, page)]
        show_on(DESKTOP, page)
        assert told == []

    return check


def show_on(screen: Screen, page):
    page.set_viewport_size({"width": screen.width, "height": 900})
    page.emulate_media(color_scheme=screen.scheme, reduced_motion="reduce")
    page.evaluate(SETTLED)


def _problems_on(screen: Screen, page) -> list[str]:
    show_on(screen, page)
    rules = COLOUR_RULES if screen.scheme == "dark" else RULES
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("async options => (await axe.run(options)).violations", options)
    told = [
        f"{screen} {page.url} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
    fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return told if fits else [*told, f"{screen} {page.url}: wider than the window"]
