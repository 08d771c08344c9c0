"""Made-up traffic for measuring the gate: six countries, every category, most texts by known templates."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent, Facts, Power, Recipient, Suppression, TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import (
    Account,
    Basis,
    Licence,
    Operator,
    Registration,
    Route,
    Sender,
    SenderId,
    Template,
)
from kanhe.gate.classify import OF_AUTHORITIES
from kanhe.kit.clock import DAY_MS
from kanhe.kit.rng import Rng, SeededRng
from kanhe.law.clock import FOREVER_MS
from kanhe.law.words import vocabulary

# Noon of a working day in Europe: open hours in some of the six countries, closed in others.
MOMENT = 1_795_435_200_000
BATCH = 256
# One text in ten is like no other: nine come from known templates.
DISTINCT_ONE_IN = 10
# Refusals stand against one number in fifty.
REFUSED_ONE_IN = 50
DISTINCT_MARK = "~"
# By whose power its warnings go.
POWER = Power(3, FOREVER_MS, frozenset({"issuer_is_authority", "health_or_safety_danger"}))
ACCOUNTS, NUMBERS = 40, 100_000

Batch = tuple[Sequence[Message], Facts]


class Land(NamedTuple):
    """A country of the mix, with what a sender there has in order."""

    country: str
    places: tuple[Recipient, ...]
    sender: SenderId
    signature: str | None
    offer: str  # what its marketing says
    note: str  # what everything else says; {n} differs from message to message
    optout: tuple[str, ...]
    first: int  # numbers follow from here


_FIT = frozenset({"registered", "assigned", "domestic_number"})
_ANY = frozenset(category.value for category in Category)
_NAME = SenderId("alphanumeric", "EXSHOP", _FIT)
_US = {
    "US-NY": "America/New_York",
    "US-FL": "America/New_York",
    "US-TX": "America/Chicago",
    "US-WA": "America/Los_Angeles",
}

LANDS: tuple[Land, ...] = (
    Land(
        country="CN",
        places=(Recipient("CN", (), ("Asia/Shanghai",)),),
        sender=SenderId("numeric", "10690000001", _FIT, _ANY),
        signature="示例商城",
        offer="【示例商城】全场八折，客服010-0000-0000。拒收请回复R",
        note="【示例商城】您的编号是{n}，5分钟内有效。",
        optout=("拒收请回复R",),
        first=8_613_800_000_000,
    ),
    Land(
        country="US",
        places=tuple(Recipient("US", (region,), (zone,)) for region, zone in _US.items()),
        sender=SenderId("numeric", "+12125550100", _FIT),
        signature=None,
        offer="Example: 20% off, call 212-555-0100. Reply STOP to opt out",
        note="Example: your code is {n}",
        optout=("Reply STOP",),
        first=12_125_550_000,
    ),
    Land(
        country="GB",
        places=(Recipient("GB", (), ("Europe/London",)),),
        sender=_NAME,
        signature=None,
        offer="EXSHOP: 20% off. Reply STOP to opt out",
        note="EXSHOP: your code is {n}",
        optout=("Reply STOP",),
        first=447_700_900_000,
    ),
    Land(
        country="DE",
        places=(Recipient("DE", (), ("Europe/Berlin",)),),
        sender=_NAME,
        signature=None,
        offer="EXSHOP: 20% auf alles. Abmelden: STOP",
        note="EXSHOP: Ihr Code ist {n}",
        optout=("Abmelden: STOP",),
        first=4_915_100_000_000,
    ),
    Land(
        country="KR",
        places=(Recipient("KR", (), ("Asia/Seoul",)),),
        sender=SenderId("numeric", "02-000-0000", _FIT),
        signature=None,
        offer="(광고)예시상점 겨울 할인 02-000-0000 무료수신거부 080-000-0000",
        note="예시상점 인증번호 {n}",
        optout=("무료수신거부 080-000-0000",),
        first=821_000_000_000,
    ),
    Land(
        country="TH",
        places=(Recipient("TH", (), ("Asia/Bangkok",)),),
        sender=_NAME,
        signature=None,
        offer="EXSHOP: sale on. Reply STOP to opt out",
        note="EXSHOP: your code is {n}",
        optout=("Reply STOP",),
        first=66_800_000_000,
    ),
)

# Shares of the categories in a hundred messages.
MIX: tuple[tuple[Category, int], ...] = (
    (Category.VERIFICATION, 40),
    (Category.TRANSACTIONAL, 25),
    (Category.MARKETING, 25),
    (Category.TWO_WAY, 4),
    (Category.PUBLIC_SERVICE, 3),
    (Category.CONSENT_REQUEST, 2),
    (Category.EMERGENCY, 1),
)
_CONSENTED = frozenset({"marketing", "transactional", "verification", "two_way", "public_service"})
_DRAW = tuple(category for category, share in MIX for _ in range(share))


class World(NamedTuple):
    """Everything that stands: papers, and what the content engine says of the known texts."""

    facts: Facts
    seen: dict[tuple[str, bool], TextFacts]


def world() -> World:
    """Forty accounts with a sender in every country and a template per category, all papers in order."""
    accounts = {number: _account(number) for number in range(1, ACCOUNTS + 1)}
    senders = {(number, land.country): _sender(number, land) for number in accounts for land in LANDS}
    templates = {
        (number, category.value): Template(number, number, category.value, "{n}")
        for number in accounts
        for category, _ in MIX
    }
    facts = Facts(
        now=MOMENT,
        operator=_operator(),
        accounts=accounts,
        senders=senders,
        templates=templates,
        recipients={},
        routes={(number, land.country): (_route(land),) for number in accounts for land in LANDS},
        texts={},
        revision=7,
    )
    return World(facts, {(land.country, offer): _seen(land, offer) for land in LANDS for offer in (True, False)})


def batches(count: int, seed: int = 1) -> list[Batch]:
    """Batches of one seed, always the same."""
    made, rng = world(), SeededRng(seed)
    return [batch(made, place * BATCH + 1, rng) for place in range(count)]


def is_distinct(message: Message) -> bool:
    """Whether its text is like no other."""
    return message.text.endswith(DISTINCT_MARK)


def batch(made: World, start: int, rng: Rng) -> Batch:
    """A batch with the facts that gather would hand over."""
    messages, recipients, texts, consents, suppressions = [], {}, {}, {}, {}
    for number in range(start, start + BATCH):
        land = LANDS[int(rng.random() * len(LANDS))]
        category = _DRAW[int(rng.random() * len(_DRAW))]
        offer = category is Category.MARKETING
        recipient = land.first + int(rng.random() * NUMBERS)
        account = 1 + int(rng.random() * ACCOUNTS)
        text = land.offer if offer else land.note.format(n=number)
        seen = made.seen[land.country, offer]
        if rng.random() < 1 / DISTINCT_ONE_IN:
            text, seen = f"{text} {_word(number)}{DISTINCT_MARK}", msgspec.structs.replace(seen)
        messages.append(_message(number, account, recipient, text, land, category))
        texts[text] = seen
        recipients[recipient] = land.places[recipient % len(land.places)]
        consents[account, recipient] = (_consent(number),)
        if rng.random() < 1 / REFUSED_ONE_IN:
            suppressions[recipient] = (Suppression(number, MOMENT - DAY_MS, "sender", "e1"),)
    return messages, msgspec.structs.replace(
        made.facts,
        recipients=recipients,
        texts=texts,
        consents=consents,
        suppressions=suppressions,
        powers={message.id: POWER for message in messages if message.category in OF_AUTHORITIES},
    )


def _word(number: int) -> str:
    """A word that no other text has: digits alone would leave the text of the kind it was."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _message(number: int, account: int, recipient: int, text: str, land: Land, category: Category) -> Message:
    return Message(
        id=number,
        account=account,
        recipient=recipient,
        text=text,
        sender=land.country,
        category=category,
        accepted_at=MOMENT,
        expires_at=MOMENT + 3 * DAY_MS,
        template=category.value,
    )


