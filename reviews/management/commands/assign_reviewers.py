"""`assign_reviewers --call SLUG`: share the proposals evenly among the reviewers, without conflicts."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from challenges.management.calls import call_named
from reviews import assigning, assignments
from reviews.errors import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--per-proposal", type=int, default=assigning.PER_PROPOSAL, metavar="N")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, call, per_proposal, format, **options):
        call = call_named(call)
        if per_proposal < 1:
            raise CommandError(_("--per-proposal: must be 1 or more."))
        try:
            assigning.assign_reviewers(call=call, per_proposal=per_proposal)
        except Refused as refused:
            raise CommandError(f"--per-proposal {per_proposal}: {refused.message}") from refused
        document = assignments.assignment_document(call)
        self.stdout.write(json.dumps(document) if format == "json" else _table(document))


def _table(document: dict) -> str:
    rows = [f"{row['reference']:<24}{', '.join(row['reviewers'])}" for row in document["assignments"]]
    loads = [f"{email:<40}{count:>4}" for email, count in document["load"].items()]
    return "\n".join([*rows, "", *loads])
