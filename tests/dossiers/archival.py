"""What PDF/A-3a (ISO 19005-3) asks of a file of ours: one line per fault.

There is no validator on the package index that works without Java; these are the rules of ISO 19005-3, 6.1 to
6.8, that a file printed by WeasyPrint and bound by us could break.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from pikepdf import Array, Dictionary, Object, Pdf, Stream, parse_content_stream

ACTIONS = {"/GoTo", "/URI", "/Named"}
FORBIDDEN_ACTIONS = ("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Hide")
LIVE = ("/Sound", "/Movie", "/Screen", "/3D", "/RichMedia", "/FileAttachment", "/Widget")
FONT_FILES = {"/FontFile", "/FontFile2", "/FontFile3"}
FILTERS = {"/FlateDecode", "/DCTDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode"}
BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten"}
INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DUBLIN, ADOBE = "{http://purl.org/dc/elements/1.1/}", "{http://ns.adobe.com/pdf/1.3/}"
PDFAID, PDFUAID = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"


def faults_of(path) -> list[str]:
    """Every fault found in the file; an empty list when there is none."""
    raw = path.read_bytes()
    with Pdf.open(path) as pdf:
        things = [thing for thing in pdf.objects if isinstance(thing, Object)]
        named = [thing for thing in things if isinstance(thing, Dictionary | Stream)]
        return [
            *_frame(raw, pdf),
            *_metadata(pdf),
            *_colours(pdf, named),
            *(fault for thing in named for fault in (*_stream(thing), *_font(thing), *_look(thing))),
            *(fault for thing in named for fault in (*_deed(thing), *_enclosure(thing, pdf))),
        ]


def _frame(raw: bytes, pdf) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", raw):
        yield "the header does not say that the file is binary"
    if not raw.endswith(b"%%EOF\n"):
        yield "something stands behind the end"
    if len(list(pdf.trailer.get("/ID", ()))) != 2 or not all(bytes(part) for part in pdf.trailer.ID):
        yield "the file has no identifier"
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        yield "the file is encrypted"
    if pdf.check_pdf_syntax():
        yield "the syntax is broken"
    if any(key in pdf.Root for key in ("/OpenAction", "/AA", "/AcroForm", "/Requirements")):
        yield "the file does something when it is opened"
    if "/JavaScript" in pdf.Root.get("/Names", {}) or "/AlternatePresentations" in pdf.Root.get("/Names", {}):
        yield "the file holds scripts"


def _metadata(pdf) -> Iterator[str]:
    stream = pdf.Root.Metadata
    if "/Filter" in stream or (stream.Type, stream.Subtype) != ("/Metadata", "/XML"):
        yield "the metadata cannot be read as text"
    text = stream.read_bytes().decode()
    if "bytes=" in text.split("?>")[0] or "encoding=" in text.split("?>")[0]:
        yield "the packet of the metadata carries what it may not"
    tree = ElementTree.fromstring(text)
    said = (f"{PDFAID}part", f"{PDFAID}conformance", f"{PDFUAID}part")
    claims = [tree.findtext(f".//{name}") for name in said]
    if claims != ["3", "A", "1"]:
        yield f"the file claims {claims}"
    schemas = [each.text for each in tree.iter("{http://www.aiim.org/pdfa/ns/schema#}namespaceURI")]
    known = {DUBLIN[1:-1], ADOBE[1:-1], PDFAID[1:-1], RDF[1:-1], *schemas}
    used = {element.tag[1:].split("}")[0] for element in tree.iter()} - {"adobe:ns:meta/"}
    if strangers := {space for space in used - known if "aiim.org/pdfa/ns/" not in space}:
        yield f"the metadata use {strangers} without explaining it"
    yield from _in_step(pdf, tree)


def _in_step(pdf, tree) -> Iterator[str]:
    """Title, author, subject and producer are said twice, and alike (6.6.3)."""
    twice = {
        "/Title": tree.findtext(f".//{DUBLIN}title//{RDF}li"),
        "/Author": tree.findtext(f".//{DUBLIN}creator//{RDF}li"),
        "/Subject": tree.findtext(f".//{DUBLIN}description//{RDF}li"),
        "/Producer": tree.findtext(f".//{ADOBE}Producer"),
    }
    said = {key: str(value) for key, value in pdf.trailer.Info.items()}
    if said != twice:
        yield f"the metadata say {twice}, the information says {said}"


def _colours(pdf, named) -> Iterator[str]:
    intents = list(pdf.Root.get("/OutputIntents", ()))
    if [intent.S for intent in intents] != ["/GTS_PDFA1"]:
        yield "the file does not say which colours it means"
        return
    profile = intents[0].DestOutputProfile
    content = profile.read_bytes()
    if (content[36:40], content[16:20], int(profile.N)) != (b"acsp", b"RGB ", 3) or content[8] > 4:
        yield "the colour profile is none"
    if any(thing.get("/ColorSpace") in ("/DeviceCMYK", "/DeviceN") for thing in named):
        yield "a picture has colours that the profile does not know"
    for page in pdf.pages:
        if any(str(operator) in ("k", "K") for _operands, operator in parse_content_stream(page)):
            yield "a page has colours that the profile does not know"


def _stream(thing) -> Iterator[str]:
    if not isinstance(thing, Stream):
        return
    filters = thing.get("/Filter", Array())
    filters = list(filters) if isinstance(filters, Array) else [filters]
    if strange := {str(each) for each in filters} - FILTERS:
        yield f"a stream is packed by {strange}"
    if {"/F", "/FFilter", "/FDecodeParms"} & set(thing.keys()):
        yield "a stream stands in another file"
    if thing.get("/Subtype") == "/PS" or "/Ref" in thing or "/OPI" in thing or "/Alternates" in thing:
        yield "something is drawn that this file does not hold"
    if thing.get("/Interpolate"):
        yield "a picture is smoothed"


def _font(thing) -> Iterator[str]:
    if thing.get("/Type") == "/FontDescriptor" and not FONT_FILES & set(thing.keys()):
        yield f"{thing.FontName} is not embedded"
    if thing.get("/Type") != "/Font":
        return
    if thing.get("/Subtype") == "/Type0":
        below = thing.DescendantFonts[0]
        if "/ToUnicode" not in thing:
            yield f"{thing.BaseFont} does not say which letters it draws"
        if below.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in below:
            yield f"{thing.BaseFont} does not map its glyphs"
        if thing.Encoding != "/Identity-H" and not isinstance(thing.Encoding, Stream):
            yield f"{thing.BaseFont} has an encoding of its own"
    elif thing.get("/Subtype") != "/Type3" and "/FontDescriptor" not in thing:
        yield f"{thing.BaseFont} is not embedded"


def _look(thing) -> Iterator[str]:
    if thing.get("/Type") == "/ExtGState" and {"/TR", "/HTP", "/HTO"} & set(thing.keys()):
        yield "a transfer function changes colours"
    if "/BM" in thing and str(thing.BM) not in BLENDS:
        yield f"{thing.BM} is no way to blend"
    if "/Intent" in thing and str(thing.Intent) not in INTENTS:
        yield f"{thing.Intent} is no intent"
    if thing.get("/Type") in ("/OCG", "/OCMD"):
        yield "something can be hidden"


def _deed(thing) -> Iterator[str]:
    if thing.get("/S") in FORBIDDEN_ACTIONS or "/JS" in thing or "/AA" in thing:
        yield "the file acts"
    action = thing.get("/A")
    if isinstance(action, Dictionary) and "/S" in action and str(action.S) not in ACTIONS:
        yield f"{action.S} is no action to archive"
    if thing.get("/Subtype") == "/Link" and (int(thing.get("/F", 0)) & 4 == 0 or int(thing.F) & 0b100011):
        yield "a link is not printed"
    if thing.get("/Subtype") in LIVE:
        yield f"{thing.Subtype} is no remark to archive"


def _enclosure(thing, pdf) -> Iterator[str]:
    if thing.get("/Type") != "/Filespec":
        return
    if not {"/F", "/UF", "/EF", "/AFRelationship"} <= set(thing.keys()):
        yield "an embedded file does not say what it is"
        return
    stream = thing.EF.F
    if "/Subtype" not in stream or not {"/ModDate", "/Size"} <= set(stream.Params.keys()):
        yield "an embedded file has no kind or no date"
    if thing.objgen not in [each.objgen for each in pdf.Root.get("/AF", ())]:
        yield "an embedded file belongs to nothing"
