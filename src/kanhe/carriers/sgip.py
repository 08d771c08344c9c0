"""SGIP towards an SMG: we submit over our link, and it reports over a connection of its own to our listener (4.2.3.1)."""

from collections.abc import Sequence

from msgspec.structs import replace

from kanhe.carriers.dialect import Ways
from kanhe.carriers.exchange import actions_of, common_of, part_of, secret_of, validity_of, write_segments, writing_of
from kanhe.carriers.listening import Listening
from kanhe.dispatch.board import Sendable
from kanhe.domain.options import SgipCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.exchange.content import read_number
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import Credential
from kanhe.protocols.sgip import client, server, status
from kanhe.protocols.sgip.codec import build
from kanhe.protocols.sgip.pdus import Deliver, Report, Submit
from kanhe.protocols.sgip.sequence import Sequences
from kanhe.protocols.sgip.texts import read_deliver, write_submits
from kanhe.protocols.text.byte_order import ByteOrder
from kanhe.protocols.text.joining import Part

# ReportFlag (6.2): reports of failures only, always, never.
REPORT_FLAGS = {"failures": 0, "always": 1, "never": 2}


class SgipDialect:
    """One connector's SGIP."""

    def __init__(self, paper: ConnectorPaper, vault: Vault, clock: Clock) -> None:
        options = options_of(paper)
        assert isinstance(options, SgipCarrier), "an SGIP connector"
        self._options, self._login, self._secret = options, paper.system_id, secret_of(paper, vault)
        self._writing, self._order = writing_of(paper), ByteOrder(options.ucs2_in)
        self._common = common_of(paper, resend=options.resend, stay_connected=False)
        self._wall = beijing(clock)
        self._statuses = actions_of(paper, status.RESULT)
        # A restart within one second must not begin again: the counter goes on with the milliseconds.
        self._sequences = Sequences(options.node, clock.now_ms())
        self._pattern = Submit(
            ReportFlag=REPORT_FLAGS[options.receipt_request],
            CorpId=options.corp_id,
            ServiceType=options.service_type,
            FeeType=options.fee_type,
            FeeValue=options.fee_value,
        )

    def endpoint(self, rng: Rng) -> ClientEndpoint:
        """Our link, open while there is work."""
        settings = client.CarrierSettings(
            self._login,
            self._sequences,
            self._wall,
            self._secret,
            linger_s=self._options.linger_s,
            accept_reports_on_sp_link=self._options.reports_on_our_link,
            common=self._common,
            statuses=self._statuses,
        )
        return ClientEndpoint(self._common, client.new_session(settings), rng.random)

    @property
    def ways(self) -> Ways:
        """Our link is open while there is work; the gateway connects to our listener to report."""
        options = self._options
        theirs = options.their_login or self._login
        who = {theirs: Credential(theirs, self._secret)}
        door = server.listener(self._sequences, self._wall, anonymous=theirs if options.anonymous else "")
        endpoint = ServerEndpoint(who.get, server.new_session(door))
        return Ways(for_work=True, listening=Listening(endpoint, options.listen_host, options.listen_port))

    def pdus(self, live: Sendable, wanted: Sequence[int]) -> Sequence[object]:
        """One Submit a segment, all under one reference."""
        pattern = replace(self._pattern, SPNumber=live.source, ExpireTime=validity_of(live))
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
        """The sequence of our Submit has one form."""
        pdu = receipt.handle
        assert isinstance(pdu, Report), "reports come as Report"
        return (receipt.message_id,), read_number(pdu.UserNumber)
