"""Small worlds for properties of the gate: papers, places, texts and books, drawn from what the packs speak of."""

import hashlib
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from kanhe.domain.category import Category
from kanhe.domain.facts import Asked, Consent, DncAnswer, Facts, Power, Recipient, Sent, Suppression, TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import (
    Account,
    Basis,
    IdentityLine,
    Licence,
    Operator,
    Registration,
    Route,
    Sender,
    SenderId,
    Template,
)
from kanhe.gate.casefacts import instant
from kanhe.kit.clock import DAY_MS, HOUR_MS
from kanhe.law.clock import FOREVER_MS
from kanhe.law.grounds import of_one_recipient
from kanhe.law.words import vocabulary

WORDS = vocabulary()
PLACES = (
    Recipient("CN", (), ("Asia/Shanghai",)),
    Recipient("US", ("US-NY",), ("America/New_York",)),
    Recipient("US", ("US-TX",), ("America/Chicago", "America/Denver")),
    Recipient("US", ("US-FL",), ("America/New_York", "America/Chicago")),
    Recipient("US", (), ("America/New_York", "America/Los_Angeles")),
    Recipient("GB", (), ("Europe/London",)),
    Recipient("GB", (), ("Europe/London",), "corporate"),
    Recipient("FR", ("FR-6AE",), ("Europe/Paris",)),
    Recipient("DE", (), ("Europe/Berlin",)),
    Recipient("KR", (), ("Asia/Seoul",)),
    Recipient("SG", (), ("Asia/Singapore",)),
    Recipient("IN", (), ("Asia/Kolkata",)),
    Recipient("TW", (), ("Asia/Taipei",)),
    Recipient("ZA", (), ("Africa/Johannesburg",)),
    Recipient("AE", (), ("Asia/Dubai",)),
    Recipient("AU", (), ("Australia/Sydney", "Australia/Perth")),
    Recipient("PL", (), ("Europe/Warsaw",)),
    Recipient("TH", (), ("Asia/Bangkok",)),
    Recipient(None),
)
MOMENTS = tuple(
    instant(text)
    for text in (
        "2026-04-30T23:59:30+08:00",
        "2026-05-01T10:00:00+08:00",
        "2026-11-23T12:00:00+00:00",
        "2026-11-23T20:59:59-05:00",
        "2026-03-28T20:30:00+01:00",
        "2026-12-26T10:00:00+01:00",
        "2027-01-31T23:00:00-05:00",
    )
)
NUMBERS = (447700900001, 447700900002, 447700900003)
CURLY = "“Winter” sale… " + "20 % off everything. " * 4 + "📦"
TEXTS = (
    "【示例商城】您的订单已发货",
    "Example: 20% off. Reply STOP",
    "code 482913",
    "(광고)예시 할인",
    "AD sale",
    CURLY[:-1],
    CURLY,
)
ENTITIES = ("e1", "e2", None)


def some(words: Any, most: int = 3) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(words)), max_size=most)


def revised(paper: Any) -> Any:
    """A paper whose revision is that of its content, as a store would give a new one to a new version."""
    digest = hashlib.sha256(msgspec.json.encode(paper, order="sorted")).digest()
    return msgspec.structs.replace(paper, revision=int.from_bytes(digest[:7], "big"))


T = TypeVar("T")
# One fact in this many is not as it should be: mostly a world is in order, so that each fault is seen by itself.
FAULT_ONE_IN = 16


def mostly(draw: st.DrawFn, good: T, others: st.SearchStrategy[T]) -> T:
    return draw(others) if draw(st.integers(1, FAULT_ONE_IN)) == FAULT_ONE_IN else good


