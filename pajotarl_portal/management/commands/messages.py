"""Put the Dutch catalogue in order (no doubles, sorted) and compile it; or check that it is complete."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pajotarl_portal import translations


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--quiet", action="store_true")
        parser.add_argument("--check", action="store_true", help="change nothing; name what is missing")

    def handle(self, *, quiet, check, **options):
        for source in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")):
            self.check(source) if check else self.tidy(source, quiet=quiet)

    def tidy(self, source: Path, *, quiet: bool):
        catalog = translations.read_catalog(source)
        with source.open("wb") as handle:
            write_po(handle, catalog, width=110, sort_output=True, no_location=True, omit_header=False)
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalog)
        if not quiet:
            self.stdout.write(f"{source}: {len(catalog)} messages")

    def check(self, source: Path):
        problems = translations.problems(settings.BASE_DIR, translations.read_catalog(source))
        for line in problems:
            self.stderr.write(line)
        if problems:
            mend = "Add them to the end of the catalogue and run `make messages`."
            raise CommandError(f"{len(problems)} texts to mend in {source}. {mend}")
