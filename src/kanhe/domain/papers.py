"""The papers a message rests on: accounts, senders, templates, licences, agreements, registrations, routes.

Each is a frozen snapshot with a `revision`: a new version of a paper is a new object with a higher revision, so a cached
judgement is keyed by revisions and never has to be invalidated by hand. Names follow the fact vocabulary of the rule packs
(`law/vocabulary.yaml`): `sender.entity`, `account.amendments`, ... Dates are ISO texts (local dates, both ends inclusive).
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from kanhe.domain.category import Category

NOTHING: frozenset[str] = frozenset()


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A licence of the operator or of an account (fact `operator.licences`)."""

    key: str
    coverage: frozenset[str] = NOTHING  # ISO 3166-2 regions, or `nationwide`
    valid_from: str | None = None
    valid_to: str | None = None
    number: str | None = None  # as printed on it
    services: frozenset[str] = NOTHING  # what it allows, in its own words


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry in a registry: a signature filing, a campaign, a header (fact `registrations[key]`)."""

    key: str
    status: str = "none"  # active, pending, refused, expired, none
    valid_to: str | None = None
    carriers: frozenset[str] | None = None  # None = all
    categories: frozenset[str] | None = None  # None = all
    items: frozenset[str] = NOTHING  # links and numbers on file
    # carrier -> status, where carriers answer one by one; what is not active does not serve
    filed: Mapping[str, str] = {}
    since: Mapping[str, str] = {}  # carrier -> the day on which it said so; empty name: the registry itself


class Owner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a name may be used: whose it is (`records.kinds.OWNERS`)."""

    by: str  # entity, filed_app, trademark, third_party
    reference: str | None = None  # number of the filing or the trademark, name of the third party