FIT = frozenset({"registered", "assigned", "domestic_number", "platform_range"})
EVERY = frozenset(category.value for category in Category)
NUMERIC = SenderId("numeric", "10690000001", FIT, EVERY)
GOOD_ID = {
    "IN": SenderId("alphanumeric", "VM-EXMPLE-T", FIT, EVERY),
    "AE": SenderId("alphanumeric", "AD-EXSHOP", FIT, EVERY),
    "AU": SenderId("alphanumeric", "EXSHOP", FIT, EVERY),
}
HEADERS = tuple(SenderId("alphanumeric", f"VM-EXMPLE-{suffix}", FIT, EVERY) for suffix in "PG")
SENDER_IDS = st.builds(
    SenderId,
    type=st.sampled_from(["alphanumeric", "numeric", "shortcode"]),
    value=st.sampled_from(["EXSHOP", "AD-EXSHOP", "VM-EXMPLE-P", "VM-EXMPLE-G", "#EXSHOP", "10690000001", "12345"]),
    traits=some(["registered", "assigned", "domestic_number", "platform_range", "generic_name", "rented_port"]),
    port_categories=st.none() | some(EVERY),
)
ACTIVE = {key: Registration(key, "active", items=frozenset({"shop.example", "0800"})) for key in WORDS.registry_keys}
REGISTRATIONS = st.just({}) | st.builds(
    lambda status, to, carriers, categories: {
        key: Registration(key, status, to, carriers, categories) for key in WORDS.registry_keys
    },
    st.sampled_from(["active", "pending"]),
    st.sampled_from([None, "2026-11-23", "2026-04-30"]),
    st.sampled_from([None, frozenset({"c1"}), frozenset({"c2"})]),
    st.sampled_from([None, frozenset({"marketing"})]),
)
NATIONWIDE = frozenset({"nationwide"})
LICENSED = (Licence("cn.value_added_telecom", NATIONWIDE, "2024-01-01", "2028-12-31"),)
LICENCES = st.lists(
    st.builds(
        Licence,
        key=st.just("cn.value_added_telecom"),
        coverage=st.sampled_from([NATIONWIDE, frozenset({"CN-GD"})]),
        valid_from=st.sampled_from([None, "2024-01-01", "2026-11-24"]),
        valid_to=st.sampled_from([None, "2026-11-23", "2028-12-31"]),
    ),
    max_size=2,
).map(tuple)
CONTRACT = Basis("contract")
BASES = st.none() | st.builds(Basis, st.sampled_from(WORDS.allowed("basis")), st.booleans())
AMENDMENTS = frozenset(WORDS.allowed("amendments"))
SHOWS = frozenset({"sender_name", "contact_phone", "postal_address"})
STATES = frozenset({"type", "frequency", "term", "data_kinds", "goods_classes"})


@st.composite
def operators(draw: st.DrawFn) -> Operator:
    return revised(
        Operator(
            revision=0,
            name="operator",
            seat=draw(st.sampled_from(["CN", "US", "DE", "KR", "PL"])),
            is_reseller=mostly(draw, False, st.just(True)),
            licences=mostly(draw, LICENSED, LICENCES),
            agreements=dict.fromkeys(WORDS.agreement_keys, (("1", "2024-01-01"), ("2", "2026-11-24"))),
            countries=mostly(draw, frozenset({"TH", "PL"}), st.just(frozenset())),
            switches=mostly(
                draw, {}, st.just({"br.consent.marketing": "assessed", "cn.freq.verification": "own caps"})
            ),
        )
    )


@st.composite
def text_facts(draw: st.DrawFn) -> TextFacts:
    return TextFacts(
        promotional=draw(st.booleans()),
        shows=mostly(draw, SHOWS, some(WORDS.allowed("shows"))),
        states=mostly(draw, STATES, st.just(frozenset())),
        optout_forms=draw(st.sampled_from([(), ("Reply STOP",), ("Reply STOP",)])),
        links=mostly(draw, (), st.just(("shop.example",))),
        phones=mostly(draw, (), st.sampled_from([("0800",), ("0900",)])),
        content=mostly(draw, frozenset(), some(["gambling", "f6_phishing", "education", "alcohol"], 1)),
        alert=mostly(draw, frozenset(WORDS.allowed("alert")), st.just(frozenset())),
        suggestion=mostly(draw, "pass", st.sampled_from(["review", "block"])),
    )


@st.composite
def routes(draw: st.DrawFn) -> tuple[Route, ...]:
    found = []
    for place in range(mostly(draw, draw(st.integers(1, 2)), st.sampled_from([0, 3]))):
        route = Route(
            revision=0,
            name=f"r{place}",
            connector="k",
            carrier=draw(st.sampled_from(["c1", "c2"])),
            coverage=mostly(draw, NATIONWIDE, st.just(frozenset({"CN-GD"}))),
            optout_number=mostly(draw, "080-000-0000", st.none()),
            waives=mostly(
                draw, {}, st.just({"cn.registration.signature": "own filing", "fr.quiet.marketing": "agreed"})
            ),
            overrides=mostly(draw, {}, st.just({"cn.label.unsubscribe": {"insert": "回T退订", "texts": ["回T退订"]}})),
            count_as=mostly(draw, "by_encoding", st.just("ucs2_always")),
            substitutions=draw(st.booleans()),
            astral=mostly(draw, "send", st.sampled_from(["strip", "refuse"])),
        )
        found.append(revised(route))
    return tuple(found)


