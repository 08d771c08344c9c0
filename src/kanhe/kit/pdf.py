"""Text as PDF 1.4, with Chinese and without font files: every reader brings Helvetica, and Song for Adobe's CJK collection.

ISO 32000-1, 9.6.2.2 and 9.7: fonts that are not embedded are found by their names; `UniGB-UTF16-H` maps UTF-16 to glyphs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

# A4 in points, with margins of 2 cm.
WIDTH, HEIGHT, MARGIN = 595, 842, 57
# Points per line, and of the letters in it.
LEADING, SIZE, HEADING_SIZE = 17, 10, 14
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UTF16-H/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500]/FontDescriptor 5 0 R>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)
# Catalogue, page tree, the three parts of Song, Helvetica; pages and their contents follow.
_FIRST_PAGE = 7
_RUN = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")
# A second column begins here.
COLUMN = 380

# What fits into the first column, in half-widths of a letter: a Chinese one takes two.
COLUMN_HALVES = 2 * (COLUMN - MARGIN) // SIZE - 2
_ASCII_END = 128

Line = tuple[str, ...]  # nothing: room; one text: a heading; two: a label and its value


def pdf(lines: Iterable[Line]) -> bytes:
    """A document of these lines."""
    pages = [_contents(page) for page in _paged([piece for line in lines for piece in _wrapped(line)])]
    kids = b" ".join(b"%d 0 R" % (_FIRST_PAGE + 2 * place) for place in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids), *_FONT]
    for place, contents in enumerate(pages):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F 3 0 R/H 6 0 R>>>>/Contents %d 0 R>>"
            % (WIDTH, HEIGHT, _FIRST_PAGE + 2 * place + 1),
            b"<</Length %d>>stream\n%s\nendstream" % (len(contents), contents),
        ]
    return _file(objects)


def _wrapped(line: Line) -> Iterator[Line]:
    """A label that is too long goes on in the next lines; its value stands in the first."""
    if len(line) <= 1:
        yield line
        return
    label, *rest = line
    start, halves = 0, 0
    for place, letter in enumerate(label):
        halves += 1 if ord(letter) < _ASCII_END else 2
        if halves > COLUMN_HALVES:
            yield (label[start:place], *rest)
            start, halves, rest = place, 2, [""]
    yield (label[start:], *rest)


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
            runs = b" ".join(_run(run, size) for run in _RUN.findall(text))
            shown.append(b"BT %d %d Td %s ET" % (column, at, runs))
    return b"\n".join(shown)


def _run(run: str, size: int) -> bytes:
    """Letters of one font; the reader goes on by their widths."""
    if run.isascii() and run.isprintable():
        return b"/H %d Tf <%s> Tj" % (size, run.encode().hex().encode())
    return b"/F %d Tf <%s> Tj" % (size, run.encode("utf-16-be", "replace").hex().encode())


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
