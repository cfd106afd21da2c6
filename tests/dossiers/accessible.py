"""What PDF/UA-1 (ISO 14289-1) asks and the checker `pdfua` does not look at: one line per fault."""

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Object, Pdf, parse_content_stream

from tests.dossiers.pdfs import pairs_of

HEADINGS = {f"/H{level}": level for level in range(1, 7)}
PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "INLINE IMAGE"}
ROLES = {
    *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct"),
    *("P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"),
    *("Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"),
    *("Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Figure", "Formula", "Form"),
}


def faults_of(path) -> list[str]:
    """Every fault found in the file; an empty list when there is none."""
    with Pdf.open(path) as pdf:
        tree = pdf.Root.StructTreeRoot
        parents = pairs_of(tree.ParentTree, "/Nums")
        elements = list(_elements(tree))
        return [
            *_catalog(pdf),
            *_tree(tree, elements),
            *_headings(elements),
            *_tables(pdf, elements),
            *_pictures(elements),
            *(fault for page in pdf.pages for fault in _page(page.obj, parents)),
        ]


def kids_of(element) -> list:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def _is_element(kid) -> bool:
    return isinstance(kid, Object) and "/S" in kid


def _elements(parent) -> Iterator[tuple[Object, Object]]:
    """(element, its parent) in reading order."""
    for kid in kids_of(parent):
        if _is_element(kid):
            yield kid, parent
            yield from _elements(kid)


def _catalog(pdf) -> Iterator[str]:
    root = pdf.Root
    if str(root.get("/Lang", "")) != "nl":
        yield "the document has no language"
    if not root.ViewerPreferences.get("/DisplayDocTitle"):
        yield "the title is not shown"
    if root.MarkInfo.get("/Marked") is not True or root.MarkInfo.get("/Suspects"):
        yield "the document does not say that it is tagged"
    if not str(pdf.open_metadata(set_pikepdf_as_editor=False).get("dc:title", "")):
        yield "the metadata have no title"


def _tree(tree, elements) -> Iterator[str]:
    if [str(kid.S) for kid in kids_of(tree)] != ["/Document"]:
        yield "the tree does not begin with one document"
    for element, parent in elements:
        if str(element.S)[1:] not in ROLES:
            yield f"{element.S} is no standard role"
        if element.P.objgen != parent.objgen:
            yield f"{element.S} names another parent than the one it stands in"


def _headings(elements) -> Iterator[str]:
    before = 0
    for element, _parent in elements:
        level = HEADINGS.get(str(element.S))
        if level and level > before + 1:
            yield f"H{level} follows H{before}"
        before = level or before


def _tables(pdf, elements) -> Iterator[str]:
    ids = set(pairs_of(pdf.Root.StructTreeRoot.get("/IDTree", Dictionary(Names=Array())), "/Names"))
    for table in (element for element, _parent in elements if element.S == "/Table"):
        rows = [element for element, _parent in _elements(table) if element.S == "/TR"]
        if len({sum(_span(cell) for cell in kids_of(row)) for row in rows}) > 1 and not _has_row_spans(rows):
            yield "the rows of a table differ in length"
        for cell in (cell for row in rows for cell in kids_of(row)):
            about = _attributes(cell)
            if cell.S == "/TH" and str(about.get("/Scope")) not in ("/Row", "/Column", "/Both"):
                yield "a header has no scope"
            named = [str(name) for name in about.get("/Headers", ())]
            if cell.S == "/TD" and (not named or not set(named) <= ids):
                yield "a cell has no header"


def _attributes(cell) -> dict:
    given = cell.get("/A", Dictionary())
    found = list(given) if isinstance(given, Array) else [given]
    return {key: value for each in found for key, value in each.items()}


def _span(cell) -> int:
    return int(_attributes(cell).get("/ColSpan", 1))


def _has_row_spans(rows) -> bool:
    return any("/RowSpan" in _attributes(cell) for row in rows for cell in kids_of(row))


def _pictures(elements) -> Iterator[str]:
    for element, _parent in elements:
        if element.S == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a picture has no words"


def _page(page, parents) -> Iterator[str]:
    if page.get("/Tabs") != "/S":
        yield "a page is not walked in the order of its structure"
    own = parents.get(str(page.get("/StructParents")), Array())
    yield from _content(page, own)
    for annotation in page.get("/Annots", ()):
        yield from _annotation(annotation, parents)


def _content(page, own) -> Iterator[str]:
    marks, numbers = [], []
    for operands, operator in parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            number = (
                operands[1].get("/MCID") if name == "BDC" and isinstance(operands[1], Dictionary) else None
            )
            marks.append("artifact" if operands[0] == "/Artifact" else number)
            numbers += [number] if number is not None else []
        elif name == "EMC":
            marks.pop()
        elif name in PAINTS and not [mark for mark in marks if mark is not None]:
            yield f"{name} paints something that is neither tagged nor an artifact"
    if len(numbers) != len(set(numbers)):
        yield "two texts of a page have the same number"
    for number in numbers:
        element = own[int(number)] if int(number) < len(own) else None
        if element is None:
            yield f"text {number} stands in no element"
        elif int(number) not in [kid for kid in kids_of(element) if isinstance(kid, int)]:
            yield f"text {number} is not in the element that it names"


def _annotation(annotation, parents) -> Iterator[str]:
    if not str(annotation.get("/Contents", "")).strip():
        yield "a link says nothing"
    element = parents.get(str(annotation.get("/StructParent")))
    if element is None or element.S != "/Link":
        yield "a link stands in no element"
        return
    objects = [kid.Obj.objgen for kid in kids_of(element) if isinstance(kid, Object) and "/Obj" in kid]
    if annotation.objgen not in objects:
        yield "a link is not in the element that it names"
