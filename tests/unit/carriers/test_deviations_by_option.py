"""What an operator sets on a connector for a carrier that does it otherwise, in every family that has it."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.carriers.test_what_carriers_are_told import HOUR_MS, NOW, live

from kanhe.app.roads import CARRIERS
from kanhe.carriers.exchange import words_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import FixedClock
from kanhe.kit.rng import SystemRng
from kanhe.kit.vault import Vault, load_key
from kanhe.protocols.cmpp import pdus as cmpp
from kanhe.protocols.cmpp.report import outcome_of as cmpp_outcome
from kanhe.protocols.events import Inbound
from kanhe.protocols.sgip import pdus as sgip
from kanhe.protocols.smgp import pdus as smgp
from kanhe.protocols.smgp.report import Report
from kanhe.protocols.smgp.report import outcome_of as smgp_outcome
from kanhe.protocols.smpp.pdus import DeliverSm
from kanhe.protocols.states import CarrierState


def dialect(family: str, folder: Path, **options: object) -> Any:
    vault = Vault(load_key(folder / "key", SystemRng()), SystemRng())
    return CARRIERS[family](ConnectorPaper(0, "k", "c", protocol=family, options=options), vault, FixedClock(NOW))


ASKED = [
    ("smpp", "registered_delivery", {"always": 1, "failures": 2, "never": 0}),
    ("cmpp", "Registered_Delivery", {"always": 1, "never": 0}),
    ("sgip", "ReportFlag", {"always": 1, "failures": 0, "never": 2}),
    ("smgp", "NeedReport", {"always": 1, "never": 0}),
]


@pytest.mark.parametrize(("family", "field", "values"), ASKED)
def test_receipts_are_asked_for_as_the_carrier_allows(
    family: str, field: str, values: dict[str, int], tmp_path: Path
) -> None:
    message = live(use_ms=HOUR_MS, verdict_ms=HOUR_MS)
    for word, value in values.items():
        [pdu] = dialect(family, tmp_path, receipt_request=word).pdus(message, [0])
        assert getattr(pdu, field) == value
    [pdu] = dialect(family, tmp_path).pdus(message, [0])
    assert getattr(pdu, field) == values["always"]


REPLY = "退订".encode("utf-16-le")
INBOUND = {
    "smpp": DeliverSm(1, source_addr="8613800138001", destination_addr="10690001", data_coding=8, short_message=REPLY),
    "cmpp": cmpp.Deliver(Src_terminal_Id="13800138001", Dest_Id="10690001", Msg_Fmt=8, Msg_Content=REPLY),
    "sgip": sgip.Deliver(UserNumber="13800138001", SPNumber="10690001", MessageCoding=8, MessageContent=REPLY),
    "smgp": smgp.Deliver(SrcTermID="13800138001", DestTermID="10690001", MsgFormat=8, MsgContent=REPLY),
}


@pytest.mark.parametrize("family", INBOUND)
def test_replies_whose_octets_come_the_other_way_round_are_read(family: str, tmp_path: Path) -> None:
    for order, read in (("detect", "退订"), ("le", "退订"), ("be", REPLY.decode("utf-16-be"))):
        part = dialect(family, tmp_path, ucs2_in=order).part(Inbound(INBOUND[family]))
        assert (part.source, part.octets.decode("utf-16-be")) == ("8613800138001", read)


def test_a_word_of_the_gateways_own_means_what_the_paper_says() -> None:
    words = words_of({"DELIVED": "delivered", "MK:0001": "enroute"})
    for stat, state, final in (
        ("DELIVED", CarrierState.DELIVERED, True),
        ("delived", CarrierState.DELIVERED, True),
        ("MK:0001", CarrierState.ENROUTE, False),
        ("DELIVRD", CarrierState.DELIVERED, True),
        ("ODDWORD", CarrierState.UNDELIVERABLE, True),
    ):
        assert cmpp_outcome(stat, words)[:2] == (state, final)
        assert smgp_outcome(Report(stat=stat, err="000"), words)[:2] == (state, final)
    assert cmpp_outcome("DELIVED").state is CarrierState.UNDELIVERABLE
