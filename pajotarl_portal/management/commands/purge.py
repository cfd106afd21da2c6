"""`purge --call SLUG`: what may go of a call's personal data; with `--confirm DIGEST` it goes, certified.

Without `--confirm` nothing changes: the dry run prints what would go and the digest that names it. Two
coordinators answer for an erasure: one asks in the staff desk, another approves there. `--confirm` carries
out what they approved, at once instead of with the next tick of the worker, and nothing else.
"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from challenges.management.calls import call_named
from decisions.errors import Refused
from pajotarl_portal import purging, retention


class Command(BaseCommand):
    help = "Erase personal data of a call whose last right has ended: dry run first, certificate after."

    def add_arguments(self, parser):
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--stage", choices=retention.STAGES, default=retention.REJECTED)
        parser.add_argument("--confirm", metavar="DIGEST", help="of the dry run that two people approved")
        parser.add_argument("--certificate", metavar="FILE.pdf", help="where the certificate is written")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, call, stage, confirm, certificate, format, **options):
        call = call_named(call)
        if not confirm:
            return self._tell(retention.plan(call, stage=stage), call, format, erased=False)
        if not certificate:
            raise CommandError(_("--certificate: say where the certificate is written."))
        approved = purging.running_purge(call)
        if approved is None or approved.digest != confirm:
            raise CommandError(_("--confirm: nobody asked at the staff desk to erase this. Start there."))
        made = retention.plan(call, stage=approved.stage)
        try:
            done = purging.carry_out(approved)
        except Refused as refused:
            raise CommandError(f"--confirm: {refused.message}") from refused
        Path(certificate).write_bytes(purging.certificate(done))
        return self._tell(made, call, format, erased=True)

    def _tell(self, made, call, format, *, erased: bool):
        start = retention.may_go_from(call, stage=made.stage)
        document = made.document | {
            "digest": made.digest,
            "erased": erased,
            "may_go_from": start and localtime(start, call.zone).isoformat(),
        }
        if format == "json":
            self.stdout.write(json.dumps(document))
            return
        for name, count in made.counts.items():
            self.stdout.write(f"{name:<12}{count:>6}")
        self.stdout.write(f"may go from {document['may_go_from'] or 'never yet'}")
        self.stdout.write(f"{'erased' if erased else 'dry run, nothing changed'}: {made.digest}")