def _account(number: int) -> Account:
    return Account(
        revision=number,
        id=number,
        name=f"account {number}",
        agreements=dict.fromkeys(vocabulary().agreement_keys, ("1", "2024-01-01")),
        amendments=frozenset({"optout_line", "label", "signature", "identity_line", "sender"}),
        basis=Basis("contract"),
        recipient_source=("own_customer", True),
    )


def _sender(account: int, land: Land) -> Sender:
    return Sender(
        revision=account,
        account=account,
        name=land.country,
        id=land.sender,
        entity="e1",
        entity_kind="company",
        seat=land.country,
        signature=land.signature,
        registrations={key: Registration(key, "active") for key in vocabulary().registry_keys},
    )


def _operator() -> Operator:
    return Operator(
        revision=1,
        name="operator",
        seat="CN",
        licences=(Licence("cn.value_added_telecom", frozenset({"nationwide"}), "2024-01-01", "2030-12-31"),),
        agreements=dict.fromkeys(vocabulary().agreement_keys, (("1", "2024-01-01"),)),
        countries=frozenset({"TH"}),
    )


def _route(land: Land) -> Route:
    return Route(1, f"route {land.country}", "k1", "c1", optout_number="080-000-0000")


def _seen(land: Land, offer: bool) -> TextFacts:
    shows = frozenset({"sender_name", "contact_phone"})
    states = frozenset({"type", "frequency", "term"})
    return TextFacts(promotional=offer, shows=shows, states=states, optout_forms=land.optout if offer else ())


def _consent(number: int) -> Consent:
    words = vocabulary()
    return Consent(
        id=number,
        status="active",
        entity="e1",
        categories=_CONSENTED,
        method="written",
        captured_at=MOMENT - 30 * DAY_MS,
        proof_fields=frozenset(words.allowed("proof_fields")),
        review="approved",
        states=frozenset(words.allowed("states")),
    )
