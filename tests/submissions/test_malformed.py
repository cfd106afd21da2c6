"""Three hundred malformed uploads and forms, made by seeded dice: a clear answer each, nothing kept half."""

import hashlib
import random
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from submissions import files, sections
from submissions.answers import read
from submissions.forms import FORM_OF
from submissions.models import Attachment, Proposal
from tests.factories import MembershipFactory, ProposalFactory, brussels
from tests.submissions import uploads

pytestmark = pytest.mark.django_db

BOUNDARY = b"grens"
SEED = 2023
SOUND = {"pdf": uploads.pdf, "png": uploads.picture, "docx": uploads.docx, "xlsx": uploads.xlsx}
NAMES = [
    b"../../../etc/passwd",
    b"C:\\\\Windows\\\\plan.pdf",
    b"plan\x01\x1f\x7f.pdf",
    "plan\u202efdp.exe".encode(),
    "план-plaň-计划.pdf".encode(),
    "\u200e\u200f\u2066.pdf".encode(),
    b"\xff\xfe\xc3.pdf",
    b"a" * 240 + b".pdf",
    b".",
    b"....pdf",
    b"%2e%2e%2fplan.pdf",
    b"plan.pdf;.exe",
    b"CON",
    b"plan.PDF ",
    b"=cmd|'/c calc'!A0.xlsx",
]


@cache
def bomb() -> bytes:
    """A Word document of a few hundred kB that unpacks to more than 300 MB."""
    file = uploads.docx()
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open("word/media/groot.bin", "w") as part,
    ):
        for _ in range(301):
            part.write(bytes(files.MEGABYTE))
    return file.getvalue()


def lying_bomb() -> bytes:
    """The same, but its directory says that it is small."""
    size = (301 * files.MEGABYTE).to_bytes(4, "little")
    return bomb().replace(size, (100).to_bytes(4, "little"))


def malformed(dice: random.Random) -> bytes:
    sound = SOUND[dice.choice(list(SOUND))]().getvalue()
    place = dice.randrange(len(sound))
    makers = [
        lambda: b"",
        lambda: sound[:place],
        lambda: sound[place:],
        lambda: sound[:place] + dice.randbytes(20) + sound[place + 20 :],
        lambda: dice.randbytes(dice.randint(1, 5000)),
        lambda: b"%PDF-1.7\n" + dice.randbytes(2000) + b"\n%%EOF",
        lambda: b"\x89PNG\r\n\x1a\n" + dice.randbytes(500),
        lambda: b"\xff\xd8\xff\xe0" + dice.randbytes(500),
        lambda: b"PK\x03\x04" + dice.randbytes(500),
        lambda: b"<html><script>alert(1)</script></html>",
        lambda: b"MZ" + dice.randbytes(300),
        lambda: sound,
    ]
    return dice.choice(makers)()


def body_of(name: bytes, content: bytes, kind: bytes) -> bytes:
    part = b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="'
    kind = part + b'kind"\r\n\r\n' + kind + b"\r\n"
    file = b'file"; filename="' + name + b'"\r\nContent-Type: application/pdf\r\n\r\n'
    return kind + part + file + content + b"\r\n--" + BOUNDARY + b"--\r\n"


@pytest.fixture
def draft():
    proposal = ProposalFactory()
    MembershipFactory(organisation=proposal.organisation)
    with time_machine.travel(brussels(2023, 8, 1), tick=False):
        yield proposal


@pytest.fixture
def member(client, draft):
    client.force_login(draft.organisation.members.get())
    return client


def kept() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def upload(member, draft, name, content, kind=b""):
    address = reverse("submissions:attachments", args=[draft.pk])
    media_type = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return member.post(address, data=body_of(name, content, kind), content_type=media_type)


