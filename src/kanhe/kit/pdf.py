"""Text as PDF 1.4, with Chinese and without font files: every reader brings Song for the names of Adobe's CJK collection.

ISO 32000-1, 9.7: a composite font that is not embedded is found by its name; `UniGB-UTF16-H` maps UTF-16 to its glyphs.
"""

from collections.abc import Iterable, Iterator, Sequence

# A4 in points, with margins of 2 cm.
WIDTH, HEIGHT, MARGIN = 595, 842, 57
# Points per line, and of the letters in it.
LEADING, SIZE, HEADING_SIZE = 17, 10, 14
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UTF16-H/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500]/FontDescriptor 5 0 R>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
)
# Catalogue, page tree, the three parts of the font; pages and their contents follow.
_FIRST_PAGE = 6
# A second column begins here.
COLUMN = 380

Line = tuple[str, ...]  # one text: a heading; two: a label and its value


def pdf(lines: Iterable[Line]) -> bytes:
    """A document of these lines."""
    pages = [_contents(page) for page in _paged(list(lines))]
    kids = b" ".join(b"%d 0 R" % (_FIRST_PAGE + 2 * place) for place in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids), *_FONT]
    for place, contents in enumerate(pages):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (WIDTH, HEIGHT, _FIRST_PAGE + 2 * place + 1),
            b"<</Length %d>>stream\n%s\nendstream" % (len(contents), contents),
        ]
    return _file(objects)


def _paged(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    most = (HEIGHT - 2 * MARGIN) // LEADING
    for start in range(0, max(len(lines), 1), most):
        yield lines[start : start + most]


def _contents(lines: Sequence[Line]) -> bytes:
    shown = []
    for place, line in enumerate(lines):
        size = HEADING_SIZE if len(line) == 1 else SIZE
        for column, text in zip((MARGIN, COLUMN), line, strict=False):
            at = HEIGHT - MARGIN - (place + 1) * LEADING
            octets = text.encode("utf-16-be", "replace").hex().encode()
            shown.append(b"BT /F %d Tf %d %d Td <%s> Tj ET" % (size, column, at, octets))
    return b"\n".join(shown)


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, objects, the table of where they begin, trailer."""
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, table, trailer)
