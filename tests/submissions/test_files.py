import io
import zipfile

import pytest
from django.utils import translation

from submissions import files
from submissions.refusals import FileRefused
from tests.submissions import uploads


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("file", "name", "media_type"),
    [
        (uploads.pdf(), "plan.pdf", "application/pdf"),
        (uploads.docx(), "plan.docx", files.DOCX),
        (uploads.xlsx(), "begroting.XLSX", files.XLSX),
        (uploads.picture("PNG"), "logo.png", "image/png"),
        (uploads.picture("JPEG"), "foto.JPG", "image/jpeg"),
        (uploads.picture("JPEG"), "foto.jpeg", "image/jpeg"),
    ],
)
def test_inspect_takes_the_five_kinds(file, name, media_type):
    assert files.inspect(file, name=name) == (media_type, name)


def test_inspect_gives_a_name_without_extension_the_right_one():
    assert files.inspect(uploads.pdf(), name="plan") == ("application/pdf", "plan.pdf")


def cut(file, *, keep=0.5):
    content = file.getvalue()
    return io.BytesIO(content[: int(len(content) * keep)])


def bomb() -> io.BytesIO:
    file = uploads.docx()
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("big", "w") as part:
        for _ in range(31):
            part.write(bytes(10 * files.MEGABYTE))
    return file


def corrupt() -> io.BytesIO:
    """A document of which one stored part was changed on the way."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "de tekst van het plan")
    return io.BytesIO(file.getvalue().replace(b"tekst", b"TEKST"))


@pytest.mark.parametrize(
    ("file", "name", "says"),
    [
        (io.BytesIO(), "leeg.pdf", "empty"),
        (io.BytesIO(b"%PDF-1.4\n" + bytes(files.MAX_BYTES)), "groot.pdf", "larger than 20 MB"),
        (io.BytesIO(b"MZ" + bytes(400)), "plan.pdf", "not a PDF"),
        (io.BytesIO(b"gewone tekst"), "plan.docx", "not a PDF"),
        (uploads.picture("GIF"), "logo.gif", "not a PDF"),
        (cut(uploads.pdf()), "plan.pdf", "damaged"),
        (cut(uploads.picture("PNG")), "logo.png", "damaged"),
        (cut(uploads.picture("JPEG")), "foto.jpg", "damaged"),
        (cut(uploads.docx()), "plan.docx", "damaged"),
        (corrupt(), "plan.docx", "damaged"),
        (uploads.package("foto.png"), "plan.docx", "ZIP file"),
        (uploads.docx("xl/workbook.xml"), "plan.docx", "ZIP file"),
        (uploads.docx("word/vbaProject.bin"), "plan.docx", "macros"),
        (bomb(), "plan.docx", "300 MB"),
        (uploads.picture("PNG"), "plan.pdf", "“.pdf” but the content is PNG"),
        (uploads.docx(), "plan.xlsx", "“.xlsx” but the content is DOCX"),
    ],
)
def test_inspect_refuses_with_the_reason(file, name, says):
    with pytest.raises(FileRefused, match=says):
        files.inspect(file, name=name)


@pytest.mark.parametrize("width", [8_500, 11_000])
def test_inspect_refuses_a_picture_of_too_many_pixels(width):
    with pytest.raises(FileRefused, match="80 million pixels"):
        files.inspect(uploads.picture_of_zeros(width, 10_000), name="kaart.png")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Documenten\\plan.pdf", "plan.pdf"),
        ("plan\x00\r\n.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("..verborgen.pdf", "verborgen.pdf"),
        ("  veel   ruimte.pdf ", "veel ruimte.pdf"),
        ("e\u0301e\u0301n.pdf", "één.pdf"),
        ("/", "file"),
        ("a" * 200 + ".pdf", "a" * 116 + ".pdf"),
        ("a." + "b" * 200, ("a." + "b" * 200)[:120]),
    ],
)
def test_clean_name_keeps_only_a_readable_name(given, kept):
    assert files.clean_name(given) == kept
