"""Taking a message (RFC 5322, MIME) apart: who wrote it, what it says, what came with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from submissions.intake.reader import headers, texts

MOST_PARTS = 200
NO_FILES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


class Unreadable(Exception):
    """The message can't be taken apart."""


@dataclass
class Attached:
    """A file that came along. `inline` is a picture inside the text; `is_mail` another mail."""

    name: str
    content: bytes
    inline: bool = False
    is_mail: bool = False


@dataclass
class Parsed:
    """`received` holds the lines of the servers on the way, the last server's first."""

    message_id: str
    sender_name: str
    sender: str
    subject: str
    received: list[str]
    body: str = ""
    files: list[Attached] = field(default_factory=list)


def parse(content: bytes) -> Parsed:
    """Take a whole message apart. Raises Unreadable.

    The older parser of the standard library is used on purpose: the newer one raises on header
    lines that are merely wrong.
    """
    message = BytesParser(policy=compat32).parsebytes(content)
    name, sender = headers.sender_of(message)
    parsed = Parsed(
        message_id=headers.first(message, "Message-ID").strip(),
        sender_name=name,
        sender=sender,
        subject=headers.decoded(headers.first(message, "Subject")),
        received=[" ".join(headers.plain(line).split()) for line in headers.values_of(message, "Received")],
    )
    _sort(message, parsed)
    return parsed


def _sort(message: Message, parsed: Parsed) -> None:
    words, pages = [], []
    for part in _leaves(message):
        kind, name = part.get_content_type(), headers.file_name_of(part)
        if kind == "message/rfc822":
            parsed.files.append(Attached(name or "mail.eml", _inner(part), is_mail=True))
        elif kind == "application/ms-tnef" or name.lower() == "winmail.dat":
            _sort_tnef(_content(part), parsed, words, pages)
        elif name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            if kind not in NO_FILES:
                parsed.files.append(Attached(name, _content(part), inline=_is_inline(part, kind)))
        else:
            (pages if kind == "text/html" else words).append(_text(part))
    parsed.body = _body(words, pages)


def _leaves(message: Message) -> Iterator[Message]:
    """Every part that is no container, in order; another mail counts as one part."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise Unreadable(f"more than {MOST_PARTS} parts")
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_type() != "message/rfc822":
            waiting.extend(reversed(payload))
        else:
            yield part


def _content(part: Message) -> bytes:
    return part.get_payload(decode=True) or b""


def _inner(part: Message) -> bytes:
    payload = part.get_payload()
    return payload[0].as_bytes() if isinstance(payload, list) and payload else _content(part)


def _text(part: Message) -> str:
    return headers.readable_bytes(_content(part), part.get_content_charset())


def _is_inline(part: Message, kind: str) -> bool:
    """A logo in the signature, not a document: a picture that the text itself shows."""
    return (
        kind.startswith("image/")
        and part.get_content_disposition() != "attachment"
        and bool(headers.first(part, "Content-ID"))
    )


def _body(words: list[str], pages: list[str]) -> str:
    text = "\n\n".join(text.strip() for text in words if text.strip())
    return text or "\n\n".join(texts.of_html(page) for page in pages)


def _sort_tnef(content: bytes, parsed: Parsed, words: list[str], pages: list[str]) -> None:
    """What Outlook packed into winmail.dat: the same kinds of parts."""
    from tnefparse import TNEF

    try:
        packed = TNEF(content, do_checksum=False)
    except Exception:
        # The library fails in any way on damaged bytes. The rest of the mail is still worth reading.
        packed = None
    if packed is None or not (packed.body or packed.htmlbody or packed.attachments):
        parsed.files.append(Attached("winmail.dat", content))
        return
    if packed.body and not any(text.strip() for text in words):
        words.append(_decoded(packed.body))
    if packed.htmlbody:
        pages.append(_decoded(packed.htmlbody))
    for attached in packed.attachments:
        parsed.files.append(Attached(_name_in_tnef(attached), bytes(attached.data)))


def _name_in_tnef(attached) -> str:
    try:
        name = attached.long_filename()
    except UnicodeDecodeError:
        # The library takes the old names for UTF-8; Outlook wrote them as Windows does.
        name = headers.readable_bytes(attached._name)
    return headers.decoded(_decoded(name))


def _decoded(value: bytes | str) -> str:
    text = value if isinstance(value, str) else headers.readable_bytes(value)
    return text.strip("\0")
