"""Suggest the partnership that covers the needs of a call best, with proof, alternatives and gaps."""

import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from matching import actions
from matching.engine.conflict import Wishes
from matching.errors import UnknownProposal
from matching.management.answering import add_call, call_or_exit, refuse, whole_number


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        add_call(parser)
        parser.add_argument("--budget", type=whole_number, metavar="EUR", help="euro per year at most")
        parser.add_argument("--min", type=whole_number, metavar="N", help="at least so many organisations")
        parser.add_argument("--max", type=whole_number, metavar="N", help="at most so many organisations")
        parser.add_argument("--include", action="append", default=[], metavar="REF", help="must be in it")
        parser.add_argument("--exclude", action="append", default=[], metavar="REF", help="must not be in it")

    def handle(self, *, call, format, budget, include, exclude, **options):
        wishes = Wishes(budget, options["min"], options["max"], tuple(include), tuple(exclude))
        try:
            made = actions.compose_partnership(call=call_or_exit(self, call), wishes=wishes)
        except UnknownProposal as unknown:
            refuse(
                self,
                field=f"--{unknown.field}",
                message=_("No proposal in the running is called “%(name)s”.") % {"name": unknown.reference},
                mend=_("Give a reference or the sender's key, as `match` prints them."),
            )
        document = made.document
        self.stdout.write(json.dumps(document, ensure_ascii=False) if format == "json" else _table(document))


def _table(document: dict) -> str:
    lines = [f"{_('status')}: {document['status']}"]
    lines += [f"  {_('wish that clashes')}: {wish['message']}" for wish in document["conflict"]]
    lines.append(_line(_("selected"), document))
    lines += [_line(_("alternative"), other) for other in document["alternatives"]]
    for name, said in (
        ("nobody", _("nobody offers")),
        ("missed", _("missed")),
        ("single", _("hangs on one")),
    ):
        lines += [f"  {said}: {_gap(gap)}" for gap in document["gaps"][name]]
    return "\n".join(lines)


def _line(name: str, found: dict) -> str:
    reached = found["objective"]
    members = ", ".join(found["selected"]) or "–"
    return f"{name}: {members} ({reached['coverage']:.1%}, {reached['quality']:.1f}, € {reached['cost']})"


def _gap(gap: dict) -> str:
    by = f" ({', '.join(gap['by'])})" if gap.get("by") else ""
    return f"{gap['challenge']} · {gap['service_type']}{by}"
