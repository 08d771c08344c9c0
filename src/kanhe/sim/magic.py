"""Magic numbers: the last four digits of a recipient decide what the simulated carrier does with that one message.

The manual's page (docs/reference/magic-numbers.md) is made from this table.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kanhe.protocols.states import CarrierState
from kanhe.sim.behaviour import Answer


class Magic(NamedTuple):
    """One ending, the fate it gives, and what that rehearses."""

    digits: str
    fate: Mapping[str, Any]
    en: str
    zh: str


S = CarrierState

MAGIC: tuple[Magic, ...] = (
    Magic("0001", {"state": S.DELIVERED, "error": "000"}, "taken, receipt: delivered", "接收，状态报告为已送达"),
    Magic("0002", {"state": S.UNDELIVERABLE, "error": "027"}, "taken, receipt: undeliverable, error 027 (handset switched off)", "接收，状态报告为无法送达，错误码 027（关机）"),
    Magic("0003", {"state": S.EXPIRED, "error": "254"}, "taken, receipt: expired", "接收，状态报告为已过期"),
    Magic("0004", {"receipts": 0}, "taken and delivered, no receipt ever", "接收并送达，但永不返回状态报告"),
    Magic("0005", {"early": True, "receipt_s": 0.0}, "the receipt comes before the response", "状态报告先于应答到达"),
    Magic("0006", {"receipts": 2}, "the receipt comes twice", "状态报告返回两次"),
    Magic("0007", {"answer": Answer.THROTTLE_ONCE}, "throttled once, taken when it comes again", "第一次被流控拒绝，再次提交则接收"),
    Magic("0008", {"answer": Answer.SILENCE, "receipts": 0}, "taken and delivered, never answered, no receipt: in doubt", "接收并送达，但永不应答也无状态报告：存疑"),
    Magic("0009", {"answer": Answer.DROP}, "not taken: the connection is dropped unanswered", "不接收：不应答并断开连接"),
    Magic("0010", {"answer": Answer.REJECT}, "refused for good: invalid destination", "永久拒绝：目的号码无效"),
    Magic("0011", {"hex_ids": True}, "id hexadecimal in the response, decimal in the receipt", "应答中的消息标识为十六进制，状态报告中为十进制"),
    Magic("0012", {"receipt_s": 5.0}, "delivered after five seconds", "五秒后送达"),
    Magic("0013", {"inbound": "STOP"}, "delivered, and the handset answers STOP", "送达，手机回复 STOP"),
    Magic("0014", {"inbound": "退订"}, "delivered, and the handset answers 退订", "送达，手机回复“退订”"),
    Magic("0015", {"inbound": "START"}, "delivered, and the handset answers START", "送达，手机回复 START"),
    Magic("0016", {"state": S.REJECTED, "error": "088"}, "taken, receipt: rejected", "接收，状态报告为被拒绝"),
    Magic("0017", {"state": S.UNKNOWN, "error": "255"}, "taken, receipt: unknown", "接收，状态报告为未知"),
    Magic("0018", {"answer": Answer.SILENCE}, "taken and delivered, never answered, the receipt comes", "接收并送达，从不应答，但返回状态报告"),
    Magic("0019", {"stray": True}, "answered, and an answer nobody asked for follows", "正常应答，另附一个无人请求的应答"),
    Magic("0020", {"answer": Answer.THROTTLE}, "throttled every time", "每次都被流控拒绝"),
    Magic("0021", {"answer_s": 5.0}, "answered after five seconds, receipt before that", "五秒后才应答，状态报告先到"),
)  # fmt: skip

FATES: Mapping[str, Mapping[str, Any]] = {row.digits: row.fate for row in MAGIC}

assert len(FATES) == len(MAGIC), "an ending has one meaning"
assert {len(row.digits) for row in MAGIC} == {4}, "endings have four digits"


def page() -> str:
    """The table as the manual shows it."""
    rows = "\n".join(f"| …{row.digits} | {row.en} | {row.zh} |" for row in MAGIC)
    return f"{HEAD}\n{rows}\n"


HEAD = """# Magic numbers / 魔术号码

The simulated carriers (`kanhe sim smsc|ismg|smg|smgw`) look at the last four digits of the recipient. Any other number gets the
behaviour the carrier is set to. `magic=false` turns this off.

模拟运营商（`kanhe sim smsc|ismg|smg|smgw`）按接收号码的末四位决定行为；其他号码按当前设置处理。`magic=false` 可关闭此功能。

| recipient ends in | what happens | 行为 |
|---|---|---|"""

if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the manual is made by this
