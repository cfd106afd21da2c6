"""Everybody at once: a cheap client in one asyncio loop, which knows when it should have asked.

A request is timed from the moment it was due, so that a slow portal can't hide behind a slow client.
"""

import asyncio
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = "a" * 32
SENTENCE = "Daarna zoeken wij samen een plek waar iemand kan oefenen, in eigen tempo en dicht bij huis. "
BOUNDARY = "rush-0123456789"
STATUS = re.compile(rb"HTTP/1\.1 (\d+)")


@dataclass(frozen=True)
class Rush:
    """The hour: seconds from its start to the deadline, and what happens in it."""

    seconds: float
    filing_seconds: float = 120
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
    def __init__(self, port: int, measured: Measured):
        self.port, self.measured = port, measured

    async def post(self, kind, who, path, body, media_type, *, due, accept="text/html"):
        """Status and body; status 0 when there is no answer. Timed from `due`."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: {accept}\r\n"
            f"Cookie: sessionid={who.session}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        began = time.monotonic()
        try:
            self.measured.behind.append(began - due)
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(head)
            writer.write(body)
            answer = await reader.read(-1)
            writer.close()
            status = int(STATUS.match(answer)[1])
        except (OSError, TypeError) as problem:
            status, answer = 0, str(problem).encode()
        kind = f"{kind} refused late" if status == 403 else kind
        self.measured.seconds[kind].append(time.monotonic() - due)
        if status not in (200, 302, 403):
            self.measured.errors.append((kind, status, answer[-200:]))
        return status, answer

    async def save(self, who, number: int, *, due):
        text = f"Versie {number}. " + SENTENCE * min(50, 10 + number)
        fields = {"revision": 0, "editor": "page", "approach": text.strip(), "experience": SENTENCE * 20}
        path = f"/kandidaturen/{who.proposal}/deel/aanpak/"
        form = "application/x-www-form-urlencoded"
        body = urlencode(fields).encode()
        status, _ = await self.post("autosave", who, path, body, form, due=due, accept="application/json")
        if status == 200:
            who.saves, who.confirmed_text = who.saves + 1, text.strip()
        return status

    async def upload(self, who, number: int, *, due):
        body = multipart(f"bijlage-{number}.pdf", pdf(f"{who.proposal} {number}"))
        path = f"/kandidaturen/{who.proposal}/bijlagen/"
        media_type = f"multipart/form-data; boundary={BOUNDARY}"
        status, _ = await self.post("upload", who, path, body, media_type, due=due)
        who.files += status == 302

    async def file(self, who, *, due):
        path = f"/kandidaturen/{who.proposal}/indienen/"
        form = "application/x-www-form-urlencoded"
        who.pressed_at = time.time()
        status, answer = await self.post("filing", who, path, b"last_version=", form, due=due)
        if status == 302 and (found := re.search(rb"Location: (\S+)", answer)):
            who.receipt = found[1].decode()
        who.refused = status == 403
        if status not in (302, 403):
            who.problems.append(status)


def multipart(name: str, content: bytes) -> bytes:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return (
        f"{part}Content-Type: application/pdf\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def pdf(words: str, *, size: int = 150_000) -> bytes:
    """A valid PDF of one empty page, different for different words, of about `size` bytes."""
    padding = random.Random(words).randbytes(size // 2).hex().encode()
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


async def live(rush: Rush, people: list, *, port: int, began: float) -> Measured:
    """Let all `people` live through `rush`, which began at `began` on the monotonic clock."""
    measured = Measured()
    client, chance = Client(port, measured), random.Random(7)
    await asyncio.gather(*(_hour(rush, client, who, chance, began) for who in people))
    return measured


async def _hour(rush: Rush, client: Client, who, chance: random.Random, began: float):
    ends = began + rush.seconds
    if chance.random() < rush.late:
        files_at = ends + chance.uniform(3, rush.late_seconds)
    else:
        files_at = ends - chance.uniform(1, rush.filing_seconds - 2)
    uploads = sorted(began + rush.seconds * chance.uniform(0.02, 0.7) for _ in range(rush.files))
    agenda = [(at, "upload") for at in uploads]
    due = began + chance.uniform(0, rush.save_every)
    while due < min(files_at - 2, ends):
        agenda.append((due, "save"))
        due += rush.save_every
    for number, (at, what) in enumerate(sorted(agenda)):
        await asyncio.sleep(at - time.monotonic())
        if what == "upload":
            await client.upload(who, number, due=at)
        else:
            await client.save(who, number, due=at)
    # The last words, and then the button.
    await asyncio.sleep(files_at - 2 - time.monotonic())
    await client.save(who, len(agenda), due=files_at - 2)
    await asyncio.sleep(files_at - time.monotonic())
    await client.file(who, due=max(files_at, time.monotonic()))


async def sprint(people: list, work, *, hands: int) -> float:
    """Seconds in which `hands` at once do `work(who)` for all `people`, as fast as they get answers."""
    waiting, began = iter(people), time.monotonic()

    async def hand():
        for who in waiting:
            await work(who)

    await asyncio.gather(*(hand() for _ in range(hands)))
    return time.monotonic() - began
