"""Score every filed proposal of a call against every challenge, and store the run."""

import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from matching import actions, documents, queries
from matching.errors import ScoringChanged
from matching.management.answering import SCORING_MEND, add_call, call_or_exit, refuse


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        add_call(parser)

    def handle(self, *, call, format, **options):
        try:
            run = actions.run_matching(call=call_or_exit(self, call))
        except ScoringChanged as changed:
            refuse(self, field="--call", message=changed, mend=SCORING_MEND)
        document = documents.run(run, list(queries.scored_of(run)))
        self.stdout.write(json.dumps(document, ensure_ascii=False) if format == "json" else _table(document))


def _table(document: dict) -> str:
    numbers = (
        [row["number"] for row in document["proposals"][0]["challenges"]] if document["proposals"] else []
    )
    head = f"{_('reference'):<18} {'':<14}" + "".join(f"{number:>5}" for number in numbers)
    lines = [f"{document['call']} · {document['run']}", head]
    for row in document["proposals"]:
        points = "".join(f"{challenge['points']:>5}" for challenge in row["challenges"])
        lines.append(
            f"{row['reference']:<18} {row['external_id']:<14}{points}  {' '.join(row['flags'])}".rstrip()
        )
    if not document["proposals"]:
        lines.append(_("No proposal is in the running yet."))
    return "\n".join(lines)
