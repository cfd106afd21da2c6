"""Mails as organisations send them: with documents, from Outlook, badly encoded, cut off."""

import io
import struct
from email.message import EmailMessage

from docx import Document

from submissions.files import DOCX
from tests.factories import brussels
from tests.submissions import uploads

ARRIVED = brussels(2023, 8, 31, 22, 15, 7)
BODY = "Beste,\n\nIn bijlage vindt u onze kandidatuur.\n\nMet vriendelijke groeten\nMia"
CANDIDACY = """Kandidatuur voor PajoTARL

Organisatie: De Brug (fictief) vzw
KBO-nummer: 0900.000.147
Contactpersoon: Mia Mailster
Telefoon: 02 000 00 01

Titel: Een brug naar werk

Samenvatting
Wij begeleiden mensen van thuis tot op de werkvloer.

Uitdaging 1: oefenuitdaging
Wij gaan bij de mensen thuis langs en blijven bellen.

Aanpak
Eerst een koffie, dan een plan.
Daarna samen op pad.

Ervaring
Negen jaar in drie dorpen.

Budget: € 48.500 per jaar
Aantal cliënten: 35
"""


def received(at=ARRIVED, *, by="mx.regio.example", sent_from="mail.debrug.example") -> str:
    return f"from {sent_from} by {by} with ESMTPS id 4T1x; {at:%a, %d %b %Y %H:%M:%S %z}"


def mail(
    *,
    body=BODY,
    sender="Mia Mailster <mia@debrug.example>",
    subject="Kandidatuur",
    arrived=ARRIVED,
    message_id="<een@debrug.example>",
    files=(),
) -> EmailMessage:
    """A mail with `files`: pairs of a name and an open file or bytes."""
    message = EmailMessage()
    if arrived:
        message["Received"] = received(arrived)
    message["From"], message["To"] = sender, "kandidaturen@regio.example"
    message["Subject"], message["Message-ID"] = subject, message_id
    message.set_content(body)
    for name, content in files:
        content = content if isinstance(content, bytes) else content.getvalue()
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def opened(message) -> io.BytesIO:
    return io.BytesIO(message if isinstance(message, bytes) else message.as_bytes())


def word_document(text=CANDIDACY, rows=()) -> io.BytesIO:
    """A real Word document: `text` line by line, then a table of two columns."""
    document, file = Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    if rows:
        table = document.add_table(rows=0, cols=2)
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    document.save(file)
    file.seek(0)
    return file


def candidacy(**fields) -> EmailMessage:
    """A mail with a whole candidacy in a Word document that carries the region's name."""
    document = ("Kandidatuur PajoTARL De Brug.docx", word_document())
    return mail(**{"files": [document, ("jaarverslag.pdf", uploads.pdf())], **fields})


def tnef(*, body: str, files) -> bytes:
    """A `winmail.dat` as Outlook packs it: a plain body and attachments with their names."""

    def part(level, name, kind, data):
        return (
            struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) % 65536)
        )

    packed = struct.pack("<IH", 0x223E9F78, 1)
    packed += part(1, 0x9006, 8, struct.pack("<I", 0x00010000))
    packed += part(1, 0x9007, 6, struct.pack("<II", 1252, 0))
    packed += part(1, 0x800C, 1, body.encode("cp1252") + b"\0")
    for name, content in files:
        packed += part(2, 0x9002, 6, bytes(14))
        packed += part(2, 0x8010, 1, name.encode("cp1252") + b"\0")
        packed += part(2, 0x800F, 6, content)
    return packed


MEDIA = {"docx": DOCX, "pdf": "application/pdf"}
