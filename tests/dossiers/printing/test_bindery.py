import hashlib
from datetime import UTC, datetime
from functools import partial
from io import BytesIO

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from dossiers.printing.bindery import bind
from dossiers.printing.book import Enclosure
from dossiers.printing.enclosures import Altered
from tests.dossiers import accessible, archival
from tests.dossiers.pdfs import bookmarks_of, elements_of, errors_in, pairs_of, text_of

LETTER = b"Beste jury,\n" * 5000


def bound(book, shelf, target, **options):
    made = bind(book, target, shelf=shelf, presses=1, **options)
    return made, target.read_bytes()


def enclosure(content: bytes = LETTER, **fields) -> Enclosure:
    facts = {
        "name": "brief & cijfers.docx",
        "media_type": "application/msword",
        "size": len(content),
        "sha256": hashlib.sha256(LETTER).hexdigest(),
        "received_at": datetime(2023, 8, 28, tzinfo=UTC),
        "open": partial(BytesIO, content),
    }
    return Enclosure(**facts | fields)


def test_bound_file_is_accepted_by_the_checker(book_of, shelf, tmp_path):
    bound(book_of("Eerste", "Tweede"), shelf, tmp_path / "a.pdf")

    assert errors_in(tmp_path / "a.pdf") == []
    with Pdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.Lang == "nl"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.trailer.Info.Title == "Bundel"


def test_every_marked_text_finds_its_element_in_the_joined_tree(book_of, shelf, tmp_path):
    bound(book_of("Eerste", "Tweede", "Derde"), shelf, tmp_path / "a.pdf")

    with Pdf.open(tmp_path / "a.pdf") as pdf:
        parents = pairs_of(pdf.Root.StructTreeRoot.ParentTree, "/Nums")
        inside = {element.objgen for element in elements_of(pdf)}
        keys = [int(page.obj.StructParents) for page in pdf.pages]
        links = [a for page in pdf.pages for a in page.obj.get("/Annots", ())]
        keys += [int(link.StructParent) for link in links]
        assert sorted(keys) == list(range(len(parents)))
        assert pdf.Root.StructTreeRoot.ParentTreeNextKey == len(parents)
        for page in pdf.pages:
            elements = [e for e in parents[str(page.obj.StructParents)] if e is not None]
            assert {element.objgen for element in elements} <= inside
            assert all(element.Pg == page.obj for element in elements)
        assert len(links) == 2 * 3 + 1
        assert {parents[str(link.StructParent)].S for link in links} == {"/Link"}


def test_headers_have_a_scope_and_ids_that_stay_unique(book_of, shelf, tmp_path):
    bound(book_of("Eerste", "Tweede"), shelf, tmp_path / "a.pdf")

    with Pdf.open(tmp_path / "a.pdf") as pdf:
        headers = elements_of(pdf, "TH")
        ids = [str(header.ID) for header in headers]
        listed = pairs_of(pdf.Root.StructTreeRoot.IDTree, "/Names")
        named = {str(name) for cell in elements_of(pdf, "TD") for name in cell.A.Headers}
        assert [str(header.A.Scope) for header in headers[:3]] == ["/Column", "/Column", "/Row"]
        assert len(set(ids)) == len(ids) == 9
        assert list(listed) == sorted(ids)
        assert named <= set(ids)


