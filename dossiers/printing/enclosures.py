"""Files embedded in the archive copy, byte for byte as they were received (PDF/A-3, ISO 19005-3, 6.8)."""

import hashlib
from datetime import UTC
from pathlib import Path
from typing import BinaryIO

from pikepdf import Array, Dictionary, Name, Pdf, String

from dossiers.printing.book import Enclosure

PIECE = 1024 * 1024
CARRIER = """\
2 0 obj
<< /Type /Catalog /Pages 3 0 R >>
endobj
3 0 obj
<< /Type /Pages /Kids [] /Count 0 >>
endobj
"""


class Altered(Exception):
    """A stored file is no longer what its digest says."""


def enclose(pdf: Pdf, enclosures: list[Enclosure], *, folder: Path) -> list[Pdf]:
    """Embed `enclosures` in `pdf`, each with its digest.

    The bytes go through small files in `folder`, never through memory; the returned PDFs stay open until
    `pdf` is saved. Raises Altered when a file does not have its digest.
    """
    carriers, specifications = [], []
    for number, enclosure in enumerate(enclosures, start=1):
        carrier = Pdf.open(_carrier(enclosure, folder / f"{number}.carrier"))
        carriers.append(carrier)
        stream = pdf.copy_foreign(carrier.get_object(1, 0))
        specifications.append(pdf.make_indirect(_specification(enclosure, stream)))
    if specifications:
        names = [part for i, each in enumerate(specifications) for part in (String(f"{i + 1:03}"), each)]
        pdf.Root.Names.EmbeddedFiles = pdf.make_indirect(Dictionary(Names=Array(names)))
        pdf.Root.AF = Array(specifications)
    return carriers


def _specification(enclosure: Enclosure, stream) -> Dictionary:
    return Dictionary(
        Type=Name.Filespec,
        F=String(enclosure.name),
        UF=String(enclosure.name),
        Desc=String(f"SHA-256 {enclosure.sha256}"),
        AFRelationship=Name.Supplement,
        EF=Dictionary(F=stream, UF=stream),
    )


def _carrier(enclosure: Enclosure, target: Path) -> Path:
    """A PDF that holds the file as its first object: copied piece by piece, and digested on the way."""
    digest, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    subtype = enclosure.media_type.replace("/", "#2F")
    moment = f"{enclosure.received_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
    with target.open("wb") as out, enclosure.open() as received:
        out.write(b"%PDF-1.7\n")
        starts = [out.tell()]
        out.write(f"1 0 obj\n<< /Type /EmbeddedFile /Subtype /{subtype} /Length {enclosure.size} ".encode())
        out.write(f"/Params << /Size {enclosure.size} /ModDate ({moment}) /CheckSum 4 0 R >> >>\n".encode())
        out.write(b"stream\n")
        while piece := received.read(PIECE):
            digest.update(piece)
            md5.update(piece)
            out.write(piece)
        out.write(b"\nendstream\nendobj\n")
        if digest.hexdigest() != enclosure.sha256:
            raise Altered(f"{enclosure.name}: SHA-256 {digest.hexdigest()}, not {enclosure.sha256}")
        for body in [*CARRIER.split("endobj\n")[:-1], f"4 0 obj\n<{md5.hexdigest()}>\n"]:
            starts.append(out.tell())
            out.write(f"{body}endobj\n".encode())
        _write_table(out, starts)
    return target


def _write_table(out: BinaryIO, starts: list[int]):
    at = out.tell()
    rows = "".join(f"{start:010} 00000 n \n" for start in starts)
    out.write(f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{rows}".encode())
    out.write(f"trailer\n<< /Size {len(starts) + 1} /Root 2 0 R >>\nstartxref\n{at}\n%%EOF\n".encode())
