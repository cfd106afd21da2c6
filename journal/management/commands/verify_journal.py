import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from journal import queries


class Command(BaseCommand):
    help = "Check the hash chain of the journal and everything frozen; name the first that does not hold."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, format, **options):
        verified = queries.verify_everything()
        self.stdout.write(json.dumps(verified, ensure_ascii=False) if format == "json" else table(verified))
        if not verified["ok"]:
            said = _("the journal does not hold: %(where)s")
            raise CommandError(said % {"where": in_words(verified["first_broken"])})


def table(verified: dict) -> str:
    counts = {name: count for name, count in verified.items() if name not in ("ok", "first_broken")}
    lines = [f"{name:<12} {count:>8}" for name, count in counts.items()]
    return "\n".join([*lines, f"{'holds':<12} {'yes' if verified['ok'] else 'NO':>8}"])


def in_words(broken: dict) -> str:
    return ", ".join(f"{name} {value}" for name, value in broken.items())
