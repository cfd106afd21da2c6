"""Write one PDF per proposal of a call, and the jury's bundle, to a folder."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from challenges.management.calls import call_named
from dossiers.actions import render_dossiers


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--output", required=True, metavar="DIR", type=Path)
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, call, output, format, **options):
        try:
            files = render_dossiers(call=call_named(call), output=output)
        except OSError as error:
            said = _("--output %(folder)s: %(problem)s. Name a folder that can be written.")
            raise CommandError(said % {"folder": output, "problem": error.strerror}) from error
        if format == "json":
            self.stdout.write(json.dumps({"files": [asdict(file) for file in files]}))
            return
        for file in files:
            state = "rendered" if file.rendered else "unchanged"
            self.stdout.write(f"{state:10} {file.pages:>4} pages  {file.path}")
