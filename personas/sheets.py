"""The sheet of a persona: what may be uploaded, and under which name it is kept."""

import secrets

import magic
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_BYTES = 20 * 1024 * 1024
KINDS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def kind_of(file) -> str | None:
    """`pdf`, `jpg` or `png` by the content of `file`, whatever its name; None for anything else."""
    file.seek(0)
    kind = KINDS.get(magic.from_buffer(file.read(4096), mime=True))
    file.seek(0)
    return kind


def check(file) -> None:
    """Raises ValidationError for a file that is too large, or not a PDF, JPG or PNG by its content."""
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("This file is larger than 20 MB. Save it with smaller pictures and try again.")
        )
    if kind_of(file) is None:
        raise ValidationError(_("This is not a PDF, JPG or PNG file. Save the sheet as PDF and try again."))


def path(persona, name: str) -> str:
    """Where the sheet is kept: never under the name that somebody gave it."""
    return f"personas/{persona.slug}-{secrets.token_hex(8)}"
