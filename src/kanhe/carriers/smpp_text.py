"""How an SMPP carrier wants texts: where long ones are cut and how they are joined again, what data_coding 0 means, national tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import get_args

from msgspec import Struct

from kanhe.domain.options import Language, SmppCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.protocols.smpp import tlvs
from kanhe.protocols.smpp.coding import CODINGS, UDHI
from kanhe.protocols.smpp.fields import Tlv
from kanhe.protocols.text.alphabets import NO_SHIFT, Alphabet, NotInAlphabetError, decode, encode
from kanhe.protocols.text.packing import pack
from kanhe.protocols.text.segments import Segments, choose_shift, segments

# National language identifiers of TS 23.038 (protocols/text/gsm_tables.py).
LANGUAGES: dict[Language, int] = {
    "tr": 1,
    "es": 2,
    "pt": 3,
    "bn": 4,
    "gu": 5,
    "hi": 6,
    "kn": 7,
    "ml": 8,
    "or": 9,
    "pa": 10,
    "ta": 11,
    "te": 12,
    "ur": 13,
}
assert set(LANGUAGES) == set(get_args(Language))

REFERENCES = 0x10000


class Long(StrEnum):
    """How the segments of a long message find each other."""

    UDH8 = "udh8"
    UDH16 = "udh16"
    SAR = "sar"  # the three sar_* parameters (5.3.2.22): the carrier writes the headers
    PAYLOAD = "payload"  # message_payload (5.3.2.32): the carrier cuts


@dataclass(frozen=True, slots=True)
class Writing:
    """As the paper of a connector says."""

    long: Long = Long.UDH8
    default: Alphabet = Alphabet.GSM7  # what data_coding 0 means there
    languages: tuple[int, ...] = ()
    packed: bool = False


class Bodies(Struct, frozen=True, gc=False):
    """A text for the wire: what all its submissions say, and what each has of its own."""

    esm_class: int
    data_coding: int
    texts: Sequence[bytes]
    tlvs: Sequence[tuple[Tlv, ...]] = ()  # of each; empty: none has any


def writing_of(paper: ConnectorPaper) -> Writing:
    """Read a connector's paper."""
    options = options_of(paper)
    assert isinstance(options, SmppCarrier), "an SMPP connector"
    languages = tuple(LANGUAGES[language] for language in options.national)
    long = Long(paper.long_messages)
    if options.version == "3.3" and long in (Long.SAR, Long.PAYLOAD):
        long = Long.UDH8  # parameters came with 3.4 (3.4 section 3.3)
    return Writing(long, Alphabet(paper.default_alphabet), languages, options.packed)


def cut_text(text: str, writing: Writing) -> Segments:
    """Segments as the handset gets them, whoever cuts: what the price and the preview count."""
    bits = 16 if writing.long is Long.UDH16 else 8
    if writing.languages and writing.long is not Long.PAYLOAD:
        cut = choose_shift(text, writing.languages, bits)
    else:
        cut = segments(text, reference_bits=bits)
    if cut.alphabet is Alphabet.GSM7 and writing.default is not Alphabet.GSM7 and not _is_writable(text, writing):
        return segments(text, alphabet=Alphabet.UCS2, reference_bits=bits)
    return cut


def write_text(text: str, writing: Writing, reference: int) -> Bodies:
    """Everything its submissions carry, all under one reference."""
    cut = cut_text(text, writing)
    as_cut = cut.alphabet is not Alphabet.GSM7 or not (writing.packed or writing.default is not Alphabet.GSM7)
    if as_cut and not cut.with_header:
        return Bodies(0, CODINGS[cut.alphabet], cut.parts)
    if len(cut.parts) > 1 and writing.long is Long.PAYLOAD:
        return Bodies(
            0, CODINGS[cut.alphabet], (b"",), (((tlvs.MESSAGE_PAYLOAD, _octets(b"".join(cut.parts), cut, writing)),),)
        )
    if len(cut.parts) > 1 and writing.long is Long.SAR:
        header = cut.shift_header
        texts = [header + _octets(part, cut, writing, len(header)) for part in cut.parts]
        return Bodies(UDHI if header else 0, CODINGS[cut.alphabet], texts, _sar(len(texts), reference))
    bodies = cut.user_data(reference) if cut.with_header else cut.parts
    if not as_cut:
        headers = [body[: len(body) - len(part)] for body, part in zip(bodies, cut.parts, strict=True)]
        bodies = [
            header + _octets(part, cut, writing, len(header)) for header, part in zip(headers, cut.parts, strict=True)
        ]
    return Bodies(UDHI if cut.with_header else 0, CODINGS[cut.alphabet], bodies)


def _sar(total: int, reference: int) -> list[tuple[Tlv, ...]]:
    common = (
        (tlvs.SAR_MSG_REF_NUM, (reference % REFERENCES).to_bytes(2, "big")),
        (tlvs.SAR_TOTAL_SEGMENTS, bytes((total,))),
    )
    return [(*common, (tlvs.SAR_SEGMENT_SEQNUM, bytes((number,)))) for number in range(1, total + 1)]


def _octets(part: bytes, cut: Segments, writing: Writing, after: int = 0) -> bytes:
    """A part behind a header of `after` octets, in the alphabet that data_coding 0 means, or packed."""
    if cut.alphabet is not Alphabet.GSM7:
        return part
    if writing.default is not Alphabet.GSM7 and cut.shift == NO_SHIFT:
        return encode(decode(part, Alphabet.GSM7), writing.default)
    return pack(part, after) if writing.packed else part


def _is_writable(text: str, writing: Writing) -> bool:
    try:
        encode(text, writing.default)
    except NotInAlphabetError:
        return False
    return True
