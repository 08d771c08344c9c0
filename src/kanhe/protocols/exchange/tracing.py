"""The packets of CMPP, SGIP and SMGP in plain language: a line a field, with its value and its meaning in English and Chinese.

Passwords are never shown. The text of a message is shown decoded: a trace is for whoever may read the message.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kanhe.protocols.exchange.status import Status
from kanhe.protocols.framing import PduFault
from kanhe.protocols.layout import Field, Kind, Layout, rows
from kanhe.protocols.smpp.trace import HIDDEN, NO_MEANING, Line
from kanhe.protocols.smpp.values import Meaning
from kanhe.protocols.text.alphabets import decode
from kanhe.protocols.text.joining import Part

Meanings = Mapping[Any, Meaning]
Explain = Callable[[Any], Meaning]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a protocol's values mean: by field, or by packet and field where one name has two meanings."""

    meanings: Mapping[str, Meanings]
    of_packet: Mapping[tuple[type[Any], str], Meanings] = field(default_factory=dict)
    statuses: Mapping[tuple[type[Any], str], Mapping[int, Status]] = field(default_factory=dict)
    explained: Mapping[str, Explain] = field(default_factory=dict)  # ids and times
    parameters: Mapping[int, str] = field(default_factory=dict)  # names of TLVs
    hidden: frozenset[str] = frozenset()

    def meaning(self, packet: type[Any], name: str, value: Any) -> Meaning:
        """What one value means; nothing when it speaks for itself."""
        if table := self.statuses.get((packet, name)):
            return _status(table.get(value))
        if name in self.explained:
            return self.explained[name](value)
        table_of = self.of_packet.get((packet, name)) or self.meanings.get(name, {})
        return table_of.get(value, NO_MEANING)


VENDOR_STATUS = Meaning("vendor code", "厂商自定义错误码")


def _status(status: Status | None) -> Meaning:
    return Meaning(status.meaning, status.meaning_zh) if status else VENDOR_STATUS


def fields(layout: Layout, pdu: Any, lexicon: Lexicon) -> Iterator[Line]:
    """A line for every field of a layout."""
    for row, value in rows(layout, pdu):
        if row.name in lexicon.hidden:
            yield Line(row.name, HIDDEN)
        elif row.kind in MANY:
            yield from MANY[row.kind](row, value, lexicon)
        else:
            yield Line(row.name, SHOWN.get(row.kind, str)(value), _meaning(layout, row, value, lexicon))


def _meaning(layout: Layout, row: Field, value: Any, lexicon: Lexicon) -> Meaning:
    if row.kind in {Kind.CONTENT, Kind.REST}:
        return Meaning(f"{len(value)} octets", f"{len(value)} 个八位组")
    return lexicon.meaning(layout.struct, row.name, value)


SHOWN: Mapping[Kind, Callable[[Any], str]] = {Kind.OCTETS: bytes.hex, Kind.CONTENT: bytes.hex, Kind.REST: bytes.hex}


def _numbers(row: Field, values: tuple[str, ...], _lexicon: Lexicon) -> Iterator[Line]:
    for place, number in enumerate(values):
        yield Line(f"{row.name}[{place}]", number)


def _groups(row: Field, groups: tuple[Any, ...], lexicon: Lexicon) -> Iterator[Line]:
    assert row.item is not None
    for place, group in enumerate(groups):
        for line in fields(row.item, group, lexicon):
            yield line._replace(field=f"{row.name}[{place}].{line.field}")


UNKNOWN_PARAMETER = Meaning("unknown parameter", "未知可选参数")


def _parameters(_row: Field, tlvs: tuple[tuple[int, bytes], ...], lexicon: Lexicon) -> Iterator[Line]:
    for tag, value in tlvs:
        name = lexicon.parameters.get(tag)
        if name is None:
            yield Line(f"0x{tag:04x}", value.hex(), UNKNOWN_PARAMETER)
        elif len(value) == 1:
            yield Line(name, str(value[0]), lexicon.meanings.get(name, {}).get(value[0], NO_MEANING))
        else:
            yield Line(name, value.rstrip(b"\0").decode("latin-1"))


MANY: Mapping[Kind, Callable[[Field, Any, Lexicon], Iterator[Line]]] = {
    Kind.NUMBERS: _numbers,
    Kind.GROUPS: _groups,
    Kind.TLVS: _parameters,
}


def text(part: Part) -> Iterator[Line]:
    """The text of a content, and which segment of how many it is."""
    if concat := part.concat:
        english = f"segment {concat.sequence} of {concat.total}, reference {concat.reference}"
        chinese = f"第 {concat.sequence} 段，共 {concat.total} 段，参考号 {concat.reference}"
        yield Line("udh", "", Meaning(english, chinese))
    said = Meaning(f"decoded as {part.alphabet}", f"按 {part.alphabet} 解码")
    yield Line("text", decode(part.octets, part.alphabet, part.shift), said)


def fault(found: PduFault, command: str) -> list[Line]:
    """A packet that could not be read."""
    where = f" at {found.field}" if found.field else ""
    return [
        Line("command", command),
        Line("sequence", str(found.sequence)),
        Line("fault", found.fault, Meaning(f"cannot be read{where}", f"无法解析：{found.field or found.fault}")),
    ]


def moment(stamp: int) -> Meaning:
    """MMDDHHMMSS as a number."""
    digits = f"{stamp:010d}"
    said = f"{digits[:2]}-{digits[2:4]} {digits[4:6]}:{digits[6:8]}:{digits[8:10]}"
    return Meaning(said, said)


def outcome(state: str, final: bool, meaning: str) -> Meaning:
    """What a report says."""
    more = f", {meaning}" if meaning else ""
    return Meaning(
        f"{state}{more}" if final else f"{state}{more}, not final",
        f"{STATES_ZH.get(state, state)}{'' if final else '（中间状态）'}",
    )


STATES_ZH: Mapping[str, str] = {
    "scheduled": "运营商定时待发",
    "enroute": "在途",
    "accepted": "已受理",
    "delivered": "已送达",
    "expired": "已过期",
    "deleted": "已删除",
    "undeliverable": "无法送达",
    "rejected": "被拒绝",
    "skipped": "已跳过",
    "unknown": "未知",
}

NO_YES_HEADER: Meanings = {0: Meaning("no header", "无用户数据头"), 1: Meaning("with a header", "有用户数据头")}
MESSAGE_FORMATS: Meanings = {
    0: Meaning("ASCII", "ASCII 串"),
    3: Meaning("card write", "短信写卡操作"),
    4: Meaning("binary", "二进制信息"),
    8: Meaning("UCS-2", "UCS2 编码"),
    15: Meaning("GB (GBK or GB18030)", "含 GB 汉字"),
    246: Meaning("(U)SIM", "(U)SIM 相关消息"),
}
QUERY_TYPES: Meanings = {0: Meaning("total", "总数查询"), 1: Meaning("by service", "按业务类型查询")}
