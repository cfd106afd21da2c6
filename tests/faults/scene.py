"""Who files and who is reminded while the portal is under fire."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.factories import CallFactory, MembershipFactory, ProposalFactory, complete_proposal

TOKEN = "a" * 32
SUMMARY = "samenvatting"


@dataclass
class Filer:
    """One person in a hurry: saves a sentence, then files, and insists until both are confirmed."""

    proposal: object
    session: str
    typed: str
    answers: list = field(default_factory=list)
    receipt: str = ""

    def work(self, port: int, *, patience: float):
        section = f"/kandidaturen/{self.proposal.pk}/deel/{SUMMARY}/"
        values = {"revision": 0, "editor": "page", "title": "Samen op weg", "summary": self.typed}
        self._insist(port, section, values, wanted=200, patience=patience)
        answer = self._insist(
            port, f"/kandidaturen/{self.proposal.pk}/indienen/", {}, wanted=302, patience=patience
        )
        self.receipt = answer.getheader("Location") if answer else ""

    def _insist(self, port, path, values, *, wanted, patience):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                answer = self._post(port, path, values)
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            self.answers.append(answer.status)
            if answer.status == wanted:
                return answer
            time.sleep(0.2)
        return None

    def _post(self, port, path, values):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json" if values else "text/html",
        }
        try:
            line.request("POST", path, urlencode({**values, "csrfmiddlewaretoken": TOKEN}), headers)
            answer = line.getresponse()
            answer.body = answer.read()
            return answer
        finally:
            line.close()


def filers(count: int) -> list[Filer]:
    """People with a complete draft in one call that stays open and reminds nobody yet."""
    call = CallFactory(filing=timezone.now() + timedelta(days=60))
    return [_filer(call, number) for number in range(count)]


def _filer(call, number: int) -> Filer:
    membership = MembershipFactory()
    client = Client()
    client.force_login(membership.user)
    proposal = complete_proposal(call=call, organisation=membership.organisation)
    return Filer(proposal, client.cookies[settings.SESSION_COOKIE_NAME].value, f"Getypt door {number}.")


def reminded(count: int, *, waves: int, apart: float) -> int:
    """Drafts whose reminder of 24 hours falls due in `waves`, `apart` seconds from each other."""
    now = timezone.now()
    for wave in range(waves):
        due = now + timedelta(seconds=wave * apart)
        call = CallFactory(filing=due + timedelta(hours=24))
        for _ in range(count // waves):
            ProposalFactory(
                call=call, organisation=MembershipFactory().organisation, created_at=now, updated_at=now
            )
    return count // waves * waves


def at_work(people: list[Filer], *, port: int, seconds: float, hands: int) -> list[threading.Thread]:
    """Let `people` file in turn, spread over `seconds`, with `hands` at once."""
    waiting, began = list(enumerate(people)), time.monotonic()

    def work():
        while waiting:
            try:
                number, person = waiting.pop(0)
            except IndexError:
                return
            time.sleep(max(0.0, began + seconds * number / len(people) - time.monotonic()))
            person.work(port, patience=300)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(hands)]
    for thread in threads:
        thread.start()
    return threads


def frozen_summary(version) -> str:
    return json.loads(version.document)["summary"]
