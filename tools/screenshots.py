"""Take the pictures of docs/screenshots: a practice portal of its own, lived through from filing to reply."""

import os
import shutil
import sys
import threading
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "var-screenshots"
PICTURES = ROOT / "docs" / "screenshots"
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main():
    os.environ |= {
        "PORTAL_DEMO": "1",
        "PORTAL_DATA": str(DATA),
        "DJANGO_SETTINGS_MODULE": "pajotarl_portal.settings",
    }
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("reset", verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("seed_demo", stdout=StringIO())
    PICTURES.mkdir(parents=True, exist_ok=True)
    take_all(serve())


def serve() -> str:
    """The portal on a free port of this machine, in a thread of this process."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args):
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def take_all(url: str):
    from playwright.sync_api import sync_playwright

    from challenges.models import Call

    call = Call.objects.get(slug="pajotarl-2023")
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        camera = Camera(browser, url, call)
        for stage, pictures in STORY:
            live_on(call, stage)
            for name, who, address, options in pictures:
                camera.take(name, who=who, address=address(call), **options)
        browser.close()


def live_on(call, stage: str | None):
    """The one step of the call that leads to `stage`; the steps before were lived through already."""
    from journal.actions import set_clock
    from pajotarl_portal.demo.life import STAGES

    for name, (at, step) in STAGES.items():
        if name == stage:
            set_clock(to=at)
            step(call)


class Camera:
    def __init__(self, browser, url, call):
        self.browser, self.url, self.call = browser, url, call

    def take(self, name, *, who, address, viewport=DESKTOP, scheme="light"):
        context = self.browser.new_context(
            base_url=self.url, viewport=viewport, color_scheme=scheme, locale="nl-BE", reduced_motion="reduce"
        )
        if who:
            context.add_cookies([self._session(who)])
        page = context.new_page()
        page.goto(address)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=PICTURES / f"{name}.png")
        context.close()
        print(f"{name}.png")

    def _session(self, email):
        from django.test import Client

        from accounts.models import User

        client = Client()
        client.force_login(User.objects.get(email=email), backend="accounts.backends.PortalBackend")
        return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}


def home(call):
    return f"/oproep/{call.slug}/"


def challenge(call):
    return f"/oproep/{call.slug}/uitdagingen/3/"


def draft(call):
    return f"/kandidaturen/{_proposal(call, 'Ademruimte').pk}/deel/uitdagingen/"


def receipt(call):
    return f"/kandidaturen/{_proposal(call, 'Wielewerk').pk}/versies/1/"


def desk(call):
    return "/beheer/"


def reading(call):
    return f"/beheer/reviews/reviewedproposal/{_proposal(call, 'Kiekeboe').pk}/change/"


def coverage(call):
    return f"/beheer/matching/run/{call.runs.latest('pk').pk}/dekking/"


def insight(call):
    return f"/beheer/reviews/reviewedproposal/inzicht/{call.slug}/"


def partnership(call):
    return f"/jury/{call.slug}/partnerschap/"


def assessment(call):
    from decisions.models import Reply

    return f"/beheer/decisions/reply/{Reply.objects.get(decision__call=call).pk}/change/"


def explanation(call):
    run = call.runs.latest("pk")
    scored = run.scored.get(version__proposal=_proposal(call, "Kiekeboe"))
    return f"/beheer/matching/run/{run.pk}/waarom/{scored.pk}/3/"


def composition(call):
    return f"/beheer/matching/composition/{_suggestion(call).pk}/change/"


def comparison(call):
    """A suggestion beside a choice of staff."""
    from accounts.models import User
    from matching.composing import choose_otherwise, solve

    suggestion = _suggestion(call)
    solve(suggestion.pk)
    if not suggestion.chosen.exists():
        choose_otherwise(
            suggestion=suggestion,
            keys=suggestion.document["selected"][1:],
            reason="Het OCMW neemt deze begeleiding zelf op.",
            by=User.objects.get(email=LEADER),
            knowingly=True,
        )
    return f"/beheer/matching/run/{suggestion.run_id}/vergelijken/"


def _suggestion(call):
    from matching.models import Composition

    return Composition.objects.filter(run__call=call, kind="suggested").latest("pk")


def jury_room(call):
    return f"/jury/{call.slug}/"


def sheet(call):
    return f"/jury/{call.slug}/pitch/{_pitch(call, 0)}/"


def chair(call):
    return f"/jury/{call.slug}/voorzitter/"


def deliberation(call):
    return f"/jury/{call.slug}/pitch/{_pitch(call, -1)}/beraad/"


def timetable(call):
    return f"/beheer/pitches/timetable/{call.timetable.pk}/rooster/"


def _pitch(call, number):
    return list(call.pitches.order_by("told_during").values_list("pk", flat=True))[number]


def decision(call):
    return f"/kandidaturen/{_proposal(call, 'Wielewerk').pk}/beslissing/"


def _proposal(call, name):
    return call.proposals.get(organisation__name__contains=name)


WRITER, PARTNER = "partner@ademruimte.example", "partner@wielewerk.example"
LEADER, JUROR = "coordinator@regio.example", "jury1@jury.example"
ASSESSOR = "wederwoord@regio.example"
TABLET = {"width": 1024, "height": 768}
STORY = [
    (None, [("01-oproep", None, home, {}), ("02-uitdaging", None, challenge, {"viewport": PHONE})]),
    (None, [("03-bureau", LEADER, desk, {}), ("04-voorstel", WRITER, draft, {})]),
    (None, [("05-ontvangstbewijs", PARTNER, receipt, {"scheme": "dark"})]),
    ("reading", [("06-lezen", LEADER, reading, {}), ("07-dekking", LEADER, coverage, {})]),
    (None, [("08-waarom", LEADER, explanation, {}), ("31-inzicht", LEADER, insight, {})]),
    ("shortlist", [("09-jury", JUROR, jury_room, {"viewport": TABLET})]),
    (None, [("21-scoreblad", JUROR, sheet, {"viewport": TABLET}), ("24-rooster", LEADER, timetable, {})]),
    ("pitches", [("22-voorzitter", JUROR, chair, {"viewport": TABLET})]),
    (None, [("23-beraad", JUROR, deliberation, {"viewport": TABLET})]),
    ("decision", [("10-beslissing", PARTNER, decision, {})]),
    (None, [("11-vergelijken", LEADER, comparison, {}), ("12-partnerschap", LEADER, composition, {})]),
    (None, [("32-partnerschap", JUROR, partnership, {})]),
    ("reply", [("33-wederwoord", ASSESSOR, assessment, {})]),
]

if __name__ == "__main__":
    main()
