"""Take in the candidacies that wait in the mailboxes of IMAP_URL, as beat does by itself."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from submissions.intake.mailbox import poll_mailboxes


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, format, **options):
        polled = asdict(poll_mailboxes())
        lines = (f"{name:8} {count}" for name, count in polled.items())
        self.stdout.write(json.dumps(polled) if format == "json" else "\n".join(lines))
        if polled["failed"]:
            raise CommandError(_("A mailbox could not be read: see the log. Check IMAP_URL and the network."))
