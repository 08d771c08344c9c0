"""Any PDU in plain language: field, value, meaning, in English and Chinese.

Passwords are never shown. The text of a message is shown decoded: a trace is for whoever may read the message.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kanhe.protocols.smpp import status, tlvs
from kanhe.protocols.smpp.codec import Event, build
from kanhe.protocols.smpp.coding import alphabet_of
from kanhe.protocols.smpp.faults import PduFault
from kanhe.protocols.smpp.inbound import split_header
from kanhe.protocols.smpp.pdus import BY_ID, DataSm, DeliverSm, Pdu, SubmitMulti, SubmitSm
from kanhe.protocols.smpp.receipts import NUMBERS as STATE_NUMBERS
from kanhe.protocols.smpp.receipts import is_receipt, read_receipt
from kanhe.protocols.smpp.strict import layout_of
from kanhe.protocols.smpp.values import (
    ESM_CLASS_TO_ESME,
    ESM_CLASS_TO_SMSC,
    MESSAGE_STATE,
    NOTHING_SPECIAL,
    NUMBERS,
    REGISTERED_DELIVERY,
    Meaning,
)
from kanhe.protocols.text.alphabets import Alphabet, decode
from kanhe.protocols.text.headers import Header

NO_MEANING = Meaning("", "")
HIDDEN = "••••"


class Line(NamedTuple):
    """One line of a trace."""

    field: str
    value: str
    meaning: Meaning = NO_MEANING


def explain(pdu: Event, default: Alphabet = Alphabet.GSM7) -> list[Line]:
    """What a PDU says; `default` is what the peer means by data_coding 0."""
    if isinstance(pdu, PduFault):
        return list(_fault(pdu))
    return [*_header(pdu), *_fields(pdu), *_parameters(pdu), *_text(pdu, default), *_receipt(pdu)]


def render(lines: list[Line], language: str = "en") -> str:
    """The lines as a table of text."""
    rows = [(line.field, line.value, getattr(line.meaning, language)) for line in lines]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return "\n".join(f"{name:{widths[0]}}  {value:{widths[1]}}  {meaning}".rstrip() for name, value, meaning in rows)


def _header(pdu: Pdu) -> Iterator[Line]:
    yield Line("command_length", str(len(build(pdu))))
    yield Line("command_id", f"0x{pdu.command_id:08x}", Meaning(pdu.command, pdu.command))
    yield Line("command_status", f"0x{pdu.command_status:08x}", _status(pdu.command_status))
    yield Line("sequence_number", str(pdu.sequence_number))
    if getattr(pdu, "body_absent", False):
        yield Line("body", "", Meaning("absent", "无"))


def _status(value: int) -> Meaning:
    known = status.BY_VALUE.get(value)
    if known is None:
        vendor = value in status.VENDOR_STATUSES
        return Meaning("a status of the carrier's own", "运营商自定义状态") if vendor else Meaning("reserved", "保留值")
    return Meaning(f"{known.name}: {known.meaning}", f"{known.name}：{status.MEANINGS_ZH.get(value, known.meaning)}")


def _fields(pdu: Pdu) -> Iterator[Line]:
    if getattr(pdu, "body_absent", False):
        return
    for name in layout_of(type(pdu)):
        value = getattr(pdu, name)
        if name == "password":
            yield Line(name, HIDDEN)
        elif name == "short_message":
            yield Line(name, value.hex(), Meaning(f"{len(value)} octets", f"{len(value)} 个八位组"))
        elif isinstance(value, tuple) and name != "tlvs":
            yield from (Line(f"{name}[{place}]", str(item)) for place, item in enumerate(value))
        elif name != "tlvs":
            yield Line(name, str(value), _meaning(pdu, name, value))


def _meaning(pdu: Pdu, name: str, value: Any) -> Meaning:
    if name == "esm_class":
        return _bits(value, ESM_CLASS_TO_ESME if isinstance(pdu, DeliverSm) else ESM_CLASS_TO_SMSC)
    if name == "registered_delivery":
        return _bits(value, REGISTERED_DELIVERY)
    return NUMBERS.get(name, {}).get(value, NO_MEANING)


def _bits(value: int, table: tuple[tuple[int, int, Meaning], ...]) -> Meaning:
    said = [meaning for mask, wanted, meaning in table if value & mask == wanted]
    if not said:
        return NOTHING_SPECIAL
    return Meaning(", ".join(meaning.en for meaning in said), "，".join(meaning.zh for meaning in said))


def _parameters(pdu: Pdu) -> Iterator[Line]:
    for tag, value in getattr(pdu, "tlvs", ()):
        spec = tlvs.BY_TAG.get(tag)
        name = spec.name if spec else f"0x{tag:04x}"
        if spec is None:
            vendor = tlvs.VENDOR_TAGS.get(tag, "unknown parameter")
            yield Line(name, value.hex(), Meaning(vendor, f"厂商参数：{vendor}"))
        elif not tlvs.fits(tag, value):
            yield Line(name, value.hex(), Meaning("a length it cannot have", "长度不合规"))
        else:
            yield _parameter(spec, value)


def _parameter(spec: tlvs.TlvSpec, value: bytes) -> Line:
    if spec.kind == tlvs.TEXT:
        return Line(spec.name, value.replace(b"\0", b"").decode("latin-1"))
    if spec.kind == tlvs.OCTETS:
        return Line(spec.name, value.hex())
    number = int.from_bytes(value, "big")
    english = tlvs.VALUES.get(spec.name, {}).get(number, "")
    return Line(spec.name, str(number), NUMBERS.get(spec.name, {}).get(number, Meaning(english, english)))


def _text(pdu: Pdu, default: Alphabet) -> Iterator[Line]:
    """The text as a reader sees it, and what its header says."""
    if not isinstance(pdu, SubmitSm | DeliverSm | DataSm | SubmitMulti):
        return
    header, octets = split_header(pdu)
    yield from _header_lines(header)
    alphabet = alphabet_of(pdu.data_coding, default)
    if octets and alphabet is not Alphabet.OCTETS:
        yield Line(
            "text", decode(octets, alphabet, header.shift), Meaning(f"decoded as {alphabet}", f"按 {alphabet} 解码")
        )


def _header_lines(header: Header) -> Iterator[Line]:
    if header.concat:
        part = header.concat
        english = f"segment {part.sequence} of {part.total}, reference {part.reference}"
        yield Line("udh", "", Meaning(english, f"第 {part.sequence} 段，共 {part.total} 段，参考号 {part.reference}"))
    if header.ports:
        to, source = header.ports
        yield Line("udh", "", Meaning(f"to port {to}, from port {source}", f"目的端口 {to}，源端口 {source}"))


def _receipt(pdu: Pdu) -> Iterator[Line]:
    if not isinstance(pdu, DeliverSm | DataSm) or not is_receipt(pdu.esm_class):
        return
    reading = read_receipt(pdu)
    state = MESSAGE_STATE[STATE_NUMBERS[reading.state]]
    final = Meaning("final", "最终状态") if reading.final else Meaning("not final", "非最终状态")
    yield Line("receipt", reading.state.value, Meaning(f"{state.en}, {final.en}", f"{state.zh}，{final.zh}"))
    yield Line("receipt ids", " ".join(reading.ids))
    if not reading.coherent:
        yield Line(
            "receipt",
            reading.line.stat or "",
            Meaning("text and message_state disagree", "正文与 message_state 不一致"),
        )


def _fault(fault: PduFault) -> Iterator[Line]:
    kind = BY_ID.get(fault.command_id)
    name = kind.command if kind else "unknown"
    yield Line("command_id", f"0x{fault.command_id:08x}", Meaning(name, name if kind else "未知命令"))
    yield Line("sequence_number", str(fault.sequence_number))
    yield Line(
        "fault",
        fault.fault.value,
        Meaning(f"cannot be read: {fault.field}".rstrip(": "), f"无法解析 {fault.field}".rstrip()),
    )
    yield Line("answer", f"0x{fault.status:08x}", _status(fault.status))
