"""Suggest the partnership that covers the needs of a call best, with proof, alternatives and gaps."""

import json

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from matching import composing, words
from matching.engine.wishes import Wishes
from matching.errors import ScoringChanged, UnknownDuty, UnknownNeed, UnknownProposal
from matching.management.answering import SCORING_MEND, add_call, call_or_exit, duty, refuse, whole_number
from matching.models import Composition
from matching.partnership import as_read


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        add_call(parser)
        parser.add_argument("--budget", type=whole_number, metavar="EUR", help="euro per year at most")
        parser.add_argument("--min", type=whole_number, metavar="N", help="at least so many organisations")
        parser.add_argument("--max", type=whole_number, metavar="N", help="at most so many organisations")
        parser.add_argument("--include", action="append", default=[], metavar="REF", help="must be in it")
        parser.add_argument(
            "--twice",
            action="append",
            default=[],
            metavar="NEED",
            help="met by two: 3:mobiliteit or 3:mobiliteit:NIS",
        )
        parser.add_argument(
            "--waive",
            action="append",
            default=[],
            metavar="DUTY",
            type=duty,
            help="give up what every partnership owes: challenge:4, expertise:SLUG or group:NAME",
        )
        parser.add_argument("--exclude", action="append", default=[], metavar="REF", help="must not be in it")

    def handle(self, *, call, format, budget, include, exclude, twice, waive, **options):
        numbers = (budget, options["min"], options["max"])
        wishes = Wishes(*numbers, tuple(include), tuple(exclude), tuple(twice), tuple(waive))
        try:
            made = composing.compose_partnership(call=call_or_exit(self, call), wishes=wishes)
        except UnknownProposal as unknown:
            refuse(
                self,
                field=f"--{unknown.field}",
                message=_("No proposal in the running is called “%(name)s”.") % {"name": unknown.reference},
                mend=_("Give a reference or the sender's key, as `match` prints them."),
            )
        except UnknownNeed as unknown:
            refuse(
                self,
                field="--twice",
                message=_("This call has no need “%(name)s”.") % {"name": unknown},
                mend=_("Give challenge and service type, as in 3:mobiliteit, and a NIS code if you like."),
            )
        except UnknownDuty as unknown:
            refuse(
                self,
                field="--waive",
                message=_("No partnership of this call owes “%(name)s”.") % {"name": unknown},
                mend=_(
                    "Give a challenge, a priority expertise or a legal group of this call, as in challenge:4."
                ),
            )
        except ScoringChanged as changed:
            refuse(self, field="--call", message=str(changed), mend=SCORING_MEND)
        document = {name: value for name, value in made.document.items() if name != "answer"}
        told = json.dumps(document, ensure_ascii=False) if format == "json" else _table(made, document)
        self.stdout.write(told)


def _table(made: Composition, document: dict) -> str:
    lines = [f"{_('status')}: {made.get_status_display()}"]
    if made.status == Composition.Status.INFEASIBLE:
        return "\n".join([*lines, *(f"  {_('give up')}: {_way(way)}" for way in document["ways_out"])])
    lines += [_level(level) for level in document["levels"]]
    lines.append(_line(_("selected"), document))
    lines += [_line(_("alternative"), other) for other in document["alternatives"]]
    for name, said in (
        ("nobody", _("nobody offers")),
        ("missed", _("missed")),
        ("single", _("hangs on one")),
    ):
        lines += [f"  {said}: {_gap(gap)}" for gap in document["gaps"][name]]
    return "\n".join(lines)


def _way(way: dict) -> str:
    told = " + ".join(wish["message"] for wish in way["give_up"])
    return f"{told} (→ € {words.number(way['needed'])})"


def _level(level: dict) -> str:
    said = _("proven") if level["proven"] else _("gap %(gap)s") % {"gap": f"{level['gap']:.2%}"}
    value, bound = (as_read(level["level"], level[name]) for name in ("value", "bound"))
    return f"  {words.LEVELS[level['level']]}: {value} ({_('bound')} {bound}, {said})"


def _line(name: str, found: dict) -> str:
    reached = (as_read(level, found["objective"][level]) for level in words.LEVELS)
    return f"{name}: {', '.join(found['selected']) or '–'} ({', '.join(reached)})"


def _gap(gap: dict) -> str:
    by = f" ({', '.join(gap['by'])})" if gap.get("by") else ""
    return f"{gap['challenge']} · {gap['service_type']}{by}"
