"""Make the best pitch timetable of a call the draft: no clashes, proven where time allows."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from challenges.management.calls import call_named
from challenges.models import Call
from pitches import actions, agenda, wording
from pitches.engine import Schedule, Status
from pitches.errors import Refused
from pitches.models import Timetable


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--format", choices=["table", "json"], default="table")
        parser.add_argument("--seconds", type=float, default=30.0, help="how long to search at most")
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *, call, format, seconds, seed, **options):
        call = call_named(call)
        try:
            schedule = actions.schedule_pitches(call=call, by=None, seed=seed, seconds=seconds)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        document = document_of(schedule, call)
        self.stdout.write(json.dumps(document) if format == "json" else as_table(document, give_up_of(call)))
        if schedule.status == Status.INFEASIBLE:
            raise CommandError("\n".join(wording.clash_in_words(clash) for clash in schedule.clashes))


def document_of(schedule: Schedule, call: Call) -> dict:
    """The promised JSON document; moments in the call's own zone, jurors by e-mail address."""
    return {
        "status": str(schedule.status),
        "gap": schedule.gap,
        "pitches": [
            {
                "reference": pitch.proposal,
                "start": localtime(pitch.start, call.zone).isoformat(),
                "end": localtime(pitch.end, call.zone).isoformat(),
                "room": pitch.room,
                "jurors": list(pitch.jurors),
            }
            for pitch in schedule.pitches
        ],
        "unplaced": [
            {"reference": one.proposal, "reason": wording.reason_in_words(one.reason)}
            for one in schedule.unplaced
        ],
    }


def give_up_of(call: Call) -> list[str]:
    """What to give up so that every pitch finds a place, in words."""
    relief = agenda.relief_of(Timetable.objects.get(call=call))
    return (relief and relief["concessions"]) or []


def as_table(document: dict, give_up: list[str]) -> str:
    lines = [f"{document['status']}, gap {document['gap']:.1%}"]
    lines += [
        f"{p['start'][:16].replace('T', ' ')}-{p['end'][11:16]}  {p['room']:12} {p['reference']:16}"
        f" {', '.join(p['jurors'])}"
        for p in document["pitches"]
    ]
    lines += [f"{_('not placed'):30} {u['reference']:16} {u['reason']}" for u in document["unplaced"]]
    lines += [f"{_('to give up'):30} {one}" for one in give_up]
    return "\n".join(lines)
