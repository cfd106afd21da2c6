"""Do everything that is due at the portal's time: reminders, phase changes, sending, sweeping."""

import json

from django.core.management.base import BaseCommand, CommandError

from notifications.actions import tick


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, format, **options):
        try:
            document = tick().document()
        except ExceptionGroup as group:
            raise CommandError("; ".join(f"{type(e).__name__}: {e}" for e in group.exceptions)) from group
        if format == "json":
            self.stdout.write(json.dumps(document))
            return
        for name, value in document.items():
            self.stdout.write(f"{name:8} {value}")
