"""Opening a mail: read in a process apart, its files judged like any upload. Nothing is stored."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from submissions import files
from submissions.intake.arrival import Arrival, arrival_of
from submissions.intake.refusals import MailRefused
from submissions.refusals import FileRefused

MAX_MESSAGE = 40 * files.MEGABYTE
SECONDS = 60
OUTLOOK = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class MailedFile:
    """A file that came along: `found` when it may be kept, else `refusal` says why not."""

    index: int
    name: str
    path: Path
    inline: bool
    text: str
    found: files.Examined | None
    refusal: str
    names_region: bool

    @property
    def size(self) -> int:
        return self.path.stat().st_size


@dataclass(frozen=True)
class Mail:
    """What stands in a message; `files` can be opened as long as the mail is."""

    message_id: str
    sender_name: str
    sender: str
    subject: str
    arrival: Arrival
    body: str
    files: tuple[MailedFile, ...]

    @property
    def texts(self) -> list[dict]:
        """Every text in it, to copy from: the mail's own first, then the documents'."""
        own = [{"name": "", "text": self.body}] if self.body else []
        return own + [{"name": file.name, "text": file.text} for file in self.files if file.text]


@contextmanager
def opened(message, *, call) -> Iterator[Mail]:
    """Read an open binary file as a mail to `call`, for the length of the block. Raises MailRefused."""
    _require_mail(message)
    with TemporaryDirectory(prefix="intake-") as folder:
        facts = _read(message, Path(folder))
        yield Mail(
            message_id=visible(facts["message_id"], 300),
            sender_name=visible(facts["sender_name"], 120),
            sender=_sender(facts["sender"]),
            subject=visible(facts["subject"], 300),
            arrival=_arrival(facts["received"]),
            body=facts["body"],
            files=tuple(
                _judged(index, file, Path(folder) / str(index), call=call)
                for index, file in enumerate(facts["files"])
            ),
        )


def _require_mail(message):
    size = message.seek(0, 2)
    message.seek(0)
    if size == 0:
        raise MailRefused(_("This file is empty. Save the mail again, as .eml, and try once more."))
    if size > MAX_MESSAGE:
        raise MailRefused(
            _("This mail is larger than 40 MB. Ask the sender to send the documents in several mails.")
        )
    if message.read(len(OUTLOOK)) == OUTLOOK:
        raise MailRefused(
            _(
                "This is a mail in Outlook's own form (.msg). "
                "Save it as .eml (in Outlook on the web: Download) and try again."
            )
        )
    message.seek(0)


def _read(message, folder: Path) -> dict:
    """Have the mail read by a process of its own, which has no secrets and can't take long."""
    command = [sys.executable, "-m", "submissions.intake.reader", str(folder)]
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    try:
        subprocess.run(
            command,
            input=message.read(),
            cwd=settings.BASE_DIR,
            env=own,
            timeout=SECONDS,
            check=True,
            capture_output=True,
        )
    except subprocess.SubprocessError as error:
        raise MailRefused(
            _(
                "This mail can not be read: it was cut off or damaged. "
                "Save it again from the mailbox, or ask the sender to send it again."
            )
        ) from error
    return json.loads((folder / "read.json").read_text(encoding="utf-8"))


def visible(text: str, most: int) -> str:
    """One line without marks that nobody sees, at most `most` characters."""
    seen = (mark if unicodedata.category(mark) not in files.INVISIBLE else " " for mark in text)
    return " ".join("".join(seen).split())[:most]


def _sender(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise MailRefused(
            _(
                "No sender stands in this file. Is it really a mail, saved as .eml? "
                "Save it again and try once more."
            )
        ) from None
    return address.lower()


def _arrival(received: list[str]) -> Arrival:
    arrival = arrival_of(received, trusted=settings.INTAKE_TRUSTED_HOSTS)
    if arrival is None:
        raise MailRefused(
            _(
                "This mail does not say when it arrived: no mail server noted it. "
                "A copy from the sender's own sent mail proves no arrival. Save the mail from "
                "the mailbox that received it."
            )
        )
    return arrival


def _judged(index: int, file: dict, path: Path, *, call) -> MailedFile:
    name = files.clean_name(file["name"])
    found, refusal = None, ""
    if file["is_mail"]:
        refusal = _("This is another mail. Save it as .eml and take it in by itself.")
    else:
        try:
            with path.open("rb") as content:
                found = files.examine(content, name=name)
        except FileRefused as error:
            refusal = str(error)
    return MailedFile(
        index=index,
        name=found.name if found else name,
        path=path,
        inline=file["inline"],
        text=file["text"],
        found=found,
        refusal=refusal,
        names_region=names_region(name, call.region),
    )


def names_region(name: str, region) -> bool:
    """Whether a file name carries the name of the region, as the addendum asks of a mailed candidacy."""
    return any(_folded(known) in _folded(name) for known in (region.name, region.slug))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)
