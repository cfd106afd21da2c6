"""What an uploaded file really is: judged by its content, never by its name alone."""

import re
import unicodedata
import zipfile
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock

import magic
from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from submissions.document import file_digest
from submissions.refusals import FileRefused
from submissions.scanning import Scanned, scan

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_FILES = 10
MAX_NAME = 120
MAX_UNPACKED = 300 * MEGABYTE
MAX_PIXELS = 80_000_000
MAX_PAGES = 32_000

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS = {
    "application/pdf": ("pdf",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
}
HEART_OF = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
PAGES_OF_DOCX = re.compile(rb"<Pages>(\d{1,6})</Pages>")
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def inspect(file, *, name: str) -> tuple[str, str]:
    """The media type of an open binary file and the name under which it is kept.

    Raises FileRefused for an empty, too large, damaged or other file, or one whose name says
    something else than its content.
    """
    _require_size(file)
    media_type = _sniff(file)
    checker = _CHECKS.get(media_type)
    if checker is None:
        raise FileRefused(
            _("This is not a PDF, DOCX, XLSX, JPG or PNG file. Save it as one of these and try again.")
        )
    media_type = checker(file) or media_type
    file.seek(0)
    return media_type, _name_for(media_type, clean_name(name))


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: what it is, under which name, its size in bytes, its SHA-256, how many
    pages it says to have (None: unknown), and what the virus scanner said of it."""

    media_type: str
    name: str
    size: int
    sha256: str
    pages: int | None
    scanned: Scanned


def examine(file, *, name: str) -> Examined:
    """`inspect` an open binary file, digest it, count its pages and have it scanned. Raises FileRefused."""
    media_type, name = inspect(file, name=name)
    return Examined(
        media_type,
        name,
        size=file.seek(0, 2),
        sha256=file_digest(file),
        pages=pages_of(file, media_type=media_type),
        scanned=scan(file),
    )


def pages_of(file, *, media_type: str) -> int | None:
    """How many pages a PDF has, or a Word document says to have; None for what has none, or is unreadable."""
    count = _PAGES.get(media_type)
    if count is None:
        return None
    file.seek(0)
    try:
        pages = count(file)
    except Exception:
        # Readers of damaged documents fail in any way; a count is never worth losing the file.
        return None
    finally:
        file.seek(0)
    return pages if 0 < pages <= MAX_PAGES else None


def _pages_of_pdf(file) -> int:
    # Here and not above: it loads slowly, and few commands look into a PDF.
    import pikepdf

    with pikepdf.open(file) as pdf:
        return len(pdf.pages)


def _pages_of_docx(file) -> int:
    with zipfile.ZipFile(file) as package, package.open("docProps/app.xml") as facts:
        return int(PAGES_OF_DOCX.search(facts.read(MEGABYTE)).group(1))


_PAGES = {"application/pdf": _pages_of_pdf, DOCX: _pages_of_docx}


def clean_name(name: str) -> str:
    """`name` without folders, control and direction marks or leading dots, at most 120 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(mark for mark in name if unicodedata.category(mark) not in INVISIBLE)
    name = " ".join(name.split()).lstrip(". ") or _("file")
    path = PurePosixPath(name)
    return (
        path.stem[: MAX_NAME - len(path.suffix)] + path.suffix if len(path.suffix) < 10 else name[:MAX_NAME]
    )


def _require_size(file):
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise FileRefused(
            _("This file is empty. Open it on your computer to see whether it is the right one.")
        )
    if size > MAX_BYTES:
        raise FileRefused(too_large())


def too_large() -> str:
    return _("This file is larger than 20 MB. Make it smaller, or split it, and try again.")


def _sniff(file) -> str:
    media_type = magic.from_buffer(file.read(8192), mime=True)
    file.seek(0)
    return "application/zip" if media_type in (DOCX, XLSX) else media_type


def _check_pdf(file):
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 2048))
    if b"%%EOF" not in file.read():
        raise _damaged()


def _check_office(file) -> str:
    try:
        with zipfile.ZipFile(file) as package:
            return _office_type(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error


def _office_type(package) -> str:
    if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
        raise FileRefused(_("This file unpacks to more than 300 MB, which is not a normal document."))
    names = set(package.namelist())
    found = [media_type for heart, media_type in HEART_OF.items() if heart in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise FileRefused(
            _("This is a ZIP file, not a Word or Excel document. Add the documents in it one by one.")
        )
    if any(part.endswith("vbaProject.bin") for part in names):
        raise FileRefused(_("This document holds macros. Save it without macros (.docx or .xlsx)."))
    if package.testzip():
        raise _damaged()
    return found[0]


def _check_picture(file):
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            with strict_decoding:
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(_("This picture is larger than 80 million pixels. Make it smaller.")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> FileRefused:
    return FileRefused(
        _("This file is damaged or was cut off on the way. Open it on your computer and save it again.")
    )


def _name_for(media_type: str, name: str) -> str:
    allowed = EXTENSIONS[media_type]
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if not extension:
        return f"{name}.{allowed[0]}"
    if extension not in allowed:
        raise FileRefused(
            _(
                "The name says “.%(extension)s” but the content is %(kind)s. "
                "Save it again under the right name."
            )
            % {"extension": extension, "kind": allowed[0].upper()}
        )
    return name


_CHECKS = {
    "application/pdf": _check_pdf,
    "application/zip": _check_office,
    "image/jpeg": _check_picture,
    "image/png": _check_picture,
}


class _StrictDecoding:
    """Refuse pictures that were cut off, although printing to PDF lets Pillow take them, process-wide."""

    def __init__(self):
        self.lock = Lock()

    def __enter__(self):
        self.lock.acquire()
        self.before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False

    def __exit__(self, *error):
        ImageFile.LOAD_TRUNCATED_IMAGES = self.before
        self.lock.release()


strict_decoding = _StrictDecoding()

_kept: ContextVar[list | None] = ContextVar("bytes_written", default=None)


@contextmanager
def kept_on_success():
    """Bytes stored inside go again when the block fails: a rollback does not reach the disk."""
    written = []
    token = _kept.set(written)
    try:
        yield
    except BaseException:
        for attachment in written:
            attachment.file.delete(save=False)
        raise
    finally:
        _kept.reset(token)


def store(attachment, file) -> None:
    """Write the bytes and the row of a new attachment, inside `kept_on_success`."""
    file.seek(0)
    attachment.file.save(attachment.name, File(file), save=False)
    _kept.get().append(attachment)
    attachment.save(force_insert=True)
