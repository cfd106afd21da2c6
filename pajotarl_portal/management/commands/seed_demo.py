"""Fill practice mode with fictitious people, organisations and proposals; a second time changes nothing."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from challenges.actions import load_call_once
from pajotarl_portal.demo.life import STAGES, live_until
from pajotarl_portal.demo.people import MAINTAINER, PASSWORD, STAFF
from pajotarl_portal.demo.seed import seed_demo

PARTNERS = {
    "partner@ademruimte.example": "partner with a half-finished draft",
    "partner@tussenstap.example": "partner with a complete draft, not filed",
    "partner@wielewerk.example": "partner with a filed proposal",
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--until", choices=STAGES, help="live the call forward up to this stage")

    def handle(self, *, until, **options):
        call = load_call_once(settings.BASE_DIR / "data" / "pajotarl-2023.yaml")
        try:
            seed_demo(call)
        except PermissionDenied as refused:
            raise CommandError(str(refused)) from refused
        if until:
            live_until(call, until)
        self.stdout.write(f"Practice accounts, all with the password  {PASSWORD}\n")
        for email, role in self.accounts():
            self.stdout.write(f"  {email:32} {role}")

    def accounts(self):
        yield from PARTNERS.items()
        yield from ((email, kind.value) for email, (_name, kind) in STAFF.items())
        yield MAINTAINER, "maintainer of the portal"
