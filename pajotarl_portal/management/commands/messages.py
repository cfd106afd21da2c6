"""Put the Dutch catalogue in order (no doubles, sorted) and compile it."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--quiet", action="store_true")

    def handle(self, *, quiet, **options):
        for source in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")):
            catalog = self.tidied(source)
            with source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, catalog)
            if not quiet:
                self.stdout.write(f"{source}: {len(catalog)} messages")

    def tidied(self, source: Path) -> Catalog:
        with source.open("rb") as handle:
            catalog = read_po(handle, locale=source.parts[-3], ignore_obsolete=True)
        with source.open("wb") as handle:
            write_po(handle, catalog, width=110, sort_output=True, no_location=True, omit_header=False)
        return catalog
