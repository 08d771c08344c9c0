"""UCS-2 in whatever order it comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.text.alphabets import Alphabet, decode_ucs2
from kanhe.protocols.text.byte_order import ByteOrder, in_order
from kanhe.protocols.text.joining import Part, in_our_order

TEXTS = ("退订", "TD", "谢谢，已收到。", "Привет", "ありがとう", "안녕하세요", "📦👍", "R", "拒收请回复R")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("order", ["be", "le"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_either_order_is_told_from_the_other_with_and_without_a_mark(text, order, mark):
    octets = (mark + text).encode(f"utf-16-{order}")
    assert decode_ucs2(in_order(octets, ByteOrder.DETECT)) == text
    assert decode_ucs2(in_order(octets, ByteOrder.LE)) == text or order == "be"


def test_a_carrier_that_keeps_to_the_specifications_is_read_to_the_letter():
    assert in_order(b"\xfe\xff\x00A", ByteOrder.BE) == b"\xfe\xff\x00A"


def test_an_odd_octet_at_the_end_is_cut():
    assert in_order("退订".encode("utf-16-le") + b"\x00", ByteOrder.LE) == "退订".encode("utf-16-be")


@given(st.binary(max_size=60), st.sampled_from(ByteOrder))
def test_any_octets_can_be_put_in_order(octets, order):
    assert len(in_order(octets, order)) <= len(octets)


def test_only_ucs2_has_an_order():
    octets = "退订".encode("utf-16-le")
    turned = in_our_order(Part("1", "2", octets, Alphabet.UCS2), ByteOrder.DETECT)
    assert decode_ucs2(turned.octets) == "退订"
    assert in_our_order(Part("1", "2", octets, Alphabet.GB18030), ByteOrder.DETECT).octets == octets