def test_two_hundred_malformed_uploads(member, draft):
    dice, before = random.Random(SEED), kept()
    specials = [bomb(), lying_bomb(), bomb()[:-2000]]
    cases = [
        (dice.choice(NAMES) if dice.random() < 0.6 else b"plan.pdf", malformed(dice)) for _ in range(197)
    ]
    cases += [(b"plan.docx", content) for content in specials]
    outcomes = {"taken": 0, "refused": 0}

    for number, (name, content) in enumerate(cases):
        answer = upload(member, draft, name, content, kind=dice.choice([b"", b"\x00", b"x" * 9000, b"\xff"]))
        present = list(Attachment.objects.filter(removed_at__isnull=True))
        if answer.status_code == 302:
            outcomes["taken"] += 1
            assert_whole(*present)
            present[0].file.delete()
            Attachment.objects.all().delete()
        else:
            outcomes["refused"] += 1
            assert answer.status_code == 422, (number, name)
            assert answer.context["form"].errors, (number, name)
            assert present == [], (number, name)
        assert kept() == before, (number, name)

    assert sum(outcomes.values()) == 200
    assert min(outcomes.values()) > 5, outcomes


def assert_whole(attachment):
    """What was taken is what it says, under a harmless name."""
    with attachment.file.open("rb") as stored:
        content = stored.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (attachment.size, attachment.sha256)
    assert attachment.extension in files.EXTENSIONS[attachment.media_type]
    assert files.clean_name(attachment.name) == attachment.name
    assert not set(attachment.name) & set("/\\\0\u202e\u200f")


WORDS = [
    "\x00\x01\x02 tekst \x1b[31m",
    "\u202eneb redrevnot\u202c",
    "\u200f\u200e\u2066\u2069",
    "Привет 你好 مرحبا שלום ๑๒๓",
    "e\u0301" * 50,
    "👩‍👩‍👧‍👦" * 20,
    "' OR 1=1; DROP TABLE x --",
    "<script>alert(1)</script>{{ 7*7 }}",
    "\r\n\r\nBcc: iemand@elders.example",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "٣٤",
    "x" * 7000,
    "\ud7ff\ufffd\uffff",
]


def typed(dice: random.Random, form) -> dict:
    return {name: dice.choice(WORDS) for name in form.fields} | {
        "revision": dice.choice(["0", "0", "x", "9" * 30])
    }


def test_one_hundred_malformed_forms(member, draft):
    dice = random.Random(SEED)
    outcomes = {"saved": 0, "refused": 0}

    for number in range(100):
        part = dice.choice(sections.WRITTEN)
        data = typed(dice, FORM_OF[part](proposal=draft))
        if number % 25 == 0:
            part, data = sections.SUMMARY, {"revision": 0, "title": "x", "summary": "x" * 1_000_000}
        before = read(Proposal.objects.get(pk=draft.pk))
        answer = member.post(reverse("submissions:section", args=[draft.pk, part.slug]), data)
        after = read(Proposal.objects.get(pk=draft.pk))
        if answer.status_code == 302:
            outcomes["saved"] += 1
            assert_readable(after)
        else:
            outcomes["refused"] += 1
            assert answer.status_code in (409, 422), (number, part.slug)
            assert answer.status_code == 409 or answer.context["form"].errors, (number, part.slug)
            assert after == before, (number, part.slug)

    assert min(outcomes.values()) > 5, outcomes


def assert_readable(value):
    """Only what the form says it keeps: within its limits, without control characters."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            assert_readable(each)
    elif isinstance(value, str):
        assert len(value) <= 6000
        assert not any(mark < " " and mark not in "\n\t" for mark in value)


def test_an_unfinished_body_is_told(member, draft):
    """The connection broke in the middle of the file, or its name has no end: nothing is kept."""
    whole = body_of(b"plan.pdf", uploads.pdf().getvalue(), b"")
    address = reverse("submissions:attachments", args=[draft.pk])
    before = kept()

    for end in (10, len(whole) // 2, len(whole) - 12):
        media_type = f"multipart/form-data; boundary={BOUNDARY.decode()}"
        answer = member.generic("POST", address, BytesIO(whole[:end]).read(), content_type=media_type)
        assert answer.status_code in (400, 422)
    assert upload(member, draft, b"a" * 3000, b"x").status_code == 400

    assert Attachment.objects.count() == 0
    assert kept() == before
