"""Create or update a call from a YAML file."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from challenges.actions import LoadedCall, load_call
from challenges.call_file.problems import CallRefused
from challenges.moving import Consequences, Move
from challenges.planned import Change
from journal.templatetags.moments import compact_moment, last_minute, moment


class Command(BaseCommand):
    help = __doc__
    # Warnings about the installation would end up between the lines of the JSON on stderr.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.yaml", type=Path)
        parser.add_argument("--edition", type=int, metavar="YEAR", help="move every date to this year")
        parser.add_argument(
            "--dry-run", action="store_true", help="change nothing; show what loading would change"
        )
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, file, edition, dry_run, format, **options):
        try:
            loaded = load_call(file, edition=edition, rehearse=dry_run)
        except CallRefused as refusal:
            if format == "json":
                self.stderr.write(json.dumps(refusal.document(), ensure_ascii=False))
                raise SystemExit(1) from None
            raise CommandError(_refused(refusal, file)) from None
        if format == "json":
            self.stdout.write(json.dumps(_document(loaded, dry_run=dry_run), ensure_ascii=False))
            return
        self.stdout.write(_table(loaded))
        if loaded.consequences:
            self.stdout.write(_moved(loaded.consequences))
        if dry_run:
            self.stdout.write(_("This was a rehearsal: nothing was changed."))


def _document(loaded: LoadedCall, *, dry_run: bool) -> dict:
    """Only a rehearsal, and a load that moved dates, says more than the counts."""
    more = {"dry_run": True} if dry_run else {}
    return loaded.document() | more | (loaded.consequences.document() if loaded.consequences else {})


def _moved(found: Consequences) -> str:
    """The preview of the staff desk, as lines."""
    lines = ["", _("Dates that move:")]
    for move in found.moves:
        side, shown = (_("end"), last_minute) if move.is_end else (_("beginning"), moment)
        lines.append(f"  {move.milestone}, {side}: {_span(move, shown)}")
    lines.append(_("Reminders:"))
    for change in found.changes:
        mails = ngettext("%(count)s mail", "%(count)s mails", change.mails) % {"count": change.mails}
        lines.append(f"  {change.what.label}: {change.label} ({mails}): {_span(change, compact_moment)}")
    if not found.changes:
        lines.append("  " + _("none"))
    return "\n".join(lines)


def _span(each: Move | Change, shown) -> str:
    return f"{shown(each.was) if each.was else '–'} → {shown(each.becomes) if each.becomes else '–'}"


def _refused(refusal: CallRefused, file: Path) -> str:
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