class SenderId(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form in which the recipient sees the sender."""

    type: str  # alphanumeric, numeric, shortcode
    value: str
    traits: frozenset[str] = NOTHING
    port_categories: frozenset[str] | None = None


class Sender(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An approved sender of an account: who speaks, under which id and signature."""

    revision: int
    account: int
    name: str  # what a submission names: the signature or the sender id
    id: SenderId
    status: str = "approved"  # draft, submitted, approved, refused, suspended, expired
    entity: str | None = None
    entity_kind: str | None = None
    seat: str | None = None
    signature: str | None = None  # without the brackets 【】
    alternatives: tuple[SenderId, ...] = ()
    relabel_accepted: bool = False
    registrations: Mapping[str, Registration] = {}
    proofs: frozenset[str] = NOTHING  # exceptions on file for this sender
    valid_to: str | None = None
    owner: Owner | None = None  # of the name
    links: frozenset[str] = NOTHING  # hosts that its texts may lead to


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The recorded lawful basis of messages that need no consent (fact `basis`)."""

    kind: str
    recorded: bool = True


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in the place of a variable."""

    kind: str = "text"  # of `moderation.templates.KINDS`
    max_chars: int | None = None  # tighter than its kind


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An approved text with typed variables."""

    revision: int
    account: int
    name: str
    text: str
    status: str = "approved"
    category: Category | None = None
    subcategory: str | None = None
    basis: Basis | None = None
    shows: frozenset[str] = NOTHING
    states: frozenset[str] = NOTHING
    valid_to: str | None = None
    registrations: Mapping[str, Registration] = {}  # filings of this template; looked up before the sender's
    variables: Mapping[str, Variable] = {}  # typed and bounded; one that is not named here takes any text


class Qualification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who stands behind an account's senders, as verified."""

    revision: int
    account: int
    entity: str  # as senders name it
    name: str  # in full, as registered
    kind: str  # entity_kind of the vocabulary
    seat: str
    number: str | None = None  # of the register: USCI, company number
    authorised_person: str | None = None
    status: str = "approved"
    valid_to: str | None = None


class HeldLicence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A licence of an account."""

    revision: int
    account: int
    key: str
    number: str  # as printed on it: several of one key may cover several regions
    coverage: frozenset[str] = NOTHING
    valid_from: str | None = None
    valid_to: str | None = None
    services: frozenset[str] = NOTHING
    holder: str | None = None  # as printed on it
    status: str = "approved"


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of an agreement that an account accepted."""

    revision: int
    account: int
    key: str
    version: str
    accepted_at: str
    accepted_by: str
    status: str = "approved"


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An authority for which an account sends: by whose power rules may be lifted, where an exemption allows it.

    With `senders` it is a standing order too: what these send into the area, in its categories, needs no announcement.
    """

    revision: int
    account: int
    key: str
    name: str  # in full
    power: str  # the provision that empowers it
    categories: frozenset[str]  # emergency, public_service
    valid_to: str | None = None
    valid_from: str | None = None
    status: str = "approved"
    senders: frozenset[str] = NOTHING
    area: frozenset[str] = NOTHING  # countries and regions (ISO 3166)
    warns_of: frozenset[str] = NOTHING  # health_or_safety: what some exemptions ask for
    people: tuple[str, ...] = ()  # who approved this version; no sheet can say it


class IdentityLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gate may append when a text does not say who speaks."""

    text: str
    shows: frozenset[str]


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sends: a customer of the platform."""

    revision: int
    id: int
    name: str
    status: str = "active"  # active, suspended, closed
    is_reseller: bool = False
    licences: tuple[Licence, ...] = ()
    agreements: Mapping[str, tuple[str, str]] = {}  # key -> (version, accepted_at)
    amendments: frozenset[str] = NOTHING  # optout_line, label, signature, identity_line, sender, substitutions
    identity_line: IdentityLine | None = None
    basis: Basis | None = None
    recipient_source: tuple[str, bool] | None = None  # (kind, recorded): where its numbers come from
    proofs: frozenset[str] = NOTHING
    registrations: Mapping[str, Registration] = {}  # filings of the customer, such as its file
    weight: int = 1  # its share of a full intake
    prepaid: bool = True
    # SMPP doors: a repeat (reference, recipient, text) within it is answered with the first id.
    repeat_window_s: int = 0


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who runs the platform."""

    revision: int
    name: str
    seat: str
    is_reseller: bool = False
    licences: tuple[Licence, ...] = ()
    agreements: Mapping[str, tuple[tuple[str, str], ...]] = {}  # key -> ((version, from), ...)
    countries: frozenset[str] = NOTHING  # countries without a pack that the operator decided to serve
    switches: Mapping[str, str] = {}  # soft rule id -> reason
    registrations: Mapping[str, Registration] = {}  # filings of the operator


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way to a carrier that a message may take; law is judged once, carrier and vendor rules once per route."""

    revision: int
    name: str
    connector: str
    carrier: str
    countries: frozenset[str] = NOTHING  # empty = any
    coverage: frozenset[str] = frozenset({"nationwide"})
    optout_number: str | None = None
    waives: Mapping[str, str] = {}
    overrides: Mapping[str, Mapping[str, object]] = {}
    price: int = 0  # micro-units of the platform's currency per segment
    count_as: str = "by_encoding"  # or ucs2_always (Chinese vendor counting)
    substitutions: bool = False  # typographic characters leave in their GSM 7 forms where that spares segments
    astral: Literal["send", "strip", "refuse"] = "send"  # emoji and rare ideographs, which some carriers cut or refuse
    preference: int = 100  # lower first
    simulated: bool = False  # a test key may only take these


class Credential(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an account comes in by one door."""

    revision: int
    account: int
    kind: str  # api_key, smpp, cmpp, sgip, smgp
    name: str  # key id, system_id, SP id
    secret: str  # api_key: keyed digest; protocols: sealed, since their digests need the secret itself
    live: bool = True  # False: a test credential, never reaches a real carrier
    sender: str | None = None  # used when a submission names none (or an address that is no approved sender)
    category: Category = Category.TRANSACTIONAL  # used when a submission names none
    window: int = 50  # unanswered submissions of one session
    rate_per_s: float = 0.0  # 0: no limit of its own
    sessions_max: int = 10
    networks: tuple[str, ...] = ()  # CIDR blocks it may come from; empty = any
    revoked: bool = False  # nobody comes in by it any more
    options: Mapping[str, object] = {}  # what only its protocol knows (domain/options.py)


# A number as a sheet writes it, 104 or 0x400; and what a sender does about a status (protocols/states.py has the whole list).
Number = Annotated[str, msgspec.Meta(pattern=r"^(\d{1,10}|0x[0-9a-fA-F]{1,8})$")]
Deed = Literal["retry", "throttle", "rebind", "permanent", "stop", "hold_until_allowed", "hold_until_next_day"]


class ConnectorPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link to a carrier, as configured."""

    revision: int
    name: str
    carrier: str
    protocol: str = "smpp"
    host: str = "127.0.0.1"
    port: int = 2775
    system_id: str = ""
    secret: str = ""  # sealed
    system_type: str = ""
    sessions: int = 1
    window: int = 50
    rate_per_s: float = 0.0
    enquire_link_s: float = 30.0
    response_s: float = 30.0
    default_alphabet: Literal["gsm7", "ascii", "latin1", "utf8"] = "gsm7"  # what data_coding 0 means there
    long_messages: Literal["udh8", "udh16", "sar", "payload"] = "udh8"
    receipt_id_match: tuple[str, ...] = ("exact",)
    status_map: Mapping[Number, Deed] = {}  # what to do on a status, where this carrier means another thing by it
    source_ton_npi: tuple[int, int] | None = None
    destination_ton_npi: tuple[int, int] = (1, 1)
    simulated: bool = False
    options: Mapping[str, object] = {}  # what only its protocol knows (domain/options.py)


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an account wants its webhooks."""

    revision: int
    account: int
    name: str
    url: str
    secret: str  # sealed `whsec_` key of Standard Webhooks
    events: frozenset[str] = frozenset({"message.settled", "inbound.received"})
    enabled: bool = True
