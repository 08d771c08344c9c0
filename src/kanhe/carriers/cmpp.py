"""CMPP towards an ISMG: what a live message becomes on the wire, and what a report says of it."""

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
from kanhe.domain.options import CmppCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.cmpp import status
from kanhe.protocols.cmpp.client import CarrierSettings, new_session
from kanhe.protocols.cmpp.codec import build
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.cmpp.pdus import Deliver, Submit
from kanhe.protocols.cmpp.report import Report
from kanhe.protocols.cmpp.texts import read_deliver, write_submits
from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.exchange.content import read_number
from kanhe.protocols.exchange.digest import Padding
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.text.byte_order import ByteOrder
from kanhe.protocols.text.joining import Part

VERSIONS: dict[str, Version] = {"2.0": Version.V20, "3.0": Version.V30}


class CmppDialect:
    """One connector's CMPP."""

    ways = Ways()

    def __init__(self, paper: ConnectorPaper, vault: Vault, clock: Clock) -> None:
        options = options_of(paper)
        assert isinstance(options, CmppCarrier), "a CMPP connector"
        self._writing, self._order = writing_of(paper), ByteOrder(options.ucs2_in)
        self._common = common_of(paper, resend=options.resend)
        self._settings = CarrierSettings(
            paper.system_id,
            beijing(clock),
            secret_of(paper, vault),
            VERSIONS[options.version],
            digest_padding=Padding(options.padding),
            check_server_digest=options.check_server_digest,
            common=self._common,
            statuses=actions_of(paper, status.SUBMIT_RESULT),
            stat_words=words_of(options.stat_words),
        )
        self._pattern = Submit(
            Registered_Delivery=int(options.receipt_request == "always"),
            Service_Id=options.service_id,
            Msg_src=options.msg_src or paper.system_id,
            Fee_UserType=options.fee_user_type,
            FeeType=options.fee_type,
            FeeCode=options.fee_code,
        )

    def endpoint(self, rng: Rng) -> ClientEndpoint:
        """Sessions as the paper says."""
        return ClientEndpoint(self._common, new_session(self._settings), rng.random)

    def pdus(self, live: Sendable, wanted: Sequence[int]) -> Sequence[object]:
        """One CMPP_SUBMIT a segment, all under one reference."""
        pattern = replace(self._pattern, Src_Id=live.source, ValId_Time=validity_of(live))
        return write_segments(write_submits, pattern, self._writing, live, wanted)

    def octets(self, pdu: object) -> bytes:
        """A CMPP_SUBMIT as it goes over the wire."""
        assert isinstance(pdu, Submit), "what `pdus` makes"
        return build(pdu, self._settings.version)

    def part(self, segment: Inbound) -> Part:
        """What a segment of a message from a person says."""
        pdu = segment.handle
        assert isinstance(pdu, Deliver), "inbound messages come as CMPP_DELIVER"
        return part_of(read_deliver(pdu), self._order)

    def forms(self, receipt: Receipt) -> tuple[tuple[str, ...], int]:
        """Msg_Id has one form; the number stands in the report, or where the delivery came from."""
        reading, pdu = receipt.reading, receipt.handle
        assert isinstance(pdu, Deliver), "reports come as CMPP_DELIVER"
        said = reading.Dest_terminal_Id if isinstance(reading, Report) else ""
        return (receipt.message_id,), read_number(said) or read_number(pdu.Src_terminal_Id)
