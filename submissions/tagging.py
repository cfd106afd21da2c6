"""What a printed page still lacks for readers who listen: scopes, ids that stay unique, quiet margins.

WeasyPrint tags every line of text and every running title. Here lines are joined to their paragraph,
running titles become artifacts (PDF/UA-1, 7.8), headers say whether they head a row or a column (7.5),
and ids and destinations carry a prefix, so that chapters can be bound into one file.
"""

import pydyf

PLAIN = ("/Span", "/NonStruct")
HEADINGS = tuple(f"/H{level}" for level in range(1, 7))
TEXTUAL = (*PLAIN, *HEADINGS, "/P", "/TD", "/TH", "/LBody", "/Lbl", "/Caption", "/Link")
PRINTED = 4


def tidy(pdf: pydyf.PDF, *, prefix: str) -> None:
    """Mend the tags of `pdf` in place; ids and destinations start with `prefix`."""
    root = _get(pdf, pdf.catalog["StructTreeRoot"])
    parents = _get(pdf, root["ParentTree"])
    numbers = parents["Nums"]
    joined: dict[bytes, bytes] = {}
    reachable: set[bytes] = set()
    ids: dict[bytes, bytes] = {}
    for kid in root["K"]:
        _walk(pdf, _get(pdf, kid), prefix, joined, reachable, ids)
    _quiet_margins(pdf, numbers, joined, reachable)
    for i in range(1, len(numbers), 2):
        numbers[i] = _joined(numbers[i], joined)
    _rename_destinations(pdf, prefix)
    if ids:
        tree = pydyf.Dictionary({"Names": pydyf.Array()})
        for name in sorted(ids):
            tree["Names"].extend([pydyf.String(name), ids[name]])
        pdf.add_object(tree)
        root["IDTree"] = tree.reference


def _get(pdf, reference):
    return pdf.objects[int(reference.split()[0])]


def _is_element(thing) -> bool:
    return isinstance(thing, dict) and thing.get("Type") == "/StructElem"


def _walk(pdf, element, prefix, joined, reachable, ids, in_head=False):
    reachable.add(element.reference)
    in_head = in_head or element["S"] == "/THead"
    if element["S"] in ("/TH", "/TD"):
        _mend_cell(element, prefix, ids, in_head)
    kids = pydyf.Array()
    for kid in element["K"]:
        child = None if isinstance(kid, int) else _get(pdf, kid)
        if not _is_element(child):
            kids.append(kid)
            continue
        _walk(pdf, child, prefix, joined, reachable, ids, in_head)
        if _melts_into(element, child):
            joined[child.reference] = element.reference
            kids.extend(child["K"])
            child.clear()
        else:
            kids.append(kid)
    element["K"] = kids


def _melts_into(element, child) -> bool:
    """Whether `child` is no more than a line of `element`'s own text."""
    return (
        element["S"] in TEXTUAL
        and child["S"] in PLAIN
        and child["Pg"] == element["Pg"]
        and all(isinstance(kid, int) for kid in child["K"])
    )


def _mend_cell(cell, prefix, ids, in_head):
    if cell["S"] == "/TH":
        cell["A"]["Scope"] = "/Column" if in_head else "/Row"
        if "ID" in cell:
            cell["ID"] = _prefixed(cell["ID"], prefix)
            ids[cell["ID"].string.encode()] = cell.reference
    if "Headers" in cell["A"]:
        cell["A"]["Headers"] = pydyf.Array(_prefixed(name, prefix) for name in cell["A"]["Headers"])


def _prefixed(name: pydyf.String, prefix: str) -> pydyf.String:
    return pydyf.String(f"{prefix}-{name.string}")


def _joined(entry, joined):
    """An entry of the parent tree with the elements that its lines were joined to."""
    if isinstance(entry, list):
        return pydyf.Array(_joined(each, joined) for each in entry)
    while entry in joined:
        entry = joined[entry]
    return entry


def _quiet_margins(pdf, numbers, joined, reachable):
    """Text in the margins of a page is an artifact: nobody wants to hear it again on every page."""
    for page_reference, entry in zip(pdf.page_references, numbers[1::2], strict=False):
        outside = {i for i, reference in enumerate(entry) if reference not in reachable}
        if not outside:
            continue
        stream = _get(pdf, _get(pdf, page_reference)["Contents"]).stream
        for i, properties in enumerate(stream):
            if isinstance(properties, dict) and properties.get("MCID") in outside:
                stream[i - 1 : i + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
        for i in outside:
            entry[i] = b"null"


def _rename_destinations(pdf, prefix):
    names = pdf.catalog.get("Names", {})
    if "Dests" in names:
        listed = names["Dests"]["Names"]
        listed[::2] = [_prefixed(name, prefix) for name in listed[::2]]
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Subtype") == "/Link":
            thing["F"] = PRINTED
            if "Dest" in thing:
                thing["Dest"] = _prefixed(thing["Dest"], prefix)
