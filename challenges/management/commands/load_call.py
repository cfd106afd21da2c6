"""Create or update a call from a YAML file."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from challenges.actions import LoadedCall, load_call
from challenges.call_file.problems import CallRefused


class Command(BaseCommand):
    help = __doc__
    # Warnings about the installation would end up between the lines of the JSON on stderr.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.yaml", type=Path)
        parser.add_argument("--edition", type=int, metavar="YEAR", help="move every date to this year")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, file, edition, format, **options):
        try:
            loaded = load_call(file, edition=edition)
        except CallRefused as refusal:
            self.stderr.write(_refused(refusal, file, format))
            raise SystemExit(1) from None
        self.stdout.write(json.dumps(loaded.document()) if format == "json" else _table(loaded))


def _refused(refusal: CallRefused, file: Path, format: str) -> str:
    if format == "json":
        return json.dumps(refusal.document(), ensure_ascii=False)
    lines = [f"{file}: {each.place}: {each.message} {each.mend}" for each in refusal.problems]
    return "\n".join([*lines, _("Nothing was changed.")])


def _table(loaded: LoadedCall) -> str:
    rows = [
        (_("created"), loaded.created),
        (_("updated"), loaded.updated),
        (_("unchanged"), loaded.unchanged),
    ]
    width = max(len(label) for label, _count in rows)
    counts = [f"  {label:<{width}} {count:>6}" for label, count in rows]
    return "\n".join([f"{loaded.call} ({loaded.call.slug})", *counts])
