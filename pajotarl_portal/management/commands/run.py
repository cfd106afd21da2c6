"""Start the whole portal in one terminal: servers, data, web, worker and beat. Ctrl-C stops it all."""

import socket
import sys
import urllib.error
import urllib.request
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.utils.translation import gettext as _

from pajotarl_portal.supervisor import Supervisor, read_procfile


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        sys.stdout.reconfigure(line_buffering=True)  # also for those who read along in a file
        refuse_taken_port()
        try:
            accounts = self.prepare()
        except OperationalError as problem:
            said = _("The database of DATABASE_URL does not answer: %(problem)s")
            raise CommandError(said % {"problem": first_line(problem)}) from problem
        with Supervisor(read_procfile(settings.BASE_DIR / "Procfile"), folder=settings.BASE_DIR) as portal:
            if self.wait_for_web(portal):
                self.announce(accounts)
            ended = portal.wait()
        if ended:
            said = _(
                "The process “%(name)s” stopped, so the rest was stopped too. Its last words stand above."
            )
            raise CommandError(said % {"name": ended})
        self.stdout.write("The portal has stopped.")

    def prepare(self) -> str:
        """Bring the data up to date, and return what there is to say about the demo accounts."""
        self.stdout.write("Preparing the data …")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        accounts = fill_practice() if settings.PORTAL_DEMO else ""
        connections.close_all()
        return accounts

    def wait_for_web(self, portal: Supervisor) -> bool:
        """Whether the web server answers before a signal comes or a process ends."""
        while not answers(f"http://{reachable_host()}:{settings.PORT}/healthz"):
            if portal.wait(seconds=0.1) or portal.told.is_set():
                return False
        return True

    def announce(self, accounts: str):
        self.stdout.write(f"\n{accounts}")
        self.stdout.write(self.style.SUCCESS(f"The portal runs at {settings.PORTAL_URL}   (Ctrl-C stops it)"))


def fill_practice() -> str:
    """Have the call and its fictitious people there; what was changed since stays. Returns their accounts."""
    accounts = StringIO()
    call_command("seed_demo", stdout=accounts)
    return accounts.getvalue()


def reachable_host() -> str:
    return "127.0.0.1" if settings.HOST in ("0.0.0.0", "") else settings.HOST


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def refuse_taken_port():
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as problem:
            said = _(
                "Port %(port)s of %(host)s is not free (%(problem)s). "
                "Stop the program that uses it, or choose another: make run PORT=%(next)s"
            )
            facts = {"port": settings.PORT, "host": settings.HOST, "next": settings.PORT + 1}
            raise CommandError(said % {**facts, "problem": problem.strerror}) from problem


def first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]
