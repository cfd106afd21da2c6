"""What header lines say, however they were encoded: RFC 2047, RFC 2231, or bytes that nobody declared."""

from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses


def plain(value: str) -> str:
    """`value` with undeclared bytes read as UTF-8, or as Windows would."""
    if value.isascii():
        return value
    return readable_bytes(value.encode("utf-8", "surrogateescape"))


def readable_bytes(content: bytes, charset: str | None = None) -> str:
    """`content` in its declared charset; a wrong or unknown one never loses the text."""
    for name in filter(None, (charset, "utf-8")):
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def decoded(value: str) -> str:
    """One line of text, its encoded words (RFC 2047) read."""
    value = " ".join(plain(value).split())
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(_piece(*piece) for piece in pieces)


def _piece(text, charset) -> str:
    if isinstance(text, str):
        return text
    if charset is None:
        return text.decode("raw-unicode-escape", "replace")
    return readable_bytes(text, charset)


def values_of(message: Message, name: str) -> list[str]:
    """Every line with this name, the topmost first, as it stands in the message."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def first(message: Message, name: str) -> str:
    return next(iter(values_of(message, name)), "")


def sender_of(message: Message) -> tuple[str, str]:
    """Name and address of who wrote it: the first usable address of From, else of Sender."""
    for name in ("From", "Sender"):
        lines = [" ".join(plain(value).split()) for value in values_of(message, name)]
        for shown, address in getaddresses(lines):
            if "@" in address:
                return decoded(shown), address.strip()
    return "", ""


def file_name_of(part: Message) -> str:
    """The name of an attachment; its parameters may be encoded (RFC 2231) or wrongly encoded (RFC 2047)."""
    for key, value in list(part.raw_items()):
        if key.lower() in ("content-disposition", "content-type") and not str(value).isascii():
            part.replace_header(key, plain(str(value)))
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        name = ""
    return decoded(str(name))
