"""Runs files of golden vectors (packets, receipts, texts, scripted sessions) against our own codecs and sessions.

A file is one JSON object with `about` and a list; which kind it is shows in its keys. What differs between protocols stands in a
Family, handed in as a table: this module knows no protocol. Used by the tests and by `kanhe sim vectors`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from kanhe.protocols.text.alphabets import Alphabet, Shift, decode, encode, is_gsm7
from kanhe.protocols.text.headers import build_header
from kanhe.protocols.text.packing import pack, unpack
from kanhe.protocols.text.segments import segments

Vector: TypeAlias = Mapping[str, Any]


class VectorFault(Exception):  # noqa: N818 - a finding about the bytes, not an error of ours
    """The bytes of a vector cannot be read: the name of the first fault."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Family:
    """What the runner asks of one protocol."""

    name: str
    decode: Callable[[bytes, Vector], dict[str, Any]]  # one read, strictly: the fields, or VectorFault
    encode: Callable[[Vector, Vector], bytes]  # the fields, in the layout of the vector
    # The same bytes through the stream reader, cut in so many octets.
    stream: Callable[[bytes, int, Vector], "Streamed"]
    read_receipt: Callable[[bytes], dict[str, Any]] | None = None
    ids_meet: Callable[[str, Iterable[str], str], bool] | None = None
    # One session, the peer's bytes cut in so many octets (0: as they are).
    play: Callable[[Vector, int], None] | None = None


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream reader made of some bytes."""

    events: tuple[object, ...]
    faults: tuple[str, ...]  # answerable faults among them
    broken: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One case of a file."""

    name: str
    passed: bool
    detail: str = ""


def run(document: Mapping[str, Any], families: Mapping[str, Family]) -> list[Result]:
    """Every case of a file, by its own protocol."""
    return [_judged(case, families) for case in cases(document)]


def cases(document: Mapping[str, Any]) -> list[Vector]:
    """The cases of a file, whatever its list is called."""
    return list(document.get("sessions") or document.get("vectors") or [])


def check(case: Vector, families: Mapping[str, Family]) -> None:
    """Run one case; AssertionError says what differs."""
    for keys, runner in KINDS:
        if keys <= case.keys():
            runner(case, families)
            return
    raise AssertionError(f"no kind of vector has the keys {sorted(case)}")


def _judged(case: Vector, families: Mapping[str, Family]) -> Result:
    name = str(case.get("name", "?"))
    try:
        check(case, families)
    except AssertionError as error:
        return Result(name, False, str(error))
    except VectorFault as fault:
        return Result(name, False, f"cannot be read: {fault.fault}")
    return Result(name, True)


def _same(found: object, wanted: object, what: str) -> None:
    assert found == wanted, f"{what}: found {found!r}, wanted {wanted!r}"


# --- packets -------------------------------------------------------------------------------------------------------------------

# Cuts to feed a stream reader with: all at once, one octet at a time, an odd number.
CUTS = (0, 1, 7)

# What a stream must do for each action of a malformed packet, by how the action begins: it is broken, waits for more, or lives.
ACTIONS: tuple[tuple[str, Callable[[Streamed], bool]], ...] = (
    ("close", lambda streamed: streamed.broken or streamed.waiting or bool(streamed.faults)),
    ("wait", lambda streamed: streamed.waiting and not streamed.broken),
    ("", lambda streamed: not streamed.broken),
)


def check_packet(case: Vector, families: Mapping[str, Family]) -> None:
    """A valid packet decodes to its fields and back; a malformed one names its fault and leaves the stream as it should."""
    family, data = families[case["protocol"]], bytes.fromhex(case["hex"])
    whole = family.stream(data, 0, case)
    for cut in CUTS[1:]:
        _same(family.stream(data, cut, case), whole, f"stream cut every {cut} octets")
    if case["valid"]:
        _same(family.decode(data, case), dict(case["fields"]), "fields")
        _same(family.encode(case["fields"], case).hex(), case["hex"], "encoded")
        _same(len(whole.events), 1, "events of the stream")
        return
    try:
        fields = family.decode(data, case)
    except VectorFault as fault:
        _same(fault.fault, case["error"], "fault")
    else:
        raise AssertionError(f"was read although {case['error']}: {fields!r}")
    does = next(does for start, does in ACTIONS if case["action"].startswith(start))
    assert does(whole), f"the stream should {case['action']}: {whole!r}"


