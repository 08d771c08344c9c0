"""How long a carrier may try: never past the use of a message, never past the hour for which it was judged."""

from datetime import timedelta
from pathlib import Path

import pytest

from kanhe.carriers.exchange import validity_of
from kanhe.carriers.smpp import SmppDialect
from kanhe.dispatch.board import Live
from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.papers import ConnectorPaper
from kanhe.domain.state import State
from kanhe.domain.verdict import Outcome, Shape, Verdict
from kanhe.kit.clock import FixedClock, from_ms
from kanhe.kit.rng import SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.smpp.times import write_relative

NOW = 1_779_000_000_000
HOUR_MS = 3_600_000


def live(*, use_ms: int, verdict_ms: int) -> Live:
    message = Message(7, 1, 447400123456, "hello", "s", Category.MARKETING, NOW - HOUR_MS, NOW + use_ms)
    verdict = Verdict(Outcome.ALLOW, Shape((), b"", b""), Category.MARKETING, (), NOW + verdict_ms, 0)
    found = Live(message, verdict, State.CLAIMED, 1, 0, b"")
    found.source = "10690001"
    return found


CASES = [
    (72 * HOUR_MS, 2 * HOUR_MS, 2 * 3600),  # the window closes first
    (HOUR_MS // 2, 2 * HOUR_MS, 1800),  # the message is worthless first
    (72 * HOUR_MS, 1, 1),  # never nothing: a carrier would take its own default
]


@pytest.mark.parametrize(("use_ms", "verdict_ms", "seconds"), CASES)
def test_an_smpp_carrier_gives_up_when_the_window_closes(
    use_ms: int, verdict_ms: int, seconds: int, tmp_path: Path
) -> None:
    vault = Vault(load_key(tmp_path / "key", SystemRng()), SystemRng())
    dialect = SmppDialect(ConnectorPaper(0, "k", "c"), vault, FixedClock(NOW))
    [pdu] = dialect.pdus(live(use_ms=use_ms, verdict_ms=verdict_ms), [0])
    assert isinstance(pdu, SubmitSm)
    assert pdu.validity_period == write_relative(seconds)


def test_the_chinese_gateways_are_told_the_same_instant_on_their_own_clock() -> None:
    told = validity_of(live(use_ms=72 * HOUR_MS, verdict_ms=2 * HOUR_MS))
    beijing = from_ms(NOW + 2 * HOUR_MS) + timedelta(hours=8)
    assert told == f"{beijing:%y%m%d%H%M%S}032+"


SENDERS = [
    ("+12125550101", "12125550101", (1, 1)),
    ("10690001234", "10690001234", (1, 1)),
    ("10690001", "10690001", (0, 0)),
    ("EXSHOP", "EXSHOP", (5, 0)),
]


@pytest.mark.parametrize(("sender", "written", "ton_npi"), SENDERS)
def test_a_sender_is_addressed_as_what_it_is(
    sender: str, written: str, ton_npi: tuple[int, int], tmp_path: Path
) -> None:
    vault = Vault(load_key(tmp_path / "key", SystemRng()), SystemRng())
    message = live(use_ms=HOUR_MS, verdict_ms=HOUR_MS)
    message.source = sender
    [pdu] = SmppDialect(ConnectorPaper(0, "k", "c"), vault, FixedClock(NOW)).pdus(message, [0])
    assert isinstance(pdu, SubmitSm)
    assert (pdu.source_addr, (pdu.source_addr_ton, pdu.source_addr_npi)) == (written, ton_npi)
