"""SMPP towards carriers: what a live message becomes on the wire, and what a receipt's id may be called."""

import ssl
from collections.abc import Sequence

from kanhe.carriers.links import Ways
from kanhe.dispatch.board import Live
from kanhe.domain.options import SmppCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import Clock
from kanhe.kit.ids import COUNTER_BITS, COUNTER_MAX, NODE_BITS
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.link import ClientSettings, Inbound, Receipt, Timers
from kanhe.protocols.numbers import number_of
from kanhe.protocols.smpp.client import CarrierSettings, SmppClientSession
from kanhe.protocols.smpp.coding import CODINGS, UDHI
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.matching import MatchMode, receipt_keys
from kanhe.protocols.smpp.pdus import DeliverSm, SubmitSm
from kanhe.protocols.smpp.receipts import ReceiptReading
from kanhe.protocols.smpp.times import write_relative
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.protocols.text.joining import Part
from kanhe.protocols.text.segments import segments

ALPHANUMERIC, INTERNATIONAL, UNKNOWN = (5, 0), (1, 1), (0, 0)  # TON and NPI (5.2.5, 5.2.6)
# Short codes and national numbers have no international form (carriers' manuals; field notes section 8).
SHORT_DIGITS_MAX = 8
RECEIPT_ASKED = 1  # registered_delivery: success or failure (5.2.17)
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
        self._default = Alphabet(paper.default_alphabet)
        self._bits = 16 if paper.long_messages == "udh16" else 8
        self.ways = _ways(paper)

    def endpoint(self, rng: Rng) -> ClientEndpoint:
        """Sessions as the paper says; what the carrier puts off comes back to us, to be judged anew."""
        paper = self._paper
        common = ClientSettings(
            window=paper.window,
            sessions=paper.sessions,
            rate_per_s=paper.rate_per_s,
            retry_here=False,
            timers=Timers(keep_alive_s=paper.enquire_link_s, response_s=paper.response_s),
        )
        password = self._vault.open(paper.secret, f"connector/{paper.name}") if paper.secret else ""
        settings = CarrierSettings(paper.system_id, password, system_type=paper.system_type, common=common)
        return ClientEndpoint(common, lambda hub, now: SmppClientSession(hub, settings, now), rng.random)

    def pdus(self, live: Live, wanted: Sequence[int]) -> Sequence[object]:
        """One submit_sm a segment, all under one reference."""
        message, verdict = live.message, live.verdict
        text = message.text if verdict.text is None else verdict.text
        cut = segments(text, reference_bits=self._bits)
        bodies = cut.user_data(reference_of(message.id)) if cut.with_header else cut.parts
        ton, npi = self._paper.source_ton_npi or _ton_npi(live.source)
        to_ton, to_npi = self._paper.destination_ton_npi
        validity = write_relative(max((live.usable_until - self._clock.now_ms()) // 1000, VALIDITY_S_MIN))
        return [
            SubmitSm(
                source_addr_ton=ton,
                source_addr_npi=npi,
                source_addr=live.source,
                dest_addr_ton=to_ton,
                dest_addr_npi=to_npi,
                destination_addr=str(message.recipient),
                esm_class=UDHI if cut.with_header else 0,
                validity_period=validity,
                registered_delivery=RECEIPT_ASKED,
                data_coding=CODINGS[cut.alphabet],
                short_message=bodies[i],
            )
            for i in wanted
        ]

    def part(self, segment: Inbound) -> Part:
        """What a segment of a message from a person says."""
        pdu = segment.handle
        assert isinstance(pdu, DeliverSm), "inbound messages come as deliver_sm"
        return read_part(pdu, self._default)

    def forms(self, receipt: Receipt) -> tuple[tuple[str, ...], int]:
        """The receipt's ids in every form this carrier's match modes allow, and the handset it speaks of."""
        reading, pdu = receipt.reading, receipt.handle
        assert isinstance(reading, ReceiptReading), "an SMPP receipt"
        assert isinstance(pdu, DeliverSm), "receipts come as deliver_sm"
        return receipt_keys(reading.ids, self._modes) or ("",), number_of(pdu.source_addr)


def _ways(paper: ConnectorPaper) -> Ways:
    """Under TLS where the paper says so: the carrier's certificate is always checked."""
    options = options_of(paper)
    assert isinstance(options, SmppCarrier), "an SMPP connector"
    if not options.tls:
        return Ways()
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
    if not value.isdigit():
        return ALPHANUMERIC
    return UNKNOWN if len(value) <= SHORT_DIGITS_MAX else INTERNATIONAL
