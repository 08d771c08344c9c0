"""Promises of the text layer, for any text: nothing is lost, nothing is cut in half, the count is what is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.protocols.text.alphabets import (
    Alphabet,
    NotInAlphabetError,
    Shift,
    choose,
    decode,
    encode,
    encode_chosen,
    is_gsm7,
)
from kanhe.protocols.text.gsm_indian import EMPTY
from kanhe.protocols.text.gsm_tables import BASE, ESC, EXTENSION, LANGUAGES, LOCKING, SINGLE
from kanhe.protocols.text.headers import Concat, HeaderError, build_header, parse_header
from kanhe.protocols.text.joining import Joiner, Part
from kanhe.protocols.text.packing import pack, unpack
from kanhe.protocols.text.segments import CountAs, TooLongError, billed_segments, capacity, choose_shift, segments
from kanhe.protocols.text.substitutions import substitute

GSM = BASE.replace(ESC, "") + "".join(EXTENSION.values())
gsm_text = st.text(st.sampled_from(GSM), max_size=500)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
mixed = st.text(st.sampled_from(GSM + "中文😀𠮷ç`"), max_size=400)
bits = st.sampled_from([8, 16])
shifts = st.sampled_from([Shift(locking, single) for locking in LOCKING for single in SINGLE])


@given(st.one_of(gsm_text, any_text, mixed), bits)
def test_segments_together_are_the_text_and_each_can_be_read_alone(text, reference_bits):
    cut = segments(text, reference_bits=reference_bits)
    assert decode(b"".join(cut.parts), cut.alphabet) == text
    assert "".join(decode(part, cut.alphabet) for part in cut.parts) == text
    room = capacity(cut.alphabet, reference_bits=reference_bits if len(cut.parts) > 1 else 0)
    assert all(units <= room for units in cut.units_per_segment)
    assert all(units >= room - 1 for units in cut.units_per_segment[:-1])


@given(st.one_of(gsm_text, any_text, mixed))
def test_the_fast_choice_is_the_rule(text):
    alphabet, data = encode_chosen(text)
    assert alphabet is choose(text)
    assert (alphabet is Alphabet.GSM7) == all(char in GSM for char in text) == is_gsm7(text)
    assert data == encode(text, alphabet)


@given(mixed, bits, st.integers(0, 0xFFFF))
def test_user_data_fits_and_joins_in_any_order(text, reference_bits, reference):
    cut = segments(text, reference_bits=reference_bits)
    joiner, joined = Joiner(), None
    for data in reversed(cut.user_data(reference)):
        header = parse_header(data) if cut.with_header else None
        septets = len(data) - header.octets if header else len(data)
        octets = (septets * 7 + 7) // 8 if cut.alphabet is Alphabet.GSM7 else septets
        assert (header.octets if header else 0) + octets <= 140
        body = data[header.octets :] if header else data
        assert joined is None
        joined = joiner.add(Part("a", "b", body, cut.alphabet, concat=header.concat if header else None), 0.0)
    assert joined.text == text
    assert joined.parts == len(cut.parts)


@given(shifts, st.data())
def test_national_tables_read_what_they_write(shift, data):
    characters = LOCKING[shift.locking].replace(ESC, "").replace(EMPTY, "") + "".join(SINGLE[shift.single].values())
    text = data.draw(st.text(st.sampled_from(characters), max_size=60))
    assert decode(encode(text, Alphabet.GSM7, shift), Alphabet.GSM7, shift) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_a_national_table_is_read_and_written_again(language):
    for septet, char in enumerate(LOCKING.get(language, BASE)):
        if char not in (ESC, EMPTY):
            assert decode(bytes([septet]), Alphabet.GSM7, Shift(language, 0)) == char
            assert encode(char, Alphabet.GSM7, Shift(language if language in LOCKING else 0, 0)) == bytes([septet])
    for septet, char in SINGLE[language].items():
        shift = Shift(0, language)
        assert decode(bytes([0x1B, septet]), Alphabet.GSM7, shift) == char
        assert decode(encode(char, Alphabet.GSM7, shift), Alphabet.GSM7, shift) == char


def test_what_a_national_table_leaves_empty_is_neither_written_nor_made_up():
    tamil = Shift(locking=11)
    assert decode(b"\x00\x01", Alphabet.GSM7, tamil) == "\ufffd\u0b82"
    with pytest.raises(NotInAlphabetError):
        encode("\ufffd", Alphabet.GSM7, tamil)
    with pytest.raises(NotInAlphabetError):
        encode("\ufffe", Alphabet.GSM7, Shift(locking=1))
    # No entry behind the escape: the locking table's own character (TS 23.038 section 6.2.1.1, note 1).
    assert decode(b"\x1b\x61", Alphabet.GSM7, Shift(single=6)) == "a"


@pytest.mark.parametrize(
    ("language", "text", "shift"),
    [
        (6, "आपका ओटीपी 482913 है, किसी को न बताएं", Shift(6, 0)),
        (11, "உங்கள் குறியீடு 482913", Shift(11, 0)),
        (13, "آپ کا کوڈ ۴۸۲۹۱۳ ہے", Shift(13, 13)),  # its digits stand in the single shift table
        (7, "ನಿಮ್ಮ ಸಂಕೇತ 482913", Shift(7, 0)),
    ],
)
def test_a_route_with_the_tables_of_india_sends_a_long_text_in_fewer_segments(language, text, shift):
    text = " ".join([text] * 5)
    cut = choose_shift(text, (language,))
    assert (cut.alphabet, cut.shift) == (Alphabet.GSM7, shift)
    assert len(cut.parts) < len(segments(text).parts)
    header = parse_header(cut.user_data(7)[0])
    assert header.shift == shift
    elements = cut.user_data(7)[0][: header.octets]
    assert (bytes((0x25, 1, language)) in elements) is bool(shift.locking)
    assert (bytes((0x24, 1, language)) in elements) is bool(shift.single)
    assert "".join(decode(part, cut.alphabet, cut.shift) for part in cut.parts) == text


@given(st.binary(max_size=160), shifts)
def test_any_septets_can_be_read(data, shift):
    assert isinstance(decode(data, Alphabet.GSM7, shift), str)


@given(st.binary(max_size=100), st.sampled_from(list(Alphabet)))
def test_any_octets_can_be_read(data, alphabet):
    assert isinstance(decode(data, alphabet), str)


@given(st.lists(st.integers(0, 127), max_size=170).map(bytes), st.sampled_from([0, 4, 6, 7, 12]))
def test_packed_septets_survive(septets, header):
    packed = pack(septets, header)
    assert unpack(packed, len(septets), header) == septets
    assert header + len(packed) == (header * 8 + -(header * 8) % 7 + 7 * len(septets) + 7) // 8


@given(st.binary(max_size=40))
def test_any_header_is_read_or_refused(data):
    try:
        header = parse_header(data)
    except HeaderError:
        return
    assert 1 <= header.octets <= len(data)


@given(st.integers(0, 255), st.integers(1, 255), st.data(), shifts)
def test_headers_survive(reference, total, data, shift):
    concat = Concat(reference, total, data.draw(st.integers(1, total)), data.draw(bits))
    header = parse_header(build_header(concat, shift) + b"rest")
    assert (header.concat, header.shift) == (concat, shift)


def test_lone_surrogates_become_replacement_characters():
    assert decode(encode("a\ud83d中", Alphabet.UCS2), Alphabet.UCS2) == "a\ufffd中"


def test_gb18030_parts_end_with_whole_characters():
    text = "短信a" * 60 + "𠮷" * 10
    cut = segments(text, alphabet=Alphabet.GB18030)
    assert "".join(part.decode("gb18030") for part in cut.parts) == text
    assert max(map(len, cut.parts)) <= 134


def test_what_an_alphabet_lacks_is_named():
    with pytest.raises(NotInAlphabetError, match="`中`"):
        encode("a中", Alphabet.GSM7)
    with pytest.raises(NotInAlphabetError, match="`中`"):
        encode("a中", Alphabet.LATIN1)
    with pytest.raises(NotInAlphabetError):
        encode("a\x1bb{", Alphabet.GSM7)


def test_256_segments_are_refused():
    assert len(segments("x" * 153 * 255).parts) == 255
    with pytest.raises(TooLongError, match="256"):
        segments("x" * (153 * 255 + 1))


@pytest.mark.parametrize(
    ("text", "counted"), [("", 0), ("a" * 70, 1), ("a" * 71, 2), ("a" * 160, 3), ("中" * 71, 2), ("😀" * 36, 2)]
)
def test_chinese_vendors_count_70_and_67_whatever_the_alphabet(text, counted):
    cut = segments(text)
    assert billed_segments(text, cut, CountAs.UCS2_ALWAYS) == counted
    assert billed_segments(text, cut, CountAs.BY_ENCODING) == (len(cut.parts) if text else 0)


def test_a_national_table_is_chosen_only_where_it_saves_and_is_allowed():
    text = "Değerli müşterimiz, şifreniz 482913. Kimseyle paylaşmayın. İyi günler dileriz."
    assert choose_shift(text, ()).alphabet is Alphabet.UCS2
    assert choose_shift(text, (1,)).shift == Shift(0, 1)
    assert choose_shift("plain", (1, 2, 3)).shift == Shift()
    assert choose_shift("中文", (1, 2, 3)).alphabet is Alphabet.UCS2


def test_substitutions_happen_wholly_or_not_at_all():
    assert substitute("“Hello” – it’s fine…") == '"Hello" - it\'s fine...'
    assert substitute("您好，世界。") == "您好，世界。"
    assert substitute("ＡＢＣ１２３") == "ABC123"


def test_a_reassembly_that_waits_too_long_is_delivered_with_a_mark():
    joiner = Joiner(wait_s=10.0)
    assert joiner.add(Part("a", "b", b"one", concat=Concat(1, 2, 1)), 0.0) is None
    assert joiner.expire(9.0) == []
    (partial,) = joiner.expire(10.0)
    assert (partial.text, partial.missing) == ("one…", (2,))


def test_reassemblies_are_bounded():
    joiner = Joiner(joins_max=3)
    for reference in range(5):
        joiner.add(Part("a", "b", b"x", concat=Concat(reference, 2, 1)), 0.0)
    assert len(joiner.expire(0.0)) == 2
