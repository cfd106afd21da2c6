"""What the commands of matching share: the call, the format, and refusing in one plain line."""

import argparse
import json

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from challenges.models import Call
from matching.engine.wishes import DUTIES, Wish

SCORING_MEND = gettext_lazy("Ask for the new scoring version at the staff desk, under Matching.")


def add_call(parser) -> None:
    parser.add_argument("--call", required=True, metavar="SLUG")
    parser.add_argument("--format", choices=["table", "json"], default="table")


def whole_number(written: str) -> int:
    """A whole number from zero on, for argparse."""
    if not written.isdecimal():
        raise argparse.ArgumentTypeError(
            _("“%(written)s” is not a whole number from 0 on.") % {"written": written}
        )
    return int(written)


def duty(written: str) -> Wish:
    """`challenge:4`, `expertise:SLUG` or `group:NAME`, for argparse."""
    kind, _colon, value = written.partition(":")
    if kind not in DUTIES or not value or (kind == "challenge" and not value.isdecimal()):
        raise argparse.ArgumentTypeError(
            _("“%(written)s” is no duty: write challenge:4, expertise:SLUG or group:NAME.")
            % {"written": written}
        )
    return Wish(kind, int(value) if kind == "challenge" else value)


def call_or_exit(command, slug: str) -> Call:
    """The call with this slug; without one the command ends with exit code 1."""
    found = Call.objects.select_related("region").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Call.objects.values_list("slug", flat=True)) or "–"
        refuse(
            command,
            field="--call",
            message=_("There is no call “%(slug)s”.") % {"slug": slug},
            mend=_("Known calls: %(known)s. Load one with `load_call`.") % {"known": known},
        )
    return found


def refuse(command, *, field: str, message: str, mend: str):
    """One error on stderr that names the field and the mend; exit code 1."""
    error = {"place": field, "message": str(message), "mend": str(mend)}
    command.stderr.write(json.dumps({"errors": [error]}, ensure_ascii=False))
    raise SystemExit(1)
