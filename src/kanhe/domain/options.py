"""What only one protocol knows: the `options` of credentials and connectors, one noun a kind, and the tables that say which."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec

from kanhe.domain.papers import ConnectorPaper, Credential
from kanhe.kit.misfit import read_misfit


class OptionsInvalidError(Exception):
    """The options of a paper do not fit its protocol; the message names the place."""


Format: TypeAlias = Literal["auto", "ucs2", "gb"]
NumberForm: TypeAlias = Literal["86", "+86", "national"]
Padding: TypeAlias = Literal["unpadded", "padded"]
Mode: TypeAlias = Literal["both", "send", "receive"]
# How a carrier writes UCS-2 towards us, and which receipts we ask it for: some send none, some charge for them.
Ucs2: TypeAlias = Literal["be", "le", "detect"]
Receipts: TypeAlias = Literal["always", "never"]
ReceiptsOrFailures: TypeAlias = Literal["always", "failures", "never"]
# The texts suggest three tries in all.
Tries: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=5)]
Tag: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^(0x)?[0-9a-fA-F]{4}$")]
Octets: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-fA-F]{2})*$")]
Bind: TypeAlias = Literal["transceiver", "transmitter", "receiver"]
Language: TypeAlias = Literal["tr", "es", "pt", "bn", "gu", "hi", "kn", "ml", "or", "pa", "ta", "te", "ur"]
CarrierWord: TypeAlias = Literal[
    "delivered", "undeliverable", "expired", "deleted", "rejected", "enroute", "accepted", "unknown"
]


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For kinds without options of their own."""


class SmppCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer at the SMPP door, and where it listens for our outbind: no host, and it is waited for."""

    default_alphabet: Literal["gsm7", "ascii", "latin1"] = "gsm7"  # what data_coding 0 means here
    host: str = ""
    port: int = 2775


class CmppCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer at the CMPP door."""

    version: Literal["2.0", "3.0"] = "3.0"  # the highest it speaks; one that asks for more gets this


class SgipCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer at the SGIP door: where its own listener is, for reports and inbound messages. No host: it is told nothing."""

    host: str = ""
    port: int = 8801


class SmppCarrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SMSC, and TLS towards it; files are PEM."""

    binds: tuple[Bind, ...] = ("transceiver",)  # or transmitter and receiver: two sessions
    version: Literal["3.3", "3.4", "5.0"] = "3.4"  # interface_version; a 3.3 carrier is sent no parameters
    address_range: str = ""
    service_type: str = ""
    national: tuple[Language, ...] = ()  # national tables of GSM 7 that this carrier passes on
    packed: bool = False  # GSM 7 in seven bits, which very few want
    throttle_statuses: tuple[int, ...] = ()  # "slow down", beside ESME_RTHROTTLED
    stat_words: Mapping[str, CarrierWord] = {}  # its own words in receipts
    receipt_request: ReceiptsOrFailures = "always"
    ucs2_in: Ucs2 = "be"
    tlvs: Mapping[Tag, Octets] = {}  # what it wants in every submit_sm: tag and value, both hexadecimal

    # The carrier calls us and asks us to bind (outbind, 4.1.7): we listen, and open no connection of our own.
    outbind: bool = False
    listen_host: str = "127.0.0.1"
    listen_port: int = 2775  # 0: any, for rehearsals
    networks: tuple[str, ...] = ()  # where it may call from; empty: anywhere, if its outbind brings our password

    tls: bool = False
    tls_ca: str = ""  # whom we trust; empty: the authorities of the system
    tls_cert: str = ""  # our own certificate with its key, where the carrier asks for one
    tls_name: str = ""  # the name on the carrier's certificate, when it is not the host's


class CmppCarrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An ISMG of China Mobile."""

    version: Literal["2.0", "3.0"] = "3.0"  # a gateway that names a lower one gets it
    format: Format = "auto"  # auto: ASCII in one segment, else UCS-2; ucs2; gb
    numbers: NumberForm = "86"  # how it wants numbers: 86, +86, national
    service_id: str = ""
    msg_src: str = ""  # empty: the SP id
    fee_user_type: int = 2
    reference_bits: Literal[8, 16] = 8
    resend: Tries = 0  # how often an unanswered submission is written again; gateways may then send it twice
    signature_added: bool = False  # the gateway writes the signature itself: it is counted, not sent
    stat_words: Mapping[str, CarrierWord] = {}  # its own words in reports
    receipt_request: Receipts = "always"
    ucs2_in: Ucs2 = "be"
    fee_type: str = "01"
    fee_code: str = "0"
    padding: Padding = "unpadded"  # of a short SP id in the digest: unpadded, padded
    check_server_digest: bool = False


class SgipCarrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SMG of China Unicom, and the listener that it reports to."""

    node: int = 0  # ours: 3, area code, corporation (30109 99999 for 010); it stands in every id
    listen_host: str = "127.0.0.1"
    listen_port: int = 8801  # 0: any, for rehearsals
    their_login: str = ""  # with which the gateway logs in here; empty: ours. Its password is ours.
    anonymous: bool = False  # gateways that log in without a name
    reports_on_our_link: bool = False  # gateways that open no connection of their own
    linger_s: float = 30.0  # how long an idle link is kept
    format: Format = "auto"
    numbers: NumberForm = "86"
    corp_id: str = ""
    reference_bits: Literal[8, 16] = 8
    resend: Tries = 0  # how often an unanswered submission is written again; gateways may then send it twice
    signature_added: bool = False
    receipt_request: ReceiptsOrFailures = "always"
    ucs2_in: Ucs2 = "be"
    service_type: str = ""
    fee_type: int = 1
    fee_value: str = "0"


class SmgpCarrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An SMGW of China Telecom."""

    modes: tuple[Mode, ...] = ("both",)  # or send and receive: two links
    format: Format = "auto"
    numbers: NumberForm = "86"
    service_id: str = ""
    product: str = ""  # MServiceID, which some provinces require
    reference_bits: Literal[8, 16] = 8
    resend: Tries = 0  # how often an unanswered submission is written again; gateways may then send it twice
    signature_added: bool = False
    stat_words: Mapping[str, CarrierWord] = {}  # its own words in reports
    receipt_request: Receipts = "always"
    ucs2_in: Ucs2 = "be"
    fee_type: str = "00"
    fee_code: str = "0"
    padding: Padding = "unpadded"
    check_server_digest: bool = False


Options: TypeAlias = (
    Nothing | SmppCustomer | CmppCustomer | SgipCustomer | SmppCarrier | CmppCarrier | SgipCarrier | SmgpCarrier
)

OF_CREDENTIAL: Mapping[str, type[Options]] = {
    "api_key": Nothing,
    "smpp": SmppCustomer,
    "cmpp": CmppCustomer,
    "sgip": SgipCustomer,
    "smgp": Nothing,
}
OF_CONNECTOR: Mapping[str, type[Options]] = {
    "smpp": SmppCarrier,
    "cmpp": CmppCarrier,
    "sgip": SgipCarrier,
    "smgp": SmgpCarrier,
}


def options_of(paper: Credential | ConnectorPaper) -> Options:
    """The options of a paper. Raises `OptionsInvalidError`, also for a protocol that nobody speaks."""
    table, kind = (OF_CREDENTIAL, paper.kind) if isinstance(paper, Credential) else (OF_CONNECTOR, paper.protocol)
    if kind not in table:
        raise OptionsInvalidError(f"there is no protocol `{kind}`; there are {', '.join(table)}")
    try:
        return msgspec.convert(dict(paper.options), table[kind])
    except msgspec.ValidationError as error:
        what, where = read_misfit(error)
        raise OptionsInvalidError(f"`{'.'.join(filter(None, ('options', where)))}`: {what}") from error
