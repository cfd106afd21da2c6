"""Take the pictures of docs/screenshots: a practice portal of its own, lived through from filing to reply."""

import os
import shutil
import sys
import threading
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
    shutil.rmtree(DATA, ignore_errors=True)
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed_demo", stdout=open(os.devnull, "w"))
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
    from pajotarl_portal.demo.life import live_until

    call = Call.objects.get(slug="pajotarl-2023")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        camera = Camera(browser, url, call)
        for stage, pictures in STORY:
            if stage:
                live_until(call, stage)
            for name, who, address, options in pictures:
                camera.take(name, who=who, address=address(call), **options)
        browser.close()


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
        client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
        return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}
