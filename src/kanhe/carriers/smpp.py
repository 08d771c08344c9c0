"""SMPP towards carriers: what a live message becomes on the wire, and what a receipt's id may be called."""

import ssl
from collections.abc import Sequence

from kanhe.carriers.dialect import Ways
from kanhe.carriers.listening import Called
from kanhe.carriers.smpp_text import write_text, writing_of
from kanhe.dispatch.board import Sendable
from kanhe.domain.options import SmppCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import Clock
from kanhe.kit.ids import COUNTER_BITS, COUNTER_MAX, NODE_BITS
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Inbound, Receipt
from kanhe.protocols.numbers import number_of
from kanhe.protocols.settings import ClientSettings, Timers
from kanhe.protocols.smpp.client import CarrierSettings, new_session
from kanhe.protocols.smpp.codec import build
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.matching import MatchMode, receipt_keys
from kanhe.protocols.smpp.pdus import Delivery, SubmitSm
from kanhe.protocols.smpp.receipts import ReceiptReading
from kanhe.protocols.smpp.times import write_relative
from kanhe.protocols.states import Action, CarrierState
from kanhe.protocols.text.byte_order import ByteOrder
from kanhe.protocols.text.joining import Part, in_our_order

ALPHANUMERIC, INTERNATIONAL, UNKNOWN = (5, 0), (1, 1), (0, 0)  # TON and NPI (5.2.5, 5.2.6)
# Short codes and national numbers have no international form (carriers' manuals; field notes section 8).
SHORT_DIGITS_MAX = 8
# interface_version (5.2.4).
VERSIONS = {"3.3": 0x33, "3.4": 0x34, "5.0": 0x50}
# registered_delivery (5.2.17).
RECEIPTS = {"never": 0, "always": 1, "failures": 2}
# 65,536 times the golden section, to the next odd number: milliseconds that follow each other get references far apart.
SPREAD = 40_503
REFERENCES = 0x10000
# A relative period of nothing would mean the carrier's own default (5.2.16), which is days.
VALIDITY_S_MIN = 1


class SmppDialect:
    """One connector's SMPP."""

    def __init__(self, paper: ConnectorPaper, vault: Vault, clock: Clock) -> None:
        self._paper = paper
        self._vault = vault
        self._clock = clock
        self._modes = tuple(MatchMode(mode) for mode in paper.receipt_id_match)
        self._writing = writing_of(paper)
        options = options_of(paper)
        assert isinstance(options, SmppCarrier), "an SMPP connector"
        self._options = options
        parameters = options.tlvs.items() if options.version != "3.3" else ()
        self._tlvs = tuple((int(tag, 16), bytes.fromhex(value)) for tag, value in parameters)
        self.ways = _ways(options)

    def endpoint(self, rng: Rng) -> ClientEndpoint:
        """Sessions as the paper says; what the carrier puts off comes back to us, to be judged anew."""
        paper, options = self._paper, self._options
        common = ClientSettings(
            window=paper.window,
            sessions=max(paper.sessions, len(options.binds)),
            rate_per_s=paper.rate_per_s,
            retry_here=False,
            connect_itself=not options.outbind,
            timers=Timers(keep_alive_s=paper.enquire_link_s, response_s=paper.response_s),
        )
        password = self._vault.open(paper.secret, f"connector/{paper.name}") if paper.secret else ""
        settings = CarrierSettings(
            paper.system_id,
            password,
            options.binds,
            paper.system_type,
            VERSIONS[options.version],
            address_range=options.address_range,
            common=common,
            throttle_statuses=frozenset(options.throttle_statuses),
            status_map=tuple((int(value, 0), Action(word)) for value, word in paper.status_map.items()),
            stat_words=tuple((word, CarrierState(state)) for word, state in options.stat_words.items()),
            outbind_password="" if options.networks else password,
        )
        return ClientEndpoint(common, new_session(settings), rng.random)

    def pdus(self, live: Sendable, wanted: Sequence[int]) -> Sequence[object]:
        """One submit_sm a segment, all under one reference."""
        message, verdict = live.message, live.verdict
        text = message.text if verdict.text is None else verdict.text
        bodies = write_text(text, self._writing, reference_of(message.id))
        ton, npi = self._paper.source_ton_npi or _ton_npi(live.source)
        to_ton, to_npi = self._paper.destination_ton_npi
        validity = write_relative(max((live.usable_until - self._clock.now_ms()) // 1000, VALIDITY_S_MIN))
        return [
            SubmitSm(
                service_type=self._options.service_type,
                source_addr_ton=ton,
                source_addr_npi=npi,
                source_addr=live.source.removeprefix("+"),
                dest_addr_ton=to_ton,
                dest_addr_npi=to_npi,
                destination_addr=str(message.recipient),
                esm_class=bodies.esm_class,
                validity_period=validity,
                registered_delivery=RECEIPTS[self._options.receipt_request],
                data_coding=bodies.data_coding,
                short_message=bodies.texts[i],
                tlvs=bodies.tlvs[i] + self._tlvs if bodies.tlvs else self._tlvs,
            )
            for i in wanted
        ]

    def octets(self, pdu: object) -> bytes:
        """A submit_sm as it goes over the wire."""
        assert isinstance(pdu, SubmitSm), "what `pdus` makes"
        return build(pdu)

    def part(self, segment: Inbound) -> Part:
        """What a segment of a message from a person says."""
        pdu = segment.handle
        assert isinstance(pdu, Delivery), "inbound messages come as deliver_sm or data_sm"
        return in_our_order(read_part(pdu, self._writing.default), ByteOrder(self._options.ucs2_in))

    def forms(self, receipt: Receipt) -> tuple[tuple[str, ...], int]:
        """The receipt's ids in every form this carrier's match modes allow, and the handset it speaks of."""
        reading, pdu = receipt.reading, receipt.handle
        assert isinstance(reading, ReceiptReading), "an SMPP receipt"
        assert isinstance(pdu, Delivery), "receipts come as deliver_sm or data_sm"
        return receipt_keys(reading.ids, self._modes) or ("",), number_of(pdu.source_addr)


def _ways(options: SmppCarrier) -> Ways:
    """Under TLS where the paper says so: the carrier's certificate is always checked. By outbind the carrier opens the link."""
    called = Called(options.listen_host, options.listen_port, options.networks) if options.outbind else None
    if not options.tls:
        return Ways(called=called)
    context = ssl.create_default_context(cafile=options.tls_ca or None)
    if options.tls_cert:
        context.load_cert_chain(options.tls_cert)
    return Ways(context, options.tls_name or None)


def reference_of(message: int) -> int:
    """The reference of a message's segments: the same after a restart, when the rest of them is sent (23.040, 9.2.3.24.1).

    Messages of one millisecond count on from each other, so that a burst to one handset keeps them apart.
    """
    return ((message >> NODE_BITS + COUNTER_BITS) * SPREAD + (message & COUNTER_MAX)) % REFERENCES


def _ton_npi(value: str) -> tuple[int, int]:
    """How a sender id is addressed when the carrier has no wish of its own."""
    if not value.removeprefix("+").isdigit():
        return ALPHANUMERIC
    return UNKNOWN if len(value) <= SHORT_DIGITS_MAX else INTERNATIONAL
