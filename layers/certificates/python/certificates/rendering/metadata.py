"""The document's metadata: XMP that declares PDF/A-3a and PDF/UA-1 and identifies the certificate.

`dc:identifier` is the certificate's `verify_uuid` as a URN and `xmpMM:VersionID` its revision, both in schemas of
PDF/A. PDF/A does not have the schema of PDF/UA's mark, so the metadata describes it (ISO 19005-3, 6.6.2.3.3). Author
and publisher are the organization that awards the certificate.
"""

from __future__ import annotations

import zlib
from datetime import date
from functools import lru_cache

from .fields import Fields

PRODUCER = "Certificates"

# ISO 14289-1, 5.
_PDF_UA = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_AUTHOR = """\
<dc:creator><rdf:Seq><rdf:li>{organization}</rdf:li></rdf:Seq></dc:creator>\
<dc:publisher><rdf:Bag><rdf:li>{organization}</rdf:li></rdf:Bag></dc:publisher>"""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" \
pdfaid:conformance="{conformance}"/>
{pdf_ua}<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\
<dc:format>application/pdf</dc:format><dc:identifier>urn:uuid:{uuid}</dc:identifier>\
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>{author}\
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreateDate="{date}T00:00:00Z" \
xmp:ModifyDate="{date}T00:00:00Z"/>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer="{producer}"/>
<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmpMM:VersionID="{revision}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def xmp(title: str, language: str, organization: str, fields: Fields, *, accessible: bool = True) -> bytes:
    """`accessible` False declares only PDF/A-3b: for older compiled designs with WeasyPrint's own structure."""
    before, between, after = _around(language, organization, fields.issued_on, fields.revision, accessible)
    return f"{before}{_escaped(fields.verify_uuid)}{between}{_escaped(title)}{after}".encode()


@lru_cache(maxsize=64)
def _around(language: str, organization: str, issued_on: date, revision: int, accessible: bool) -> tuple[str, str, str]:
    """The metadata before the id, between the id and the title, and after the title: alike for most of a run."""
    written = _XMP.format(
        conformance="A" if accessible else "B",
        pdf_ua=_PDF_UA if accessible else "",
        author=_AUTHOR.format(organization=_escaped(organization)) if organization.strip() else "",
        title=_GAP,
        language=_escaped(language),
        uuid=_GAP,
        revision=revision,
        date=issued_on.isoformat(),
        producer=PRODUCER,
    )
    before, between, after = written.split(_GAP)
    return before, between, after


_GAP = "\0"  # no text of XML has it


def _escaped(text: str) -> str:
    """Escapes XML character data. The standard library's function imports an HTTP client: 40 ms of a cold start."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pdf_date(fields: Fields) -> str:
    return _written(fields.issued_on)


@lru_cache(maxsize=64)
def _written(day: date) -> str:
    return f"D:{day.year:04}{day.month:02}{day.day:02}000000Z"


def identifier(design_digest: str, fields: Fields) -> bytes:
    """The PDF's /ID, from the certificate, its revision, and a checksum of the printed values; never from the clock."""
    values: list[object] = [*fields[:6], *([fields.language] if fields.language else []), *fields.values]
    printed = "\0".join((design_digest, *map(str, values)))
    return f"{fields.verify_uuid}/{fields.revision}/{zlib.crc32(printed.encode()):08x}".encode()
