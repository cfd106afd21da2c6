"""Everybody at once: who does what when, and what came of it.

A request is timed from the moment it was due, not from the moment it could be sent: a slow portal can't
hide behind a client that waits for it.
"""

import random
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from benchmarks.rush.wire import Wire

TOKEN = "a" * 32
SENTENCE = "Daarna zoeken wij samen een plek waar iemand kan oefenen, in eigen tempo en dicht bij huis. "
EXPERIENCE = SENTENCE * 20
QUOTED, QUOTED_EXPERIENCE = quote_plus(SENTENCE), quote_plus(EXPERIENCE)
BOUNDARY = "rush-0123456789"
STATUS = re.compile(rb"HTTP/1\.1 (\d+)")
REVISION = re.compile(rb'"revision": (\d+)')
RECEIPT = re.compile(rb"Location: (\S+/versies/\S+)")
FORM = "application/x-www-form-urlencoded"
PADDING = random.Random(7).randbytes(75_000).hex().encode()
READ_AGAIN = 5  # seconds between the last word and the button


@dataclass(frozen=True)
class Rush:
    """The last hour, of which `seconds` are lived through: what was done before them is left out."""

    seconds: float
    filing_seconds: float = 120
    hour: float = 3600
    save_every: float = 20
    files: int = 3
    late: float = 0.05
    late_seconds: float = 20


@dataclass
class Measured:
    """Seconds of every answer by kind of request, and what went wrong."""

    seconds: dict = field(default_factory=lambda: defaultdict(list))
    errors: list = field(default_factory=list)
    behind: list = field(default_factory=list)


class Client:
    """The requests of a browser: a person's next one waits for the answer to the one before."""

    def __init__(self, wire: Wire, measured: Measured):
        self.wire, self.measured = wire, measured
        self.waiting, self.busy = defaultdict(deque), set()

    def do(self, action, who, *args, due: float, then=None):
        """`action(who, *args)` as soon as `who` has the answer to what was asked before; timed from `due`."""
        if who.proposal in self.busy:
            self.waiting[who.proposal].append((action, who, args, due, then))
            return
        self.busy.add(who.proposal)
        action(who, *args, due=due, then=then)

    def _post(self, kind, who, path, body: bytes, media_type, *, due, heed, then, accept="text/html"):
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: {accept}\r\n"
            f"Cookie: sessionid={who.session}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        self.measured.behind.append(time.monotonic() - due)
        self.wire.ask(head + body, lambda answer: self._answered(kind, who, answer, due, heed, then))

    def _answered(self, kind, who, answer: bytes, due, heed, then):
        found = STATUS.match(answer)
        status = int(found[1]) if found else 0
        late = " refused late" if status == 403 else ""
        self.measured.seconds[kind + late].append(time.monotonic() - due)
        if status not in (200, 302) and (kind, status) != ("filing", 403):
            self.measured.errors.append((kind, status, answer[-200:]))
        heed(status, answer)
        self.busy.discard(who.proposal)
        if self.waiting[who.proposal]:
            action, who, args, due, after = self.waiting[who.proposal].popleft()
            self.do(action, who, *args, due=due, then=after)
        if then:
            then()

    def save(self, who, number: int, *, due, then=None):
        times = min(50, 10 + number)
        typed = f"Versie {number}. " + SENTENCE * times
        who.typed = typed.strip()
        body = (
            f"revision={who.revision}&editor=page&approach=Versie+{number}.+{QUOTED * times}"
            f"&experience={QUOTED_EXPERIENCE}"
        ).encode()

        def heed(status, answer):
            if status == 200:
                who.saves, who.confirmed = who.saves + 1, typed.strip()
                who.revision = int(REVISION.search(answer)[1])

        path = f"/kandidaturen/{who.proposal}/deel/aanpak/"
        known = {"due": due, "heed": heed, "then": then, "accept": "application/json"}
        self._post("autosave", who, path, body, FORM, **known)

    def upload(self, who, number: int, *, due, then=None):
        def heed(status, _answer):
            who.files += status == 302

        body = multipart(f"bijlage-{number}.pdf", pdf(f"{who.proposal} {number}"))
        path = f"/kandidaturen/{who.proposal}/bijlagen/"
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        self._post("upload", who, path, body, kind, due=due, heed=heed, then=then)

    def file(self, who, *, due, then=None):
        def heed(status, answer):
            if status == 302 and (found := RECEIPT.search(answer)):
                who.receipt = found[1].decode()
            who.refused = status == 403

        who.pressed_at = time.time()
        path = f"/kandidaturen/{who.proposal}/indienen/"
        self._post("filing", who, path, b"last_version=", FORM, due=due, heed=heed, then=then)


def multipart(name: str, content: bytes) -> bytes:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return (
        f"{part}Content-Type: application/pdf\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def pdf(words: str) -> bytes:
    """A valid PDF of one empty page, different for different words, of about 150 kB."""
    padding = words.encode() + PADDING
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(padding), padding),
    ]
    document, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(document)
    document += b"xref\n0 5\n0000000000 65535 f \n" + table
    return document + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def live(rush: Rush, people: list, *, port: int, ends: float) -> Measured:
    """Let all `people` live through `rush`; the deadline is at `ends` on the monotonic clock."""
    wire, measured, chance = Wire(port), Measured(), random.Random(7)
    client = Client(wire, measured)
    for who in people:
        for number, (at, what) in enumerate(agenda(rush, chance, ends=ends), start=1):
            action = getattr(client, what)
            args = () if what == "file" else (number,)
            if at >= ends - rush.seconds:
                wire.at(at, _due(client, action, who, args, at))
    wire.run()
    return measured


def _due(client, action, who, args, at):
    return lambda: client.do(action, who, *args, due=at)


def agenda(rush: Rush, chance: random.Random, *, ends: float) -> list[tuple[float, str]]:
    """What one organisation does in the whole hour, as (moment, what), in order."""
    if chance.random() < rush.late:
        files_at = ends + chance.uniform(1, rush.late_seconds)
        last_word = ends - chance.uniform(2, rush.save_every)
    else:
        files_at = ends - chance.uniform(1, rush.filing_seconds)
        last_word = files_at - READ_AGAIN
    began = ends - rush.hour
    planned = [(began + rush.hour * chance.uniform(0.02, 0.95), "upload") for _ in range(rush.files)]
    at = began + chance.uniform(0, rush.save_every)
    while at < last_word - 1:
        planned.append((at, "save"))
        at += rush.save_every
    return [*sorted(planned), (last_word, "save"), (files_at, "file")]


def sprint(people: list, action: str, *args, port: int, hands: int) -> tuple[float, Measured]:
    """Seconds in which `hands` at once do it for all `people`, as fast as they get answers."""
    wire, measured, left = Wire(port), Measured(), iter(people)
    client = Client(wire, measured)

    def next_one():
        if who := next(left, None):
            client.do(getattr(client, action), who, *args, due=time.monotonic(), then=next_one)

    began = time.monotonic()
    for _ in range(hands):
        next_one()
    wire.run()
    return time.monotonic() - began, measured
