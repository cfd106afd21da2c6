import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, String
from PIL import Image

from dossiers.printing import received
from dossiers.printing.received import Unfit, pages_of, picture_of


@pytest.fixture
def dangerous(tmp_path):
    """A PDF with a script, a link that starts a program, and a remark."""
    with Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 300)).obj
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        start = Dictionary(S=Name.Launch, F=String("calc.exe"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=start)
        page.Annots = Array([pdf.make_indirect(link)])
        page.AA = Dictionary(O=script)
        pdf.Root.OpenAction = script
        pdf.save(tmp_path / "gevaar.pdf")
    return tmp_path / "gevaar.pdf"


def test_pages_come_without_anything_that_acts(dangerous, tmp_path):
    assert pages_of(dangerous, tmp_path / "uit.pdf") == 1

    with Pdf.open(tmp_path / "uit.pdf") as pdf:
        assert float(pdf.pages[0].mediabox[3]) == 300
        assert "/Annots" not in pdf.pages[0].obj
        assert "/OpenAction" not in pdf.Root
        assert b"JavaScript" not in (tmp_path / "uit.pdf").read_bytes()


def test_a_locked_pdf_is_named_so(tmp_path):
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "slot.pdf", encryption=Encryption(owner="a", user="b"))

    assert pages_of(tmp_path / "slot.pdf", tmp_path / "uit.pdf") == Unfit("locked")


def test_a_damaged_pdf_is_named_so(tmp_path):
    (tmp_path / "kapot.pdf").write_bytes(b"%PDF-1.7\nniets\n%%EOF")

    assert pages_of(tmp_path / "kapot.pdf", tmp_path / "uit.pdf") == Unfit("unreadable")


def test_a_pdf_of_too_many_pages_is_named_so(dangerous, tmp_path, monkeypatch):
    monkeypatch.setattr(received, "MAX_PAGES", 0)

    assert pages_of(dangerous, tmp_path / "uit.pdf") == Unfit("too_many_pages")


@pytest.mark.parametrize(("mode", "name"), [("RGB", "foto.jpg"), ("RGBA", "logo.png"), ("P", "oud.png")])
def test_a_picture_becomes_as_large_as_paper_needs(tmp_path, mode, name):
    Image.new(mode, (3000, 1500)).save(tmp_path / name)

    assert picture_of(tmp_path / name, tmp_path / "uit.jpg") is None
    with Image.open(tmp_path / "uit.jpg") as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", 2400)


def test_a_huge_picture_is_not_unpacked(tmp_path):
    Image.new("1", (6000, 5000)).save(tmp_path / "groot.png")

    assert picture_of(tmp_path / "groot.png", tmp_path / "uit.jpg") == Unfit("too_large")
