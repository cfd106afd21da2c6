"""`purge --call SLUG`: what may go of a call's personal data; with `--confirm DIGEST` it goes, certified.

Two coordinators answer for it: `--by` and `--approved-by`. Without `--confirm` nothing changes: the dry run
prints what would go and the digest that names it.
"""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from challenges.models import Call
from decisions.errors import Refused
from journal import clock
from pajotarl_portal import retention
from submissions.paper import render_pdf


class Command(BaseCommand):
    help = "Erase personal data of a call whose last right has ended: dry run first, certificate after."

    def add_arguments(self, parser):
        parser.add_argument("--call", required=True, metavar="SLUG")
        parser.add_argument("--stage", choices=retention.STAGES, default=retention.REJECTED)
        parser.add_argument("--confirm", metavar="DIGEST", help="the digest of the dry run: erase it now")
        parser.add_argument("--by", metavar="EMAIL", help="the coordinator who asks for it")
        parser.add_argument("--approved-by", metavar="EMAIL", help="the other coordinator, who approves it")
        parser.add_argument("--certificate", metavar="FILE.pdf", help="where the certificate is written")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, call, stage, confirm, by, approved_by, certificate, format, **options):
        call = self._call(call)
        if not confirm:
            return self._tell(retention.plan(call, stage=stage), call, format, erased=False)
        if not certificate:
            raise CommandError("--certificate: say where the certificate is written")
        who = {"by": self._person(by, "--by"), "approved_by": self._person(approved_by, "--approved-by")}
        try:
            made = retention.purge(call=call, stage=stage, seen=confirm, **who)
        except (Refused, PermissionDenied) as refused:
            raise CommandError(f"--confirm: {refused}") from refused
        context = {"plan": made, "call": call, "at": clock.now(), **who}
        Path(certificate).write_bytes(render_pdf("portal/certificate.html", context))
        return self._tell(made, call, format, erased=True)

    def _call(self, slug: str) -> Call:
        try:
            return Call.objects.get(slug=slug)
        except Call.DoesNotExist as missing:
            known = ", ".join(Call.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"--call: there is no call “{slug}”. Known calls: {known}") from missing

    def _person(self, email, option: str) -> User:
        try:
            return User.objects.get(email=email)
        except User.DoesNotExist as missing:
            raise CommandError(f"{option}: name a coordinator of the call, by e-mail") from missing

    def _tell(self, made, call, format, *, erased: bool):
        start = retention.may_go_from(call, stage=made.stage)
        document = made.document | {
            "digest": made.digest,
            "erased": erased,
            "may_go_from": start and start.isoformat(),
        }
        if format == "json":
            self.stdout.write(json.dumps(document))
            return
        for name, count in made.counts.items():
            self.stdout.write(f"{name:<12}{count:>6}")
        self.stdout.write(f"may go from {document['may_go_from'] or 'never yet'}")
        self.stdout.write(f"{'erased' if erased else 'dry run, nothing changed'}: {made.digest}")
