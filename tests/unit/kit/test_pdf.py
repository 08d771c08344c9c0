"""A PDF that any reader opens: objects where the table says, text in UTF-16, long labels in several lines."""

import re

from kanhe.kit.pdf import COLUMN_HALVES, pdf

CODES = {b"H": "ascii", b"F": "utf-16-be"}


def shown(document: bytes) -> list[str]:
    texts = re.findall(rb"BT (.*?) ET", document)
    runs = [re.findall(rb"/(\w) \d+ Tf <([0-9a-f]*)> Tj", text) for text in texts]
    return ["".join(bytes.fromhex(octets.decode()).decode(CODES[font]) for font, octets in text) for text in runs]


def test_every_object_stands_where_the_table_says() -> None:
    document = pdf([("合规报告",), (), ("短信总数 (all)", "12")])
    start = int(re.search(rb"startxref\n(\d+)", document)[1])  # type: ignore[index]  # it is there
    assert document[start:].startswith(b"xref\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", document)]
    assert [document[place:].split(b" ", 1)[0] for place in places] == [b"%d" % n for n in range(1, len(places) + 1)]
    assert shown(document) == ["合规报告", "短信总数 (all)", "12"]
    for length, contents in re.findall(rb"<</Length (\d+)>>stream\n(.*?)\nendstream", document, re.DOTALL):
        assert int(length) == len(contents)


def test_a_long_label_goes_on_in_the_next_line_and_nothing_is_lost() -> None:
    label = "示例" * COLUMN_HALVES
    pieces = shown(pdf([(label, "7")]))
    assert "7" in pieces
    assert "".join(piece for piece in pieces if piece != "7") == label


def test_a_long_list_takes_several_pages() -> None:
    document = pdf([(f"row {n}", str(n)) for n in range(100)])
    assert document.count(b"/Type/Page/") == 3
    assert shown(document)[-2:] == ["row 99", "99"]
