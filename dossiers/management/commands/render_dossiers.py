"""Write one PDF per proposal of a call, and the jury's bundle, to a folder."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from challenges.models import Call
from dossiers.actions import render_dossiers


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--output", required=True, metavar="DIR", type=Path)
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, call, output, format, **options):
        try:
            files = render_dossiers(call=self._call(call), output=output)
        except OSError as error:
            raise CommandError(
                f"--output {output}: {error.strerror}. Name a folder that can be written."
            ) from error
        if format == "json":
            self.stdout.write(json.dumps({"files": [asdict(file) for file in files]}))
            return
        for file in files:
            state = "rendered" if file.rendered else "unchanged"
            self.stdout.write(f"{state:10} {file.pages:>4} pages  {file.path}")

    def _call(self, slug: str) -> Call:
        try:
            return Call.objects.get(slug=slug)
        except Call.DoesNotExist as missing:
            known = ", ".join(Call.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"--call: there is no call “{slug}”. Known calls: {known}") from missing
