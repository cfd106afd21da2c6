"""Load candidacies from a JSON document; with --file they are filed at their own instant."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from challenges.call_file.problems import Problem
from challenges.models import Call
from submissions.loading.checking import ProposalsRefused
from submissions.loading.load import Loaded, load_proposals


class Command(BaseCommand):
    help = __doc__
    # Warnings about the installation would end up between the lines of the JSON on stderr.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("path", metavar="FILE.json", type=Path)
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--file", action="store_true", help="also file them")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, path, call, file, format, **options):
        try:
            loaded = load_proposals(path, call=_call(call), file=file)
        except ProposalsRefused as refusal:
            if format == "json":
                self.stderr.write(json.dumps(refusal.document(), ensure_ascii=False))
                raise SystemExit(1) from None
            raise CommandError(_refused(refusal, path)) from None
        self.stdout.write(json.dumps(loaded.document()) if format == "json" else _table(loaded))


def _call(slug: str) -> Call:
    try:
        return Call.objects.select_related("region").get(slug=slug)
    except Call.DoesNotExist:
        known = ", ".join(Call.objects.values_list("slug", flat=True)) or "–"
        problem = Problem(
            "call",
            _("There is no call “%(slug)s”.") % {"slug": slug},
            _("Known calls: %(known)s. Load a call with load_call first.") % {"known": known},
        )
        raise ProposalsRefused([problem]) from None


def _refused(refusal: ProposalsRefused, path: Path) -> str:
    lines = [f"{path}: {each.place}: {each.message} {each.mend}" for each in refusal.problems]
    return "\n".join([*lines, _("Nothing was changed.")])


def _table(loaded: Loaded) -> str:
    labels = {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "filed": _("filed"),
    }
    width = max(map(len, labels.values()))
    return "\n".join(f"{labels[key]:<{width}} {count:>6}" for key, count in loaded.document().items())