# --- receipts ------------------------------------------------------------------------------------------------------------------


def check_receipt(case: Vector, families: Mapping[str, Family]) -> None:
    """The reading is as expected, and the ids meet under each mode named, and not by number alone."""
    family = families[case["protocol"]]
    assert family.read_receipt, f"{family.name} has no receipts"
    assert family.ids_meet, f"{family.name} matches no ids"
    reading = family.read_receipt(bytes.fromhex(case["hex"]))
    for key, wanted in case["expect"].items():
        _same(reading.get(key), wanted, key)
    for mode in case["match"].split(", "):
        assert family.ids_meet(case["submit_resp_message_id"], reading["ids"], mode), f"ids do not meet by {mode}"
        assert not family.ids_meet("another-id", reading["ids"], mode), f"a foreign id meets by {mode}"


# --- texts ---------------------------------------------------------------------------------------------------------------------


def check_encoding(case: Vector, _families: Mapping[str, Family]) -> None:
    """Alphabet, units and segments by the canonical rule, with both widths of reference."""
    text = case["text"]
    for bits, wanted in ((8, case), (16, case["with_16bit_ref"])):
        cut = segments(text, reference_bits=bits)
        _same(cut.alphabet.value, case["encoding"], "alphabet")
        _same(list(cut.units_per_segment), wanted["units_per_segment"], f"units with a {bits}-bit reference")
        _same(len(cut.parts), wanted["segments"], f"segments with a {bits}-bit reference")
        _same(decode(b"".join(cut.parts), cut.alphabet), text, "decoded")
        _same(cut.units, case["units"], "units")


def check_national(case: Vector, _families: Mapping[str, Family]) -> None:
    """National tables: septets, headers, segments, packing, both ways."""
    text, shift = case["text"], Shift(case["locking"], case["single"])
    cut, header = segments(text, shift=shift), build_header(shift=shift)
    septets = encode(text, Alphabet.GSM7, shift)
    _same(septets.hex(), case["septets_hex"], "septets")
    _same(decode(septets, Alphabet.GSM7, shift), text, "decoded")
    _same(header.hex(), case["udh_hex"], "header")
    _same(list(cut.units_per_segment), case["units_per_segment"], "units")
    _same(
        list(segments(text, shift=shift, reference_bits=16).units_per_segment),
        case["with_16bit_ref"],
        "units, 16-bit reference",
    )
    _same(is_gsm7(text), case["plain_gsm7"], "plain GSM 7")
    _same(len(segments(text, alphabet=Alphabet.UCS2).parts), case["ucs2_segments"], "segments in UCS-2")
    if "tp_ud_packed_hex" in case:
        packed = pack(septets, len(header))
        _same((header + packed).hex(), case["tp_ud_packed_hex"], "packed")
        _same(unpack(packed, len(septets), len(header)), septets, "unpacked")
    if "submit_sm_short_message_hex" in case:
        _same(cut.user_data(0)[0].hex(), case["submit_sm_short_message_hex"], "short_message")


# --- sessions ------------------------------------------------------------------------------------------------------------------


def check_session(case: Vector, families: Mapping[str, Family]) -> None:
    """Played as written, and once more with the peer's bytes one octet at a time."""
    family = families[case["protocol"]]
    assert family.play, f"{family.name} has no sessions"
    family.play(case, 0)
    family.play(case, 1)


KINDS: tuple[tuple[set[str], Callable[[Vector, Mapping[str, Family]], None]], ...] = (
    ({"steps", "subject"}, check_session),
    ({"expect", "submit_resp_message_id"}, check_receipt),
    ({"valid", "hex"}, check_packet),
    ({"septets_hex", "locking"}, check_national),
    ({"encoding", "units_per_segment"}, check_encoding),
)
