"""What a bound file says of itself: XMP, document information, and for the archive its colour profile."""

from importlib.resources import files
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

PRODUCER = "PajoTARL-portaal"
PROFILE = "sRGB2014.icc"

XMP = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
{claim}</rdf:Description>
{archive}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

CLAIM = "<pdfuaid:part>1</pdfuaid:part>\n"

# PDF/A wants every schema that it does not know itself explained in the file (ISO 19005-3, 6.6.2.3).
ARCHIVE = """<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" \
xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that this file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def describe(pdf: Pdf, cover) -> None:
    """Write title, author, subject and language; as PDF/A-3a too when `cover.archive`."""
    words = {name: escape(getattr(cover, name)) for name in ("title", "author", "subject", "language")}
    xmp = XMP.format(
        **words,
        producer=PRODUCER,
        claim=CLAIM if cover.tagged else "",
        archive=ARCHIVE if cover.archive else "",
    )
    stream = Stream(pdf, xmp.encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = stream
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(cover.title),
            Author=String(cover.author),
            Subject=String(cover.subject),
            Producer=String(PRODUCER),
        )
    )
    if cover.archive:
        pdf.Root.OutputIntents = Array([_output_intent(pdf)])


def _output_intent(pdf: Pdf) -> Dictionary:
    profile = Stream(pdf, (files("weasyprint.pdf") / PROFILE).read_bytes())
    profile.N = 3
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String(PROFILE),
        DestOutputProfile=profile,
    )
