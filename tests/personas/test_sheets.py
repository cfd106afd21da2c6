import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from personas import sheets
from personas.models import Persona

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (PNG, "png"), (JPG, "jpg"), (b"MZ", None)])
def test_kind_follows_the_content(content, kind):
    assert sheets.kind_of(SimpleUploadedFile("fiche.txt", content)) == kind


def test_sheet_is_kept_under_a_name_of_our_own():
    one, other = (sheets.path(Persona(slug="chadia"), "../../Fiche.exe") for _ in range(2))

    assert re.fullmatch(r"personas/chadia-[0-9a-f]{16}", one)
    assert one != other


def test_program_with_the_name_of_a_sheet_is_refused():
    with pytest.raises(ValidationError, match="Bewaar de fiche als PDF"):
        sheets.check(SimpleUploadedFile("fiche.pdf", b"MZ\x90\x00"))


def test_huge_sheet_is_refused():
    file = SimpleUploadedFile("fiche.pdf", PDF)
    file.size = sheets.MAX_BYTES + 1

    with pytest.raises(ValidationError, match="20 MB"):
        sheets.check(file)


def test_real_sheet_passes():
    assert sheets.check(SimpleUploadedFile("fiche.pdf", PDF)) is None
