"""Start over: throw away everything in the data folder of this portal."""

import shutil

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pajotarl_portal import embedded


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def handle(self, **options):
        folder = settings.PORTAL_DATA
        if not settings.PORTAL_DEMO:
            raise CommandError(_("Only a portal in practice mode starts over: this one has PORTAL_DEMO off."))
        if embedded.is_used(folder):
            said = _("The portal of %(folder)s is running: stop it (Ctrl-C) and try again.")
            raise CommandError(said % {"folder": folder})
        if not any((folder / name).exists() for name in embedded.NAMES):
            self.stdout.write(f"{folder} holds no portal: nothing to do.")
            return
        shutil.rmtree(folder)
        self.stdout.write(f"{folder} is empty. `make run` starts a new portal.")