def test_links_and_bookmarks_lead_to_the_right_pages(book_of, shelf, tmp_path):
    made, pdf = bound(book_of("Eerste", "Tweede"), shelf, tmp_path / "a.pdf")

    assert bookmarks_of(pdf) == ["Inhoud", "Eerste", "Tweede"]
    with Pdf.open(BytesIO(pdf)) as opened:
        pages = [page.obj for page in opened.pages]
        contents = [link for link in pages[0].Annots if isinstance(link.Dest, Array)]
        starts = [pages.index(link.Dest[0]) + 1 for link in contents]
        assert [str(link.Contents) for link in contents] == ["Eerste", "Tweede"]
        assert starts == [2, 2 + (made.pages - 1) // 2]
        assert f"Deel 2: {starts[1]}" in text_of(pdf)
        names = pairs_of(opened.Root.Names.Dests, "/Names")
        assert len(names) == 3
        links = [link for page in pages for link in page.get("/Annots", ())]
        own = {str(link.Dest) for link in links if not isinstance(link.Dest, Array)}
        assert own == set(names)


def test_page_numbers_are_stamped_as_artifacts(book_of, shelf, tmp_path):
    made, pdf = bound(book_of("Eerste"), shelf, tmp_path / "a.pdf")

    assert f"{made.pages} / {made.pages}" in text_of(pdf)
    with Pdf.open(BytesIO(pdf)) as opened:
        stamp = opened.pages[-1].obj.Contents[0].read_bytes()
        assert b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC" in stamp
        assert b"/Loopt" not in stamp


def test_running_titles_are_not_read_aloud(book_of, shelf, tmp_path):
    _made, pdf = bound(book_of("Eerste"), shelf, tmp_path / "a.pdf")

    with Pdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[1].obj
        content = b" ".join(b" ".join(part.read_bytes().split()) for part in page.Contents)
        assert content.count(b"/Artifact <</Type /Pagination>> BDC") == 1


def test_equal_books_are_equal_files_from_one_press_or_two(book_of, shelf, tmp_path):
    one, first = bound(book_of("Eerste", "Tweede"), shelf, tmp_path / "a.pdf")
    for part in shelf.folder.glob("*.pdf"):
        part.unlink()
    two = bind(book_of("Eerste", "Tweede"), tmp_path / "b.pdf", shelf=shelf, presses=2)

    assert (one.printed, two.printed) == (2, 2)
    assert (tmp_path / "b.pdf").read_bytes() == first


def test_only_a_changed_chapter_is_printed_again(book_of, shelf, tmp_path):
    heard = []
    bound(book_of("Eerste", "Tweede", "Derde"), shelf, tmp_path / "a.pdf")

    made, _pdf = bound(book_of("Eerste", "Anders", "Derde"), shelf, tmp_path / "b.pdf", tell=heard.append)

    assert made.printed == 1
    assert heard == [2, 3]


def test_texts_to_print_do_not_stay_behind(book_of, shelf, tmp_path):
    bound(book_of("Eerste"), shelf, tmp_path / "a.pdf")
    book_of("Tweede").put_away()

    assert list(shelf.folder.glob("*.html")) == []


def test_archive_holds_each_file_with_its_digest(book_of, shelf, tmp_path):
    book = book_of("Eerste", archive=True, enclosures=[enclosure()])

    _made, pdf = bound(book, shelf, tmp_path / "a.pdf")
    _again, other = bound(book, shelf, tmp_path / "b.pdf")

    assert pdf == other
    assert errors_in(tmp_path / "a.pdf") == []
    with Pdf.open(BytesIO(pdf)) as opened:
        [specification] = opened.Root.AF
        stored = specification.EF.F
        assert stored.read_bytes() == LETTER
        assert specification.UF == "brief & cijfers.docx"
        assert specification.Desc == f"SHA-256 {hashlib.sha256(LETTER).hexdigest()}"
        assert specification.AFRelationship == "/Supplement"
        assert stored.Subtype == "/application/msword"
        assert stored.Params.Size == len(LETTER)
        assert stored.Params.ModDate == "D:20230828000000Z"
        assert list(opened.attachments) != []


def test_archive_follows_the_rules_of_pdf_a_3(book_of, shelf, tmp_path):
    book = book_of("Eerste", archive=True, enclosures=[enclosure()])

    bound(book, shelf, tmp_path / "a.pdf")

    assert archival.faults_of(tmp_path / "a.pdf") == []


def _act(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _forget_the_font(pdf):
    font = pdf.pages[1].obj.Resources.Font["/PageNumbers"].DescendantFonts[0].FontDescriptor
    for key in archival.FONT_FILES & set(font.keys()):
        del font[key]


def _speak_of_another(pdf):
    pdf.trailer.Info.Title = String("Anders")


def _leave_loose(pdf):
    del pdf.Root.AF


def _print_colours_of_a_press(pdf):
    pdf.pages[0].contents_add(b"0 0 0 1 k")


@pytest.mark.parametrize(
    "spoil", [_act, _forget_the_font, _speak_of_another, _leave_loose, _print_colours_of_a_press]
)
def test_what_is_no_archive_copy_is_seen(book_of, shelf, tmp_path, spoil):
    bound(book_of("Eerste", archive=True, enclosures=[enclosure()]), shelf, tmp_path / "a.pdf")
    with Pdf.open(tmp_path / "a.pdf") as pdf:
        spoil(pdf)
        pdf.save(tmp_path / "b.pdf")

    assert archival.faults_of(tmp_path / "b.pdf") != []


def _skip_a_level(pdf):
    elements_of(pdf, "H1")[0].S = Name.H3


def _lose_a_scope(pdf):
    del elements_of(pdf, "TH")[0].A.Scope


def _lose_an_element(pdf):
    parents = pairs_of(pdf.Root.StructTreeRoot.ParentTree, "/Nums")
    texts = parents[str(pdf.pages[-1].obj.StructParents)]
    texts[0] = None


def _say_nothing_of_a_link(pdf):
    del pdf.pages[0].obj.Annots[0].Contents


def _paint_in_the_open(pdf):
    pdf.pages[0].contents_add(b"0 0 9 9 re f")


@pytest.mark.parametrize(
    "spoil", [_skip_a_level, _lose_a_scope, _lose_an_element, _say_nothing_of_a_link, _paint_in_the_open]
)
def test_what_cannot_be_listened_to_is_seen(book_of, shelf, tmp_path, spoil):
    bound(book_of("Eerste"), shelf, tmp_path / "a.pdf")
    assert accessible.faults_of(tmp_path / "a.pdf") == []
    with Pdf.open(tmp_path / "a.pdf") as pdf:
        spoil(pdf)
        pdf.save(tmp_path / "b.pdf")

    assert accessible.faults_of(tmp_path / "b.pdf") != []


def test_a_file_that_was_altered_is_not_archived(book_of, shelf, tmp_path):
    book = book_of("Eerste", archive=True, enclosures=[enclosure(LETTER + b"!", size=len(LETTER) + 1)])

    with pytest.raises(Altered, match="cijfers"):
        bound(book, shelf, tmp_path / "a.pdf")


def test_a_front_that_grows_moves_the_pages_it_names(book_of, shelf, tmp_path):
    book = book_of("Eerste", front_pages=7)

    _made, pdf = bound(book, shelf, tmp_path / "a.pdf")

    assert "Deel 1: 2" in text_of(pdf)
