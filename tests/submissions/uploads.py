"""Real files of every kind that the portal takes, and of some that it refuses."""

import io
import zipfile

from PIL import Image
from pypdf import PdfWriter


def pdf(pages: int = 1) -> io.BytesIO:
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(file)
    file.seek(0)
    return file


def picture(kind: str = "PNG", *, size=(40, 40)) -> io.BytesIO:
    file = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(file, kind)
    file.seek(0)
    return file


def package(*parts: str) -> io.BytesIO:
    """A ZIP file with these parts: an office document when they are the right ones."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part, "<x/>" * 50)
    file.seek(0)
    return file


def docx(*more: str) -> io.BytesIO:
    return package("[Content_Types].xml", "_rels/.rels", "word/document.xml", *more)


def docx_of_pages(count: int) -> io.BytesIO:
    file = docx()
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("docProps/app.xml", f"<Properties><Pages>{count}</Pages></Properties>")
    file.seek(0)
    return file


def xlsx(*more: str) -> io.BytesIO:
    return package("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", *more)


def picture_of_zeros(width: int, height: int) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    file.seek(0)
    return file