@st.composite
def consents(draw: st.DrawFn, now: int) -> Consent:
    return Consent(
        id=draw(st.integers(1, 9)),
        status=mostly(draw, "active", st.just("withdrawn")),
        entity=mostly(draw, "e1", st.sampled_from(ENTITIES)),
        categories=mostly(draw, frozenset({"all"}), some(["marketing", "transactional", "verification"])),
        method=mostly(draw, "written", st.just("oral")),
        captured_at=now + mostly(draw, -30 * DAY_MS, st.sampled_from([-800 * DAY_MS, -HOUR_MS, HOUR_MS])),
        proof_fields=mostly(
            draw, frozenset(WORDS.allowed("proof_fields")), st.sampled_from([frozenset(), frozenset({"captured_at"})])
        ),
        review=mostly(draw, "approved", st.sampled_from(["pending", "none"])),
        states=mostly(draw, frozenset(WORDS.allowed("states")), st.just(frozenset())),
        expires_at=mostly(draw, None, st.sampled_from([now, now + HOUR_MS])),
        frequency=mostly(draw, None, st.sampled_from([(1, "day"), (2, "month")])),
        sent_in_period=draw(st.integers(0, 1)),
    )


@st.composite
def grounds(draw: st.DrawFn, now: int) -> Consent:
    return Consent(
        id=draw(st.integers(11, 19)),
        status=mostly(draw, "active", st.just("withdrawn")),
        entity=mostly(draw, "e1", st.sampled_from(ENTITIES)),
        categories=mostly(draw, frozenset({"marketing"}), some(["marketing", "transactional"])),
        method="",
        captured_at=now + mostly(draw, -30 * DAY_MS, st.sampled_from([-800 * DAY_MS, -HOUR_MS, HOUR_MS])),
        expires_at=mostly(draw, None, st.sampled_from([now, now + HOUR_MS])),
        ground=draw(st.sampled_from(sorted(of_one_recipient()))),
    )


@st.composite
def suppressions(draw: st.DrawFn, now: int) -> Suppression:
    return Suppression(
        id=draw(st.integers(1, 9)),
        at=now - draw(st.sampled_from([HOUR_MS, 10 * DAY_MS, 100 * DAY_MS])),
        level=draw(st.sampled_from(WORDS.allowed("level"))),
        entity=draw(st.sampled_from(ENTITIES)),
        account=draw(st.sampled_from([None, 1, 2])),
        categories=draw(st.sampled_from([frozenset({"all"}), frozenset({"marketing", "consent_request"})])),
        program=draw(st.sampled_from([None, "p1", "p2"])),
        clarity=draw(st.sampled_from(WORDS.allowed("clarity"))),
    )


@st.composite
def sends(draw: st.DrawFn, now: int) -> Sent:
    return Sent(
        at=now - draw(st.sampled_from([1, 59_000, 60_000, HOUR_MS, DAY_MS - 1, DAY_MS])),
        category=draw(st.sampled_from([Category.VERIFICATION, Category.MARKETING, Category.TRANSACTIONAL])),
        account=1,
        entity=draw(st.sampled_from(ENTITIES)),
        signature="示例商城",
        subject=draw(st.sampled_from([None, "s1"])),
    )


@st.composite
def accounts(draw: st.DrawFn, number: int) -> Account:
    line = IdentityLine("Example, 0800 000", frozenset({"sender_name", "contact"}))
    return revised(
        Account(
            revision=0,
            id=number,
            name=f"a{number}",
            status=mostly(draw, "active", st.just("suspended")),
            is_reseller=mostly(draw, False, st.just(True)),
            licences=mostly(draw, LICENSED, LICENCES),
            agreements=mostly(
                draw, dict.fromkeys(WORDS.agreement_keys, ("2", "2025-01-01")), st.sampled_from([{}, _old_terms()])
            ),
            amendments=mostly(draw, AMENDMENTS, st.sampled_from([frozenset(), frozenset({"optout_line"})])),
            identity_line=draw(st.sampled_from([None, line])),
            basis=mostly(draw, CONTRACT, BASES),
            recipient_source=mostly(draw, ("own_customer", True), st.sampled_from([None, ("bought", True)])),
            proofs=draw(st.sampled_from([frozenset(), AUTHORITY]))
            | mostly(draw, frozenset(), some(WORDS.allowed("proofs"))),
        )
    )


AUTHORITY = frozenset({"issuer_is_authority", "health_or_safety_danger"})


def _old_terms() -> dict[str, tuple[str, str]]:
    return dict.fromkeys(WORDS.agreement_keys, ("1", "2025-01-01"))


