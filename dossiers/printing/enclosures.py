"""Files embedded in the archive copy, byte for byte as they were received (PDF/A-3, ISO 19005-3, 6.8)."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC

from pikepdf import Dictionary, Name, Object, Pdf, String

from dossiers.printing.book import Enclosure
from dossiers.printing.pdf_file import Copy, PdfFile, reference

PIECE = 1024 * 1024


class Altered(Exception):
    """A stored file is no longer what its digest says."""


def enclose(file: PdfFile, back: Pdf, copy: Copy, enclosures: Iterable[Enclosure]) -> list[Object]:
    """Write `enclosures` to `file`, piece by piece; returns their specifications in `back`.

    Raises Altered when a file does not have its digest.
    """
    return [
        back.make_indirect(_specification(each, copy.foreign(_written(file, each)))) for each in enclosures
    ]


def _specification(enclosure: Enclosure, stream: Object) -> Dictionary:
    return Dictionary(
        Type=Name.Filespec,
        F=String(enclosure.name),
        UF=String(enclosure.name),
        Desc=String(f"SHA-256 {enclosure.sha256}"),
        AFRelationship=Name.Supplement,
        EF=Dictionary(F=stream, UF=stream),
    )


def _written(file: PdfFile, enclosure: Enclosure) -> int:
    """The number of the stream; its checksum follows it, because it is known only then."""
    number, checksum = file.number(), file.number()
    subtype = Name(f"/{enclosure.media_type}").unparse()
    moment = f"{enclosure.received_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}".encode()
    md5 = hashlib.md5(usedforsecurity=False)
    file.put_stream(
        number,
        b"/Type /EmbeddedFile /Subtype %s /Params << /Size %d /ModDate (%s) /CheckSum %s >>"
        % (subtype, enclosure.size, moment, reference(checksum)),
        _pieces(enclosure, md5),
        length=enclosure.size,
    )
    file.put(checksum, b"<%s>" % md5.hexdigest().encode())
    return number


def _pieces(enclosure: Enclosure, md5) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with enclosure.open() as received:
        while piece := received.read(PIECE):
            digest.update(piece)
            md5.update(piece)
            yield piece
    if digest.hexdigest() != enclosure.sha256:
        raise Altered(f"{enclosure.name}: SHA-256 {digest.hexdigest()}, not {enclosure.sha256}")
