"""SMGP towards an SMGW: what a live message becomes on the wire, and what a report says of it."""

from collections.abc import Sequence

from msgspec.structs import replace

from kanhe.carriers.dialect import Ways
from kanhe.carriers.exchange import (
    actions_of,
    common_of,
    part_of,
    secret_of,
    validity_of,
    words_of,
    write_segments,
    writing_of,
)
from kanhe.dispatch.board import Sendable
from kanhe.domain.options import SmgpCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.exchange.content import read_number
from kanhe.protocols.exchange.digest import Padding
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.smgp import status
from kanhe.protocols.smgp.client import CarrierSettings, new_session
from kanhe.protocols.smgp.codec import build
from kanhe.protocols.smgp.modes import BOTH, RECEIVE, SEND, Mode
from kanhe.protocols.smgp.pdus import Deliver, Submit
from kanhe.protocols.smgp.texts import read_deliver, write_submits
from kanhe.protocols.smgp.tlvs import product
from kanhe.protocols.text.byte_order import ByteOrder
from kanhe.protocols.text.joining import Part

MODES: dict[str, Mode] = {mode.name: mode for mode in (BOTH, SEND, RECEIVE)}


class SmgpDialect:
    """One connector's SMGP."""

    ways = Ways()

    def __init__(self, paper: ConnectorPaper, vault: Vault, clock: Clock) -> None:
        options = options_of(paper)
        assert isinstance(options, SmgpCarrier), "an SMGP connector"
        modes = tuple(MODES[mode] for mode in options.modes)
        self._writing, self._order = writing_of(paper), ByteOrder(options.ucs2_in)
        self._common = common_of(paper, resend=options.resend, sessions=max(paper.sessions, len(modes)))
        self._settings = CarrierSettings(
            paper.system_id,
            beijing(clock),
            secret_of(paper, vault),
            modes,
            Padding(options.padding),
            options.check_server_digest,
            self._common,
            actions_of(paper, status.STATUS),
            words_of(options.stat_words),
        )
        self._pattern = Submit(
            NeedReport=int(options.receipt_request == "always"),
            ServiceID=options.service_id,
            FeeType=options.fee_type,
            FeeCode=options.fee_code,
            tlvs=(product(options.product),) if options.product else (),
        )

    def endpoint(self, rng: Rng) -> ClientEndpoint:
        """Sessions as the paper says."""
        return ClientEndpoint(self._common, new_session(self._settings), rng.random)

    def pdus(self, live: Sendable, wanted: Sequence[int]) -> Sequence[object]:
        """One Submit a segment, all under one reference."""
        pattern = replace(self._pattern, SrcTermID=live.source, ValidTime=validity_of(live))
        return write_segments(write_submits, pattern, self._writing, live, wanted)

    def octets(self, pdu: object) -> bytes:
        """A Submit as it goes over the wire."""
        assert isinstance(pdu, Submit), "what `pdus` makes"
        return build(pdu)

    def part(self, segment: Inbound) -> Part:
        """What a segment of a message from a person says."""
        pdu = segment.handle
        assert isinstance(pdu, Deliver), "inbound messages come as Deliver"
        return part_of(read_deliver(pdu), self._order)

    def forms(self, receipt: Receipt) -> tuple[tuple[str, ...], int]:
        """MsgID has one form; the number is where the delivery came from."""
        pdu = receipt.handle
        assert isinstance(pdu, Deliver), "reports come as Deliver"
        return (receipt.message_id,), read_number(pdu.SrcTermID)