@st.composite
def senders(draw: st.DrawFn, account: int, country: str | None) -> Sender:
    good = GOOD_ID.get(country or "", NUMERIC)
    return revised(
        Sender(
            revision=0,
            account=account,
            name="s1",
            id=mostly(draw, good, SENDER_IDS),
            status=mostly(draw, "approved", st.just("suspended")),
            entity=mostly(draw, "e1", st.sampled_from(ENTITIES)),
            entity_kind=mostly(draw, "company", st.just("carrier")),
            seat=mostly(draw, None, st.sampled_from(["DE", "CN"])),
            signature=mostly(draw, "示例商城", st.none()),
            alternatives=HEADERS if country == "IN" else mostly(draw, (), st.lists(SENDER_IDS, max_size=2).map(tuple)),
            relabel_accepted=draw(st.booleans()),
            registrations=mostly(draw, ACTIVE, REGISTRATIONS),
            valid_to=mostly(draw, None, st.sampled_from(["2026-11-23", "2030-01-01"])),
        )
    )


@st.composite
def messages(draw: st.DrawFn, number: int, now: int) -> Message:
    account = mostly(draw, 1, st.sampled_from([2, 2, 3]))
    return Message(
        id=number,
        account=account,
        recipient=draw(st.sampled_from(NUMBERS)),
        text=draw(st.sampled_from(TEXTS)),
        sender="s1",
        category=draw(st.sampled_from(list(Category))),
        accepted_at=now,
        expires_at=mostly(draw, now + 3 * DAY_MS, st.sampled_from([now + HOUR_MS, FOREVER_MS])),
        at=mostly(draw, None, st.just(now + HOUR_MS)),
        template=mostly(draw, "t1" if account == 1 else None, st.sampled_from([None, "t2"])),
        program=draw(st.sampled_from([None, "p1"])),
        subject=draw(st.sampled_from([None, "s1"])),
        requested_at=draw(st.sampled_from([None, now - 1, now - 50 * DAY_MS])),
    )


UNANSWERED = st.sampled_from([frozenset({"dnc"}), frozenset({"consent", "history"}), frozenset({"text"})])


@st.composite
def worlds(draw: st.DrawFn, most: int = 6) -> tuple[list[Message], Facts]:
    """A batch with everything the gate may ask about it."""
    now = draw(st.sampled_from(MOMENTS))
    here = draw(st.sampled_from(PLACES))
    places = {number: mostly(draw, here, st.sampled_from(PLACES)) for number in NUMBERS}
    who = [(account, number) for account in (1, 2) for number in NUMBERS]
    template = Template(
        revision=0,
        account=1,
        name="t1",
        text="text",
        category=mostly(draw, None, st.sampled_from([Category.MARKETING, Category.VERIFICATION])),
        subcategory=draw(st.sampled_from([None, "transaction", "service"])),
        basis=mostly(draw, None, BASES),
    )
    facts = Facts(
        now=now,
        operator=draw(operators()),
        accounts={number: draw(accounts(number)) for number in (1, 2)},
        senders={(number, "s1"): draw(senders(number, here.country)) for number in (1, 2)},
        templates={(1, "t1"): revised(template)},
        recipients=places,
        routes={(account, place.country): draw(routes()) for account in (1, 2) for place in {*places.values()}},
        texts={text: draw(text_facts()) for text in TEXTS},
        consents={
            pair: (
                *((draw(consents(now)),) if mostly(draw, True, st.just(False)) else ()),
                *draw(st.lists(grounds(now), max_size=2)),
            )
            for pair in who
        },
        suppressions={number: mostly(draw, (), st.tuples(suppressions(now))) for number in NUMBERS},
        history={number: draw(st.lists(sends(now), max_size=3).map(tuple)) for number in NUMBERS},
        requests={pair: mostly(draw, (), st.just((Asked(now - DAY_MS),))) for pair in who},
        dnc={
            (register, number): DncAnswer(listed, now - age)
            for listed, age in [
                mostly(draw, (False, HOUR_MS), st.sampled_from([(True, HOUR_MS), (False, 40 * DAY_MS)]))
            ]
            for register in WORDS.dnc_keys
            for number in NUMBERS
        },
        proofs=mostly(draw, {}, st.just({1: frozenset({"issuer_is_authority", "soft_opt_in_customer"})})),
        powers=mostly(draw, {}, st.just({2: Power(5, now + HOUR_MS, AUTHORITY)})),
        categories=mostly(draw, {}, st.just({2: Category.TRANSACTIONAL})),
        unknown=mostly(draw, frozenset(), UNANSWERED),
        revision=7,
    )
    batch = [draw(messages(place + 1, now)) for place in range(draw(st.integers(1, most)))]
    return batch, facts
