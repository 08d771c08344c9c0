"""A worked case's facts, as a lawyer writes them, made into the message and the facts that the gate judges."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import Asked, Consent, DncAnswer, Facts, Recipient, Sent, Suppression, TextFacts
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
from kanhe.gate.casefile import Given
from kanhe.kit.clock import to_ms
from kanhe.law.clock import FOREVER_MS

# Names in a case are texts, ids in the store are numbers: each text gets its number in the order in which it is met.
MESSAGE, NUMBER = 1, 999_000_000_001
NO_MESSAGE = {"text": "", "declared_category": "transactional"}
# Books that may fail to answer; what a paper itself says (a sender's type, a seat) is never unknown.
UNREAD = frozenset(
    {"basis", "consent", "dnc", "history", "proofs", "registrations", "requests", "suppressions"}
    | {f"text.{field}" for field in ("alert", "content", "links", "optout_forms", "phones", "promotional")}
    | {"text.shows", "text.states", "recipient.kind", "recipient.regions", "recipient.source", "recipient.zones"}
    | {"account.agreements", "account.licences", "operator.agreements", "operator.countries", "operator.licences"}
    | {"route.optout_number", "sender.port_categories", "sender.signature", "sender.traits"}
)


class Names:
    """Numbers for the names of records in one case."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        """The number of a name."""
        return self._known.setdefault(name, len(self._known) + 1)


def instant(text: str) -> int:
    """Milliseconds of an ISO instant with its offset. Raises `ValueError`."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"`{text}` needs its offset from UTC, as in 2026-11-23T10:00:00+08:00")
    return to_ms(found)


def unanswered(given: Given) -> dict[str, Any]:
    """The facts without the values of books that did not answer: a base may still name some."""
    found = dict(given)
    for fact in sorted(UNREAD & frozenset(given.get("unknown") or ())):
        top, _, field = fact.partition(".")
        if field:
            found[top] = {key: value for key, value in (found.get(top) or {}).items() if key != field}
        else:
            found.pop(top, None)
    return found


def build(given: Given, now: int) -> tuple[Message, Facts]:
    """Message and facts out of the form of the vocabulary."""
    names = Names()
    told, place = given.get("message") or NO_MESSAGE, _place(given["recipient"])
    account_id = names("account:" + str(given["account"].get("id") or "a1"))
    message = _message(told, account_id, now)
    facts = Facts(
        now=now,
        operator=_operator(given["operator"]),
        accounts={account_id: _account(given, account_id)},
        senders={(account_id, message.sender): _sender(given, account_id)},
        templates=_templates(told, account_id),
        recipients={NUMBER: place},
        routes={(account_id, place.country): _routes(given.get("route"))},
        texts={message.text: _text(given.get("text") or {})},
        consents={(account_id, NUMBER): _consents(given.get("consent"), names)},
        suppressions={NUMBER: [_suppression(one, names) for one in given.get("suppressions") or ()]},
        history={NUMBER: [_sent(one, account_id) for one in given.get("history") or ()]},
        by_sender={(account_id, message.sender): [_sent(one, account_id) for one in given.get("history") or ()]},
        requests={(account_id, NUMBER): [_asked(one) for one in given.get("requests") or ()]},
        dnc={
            (key, NUMBER): DncAnswer(
                bool(one.get("listed")), instant(one["checked_at"]) if one.get("checked_at") else 0
            )
            for key, one in (given.get("dnc") or {}).items()
            if one is not None
        },
        proofs={MESSAGE: frozenset(given["proofs"])} if given.get("proofs") else {},
        categories={MESSAGE: Category(told["category"])} if told.get("category") else {},
        unknown=frozenset(given.get("unknown") or ()),
    )
    return message, facts


def _message(told: Given, account: int, now: int) -> Message:
    validity = told.get("validity_s")
    return Message(
        id=MESSAGE,
        account=account,
        recipient=NUMBER,
        text=told.get("text") or "",
        sender="s1",
        category=Category(told.get("declared_category") or told["category"]),
        accepted_at=now,
        expires_at=FOREVER_MS if validity is None else now + validity * 1000,
        template=told.get("template"),
        program=told.get("program"),
        subject=told.get("subject"),
        requested_at=instant(told["requested_at"]) if told.get("requested_at") else None,
    )


def _place(given: Given) -> Recipient:
    return Recipient(
        country=given.get("country"),
        regions=tuple(given.get("regions") or ()),
        zones=tuple(given.get("zones") or ()),
        kind=given.get("kind") or "individual",
    )


def _licences(given: list[Given] | None) -> tuple[Licence, ...]:
    return msgspec.convert(given or [], tuple[Licence, ...])


def _operator(given: Given) -> Operator:
    return Operator(
        revision=_revision(given),
        name="operator",
        seat=given.get("seat") or "ZZ",
        is_reseller=bool(given.get("is_reseller")),
        licences=_licences(given.get("licences")),
        agreements={
            key: tuple((one["version"], one["from"]) for one in versions)
            for key, versions in (given.get("agreements") or {}).items()
        },
        countries=frozenset(given.get("countries") or ()),
        switches=given.get("switches") or {},
    )


def _account(given: Given, account_id: int) -> Account:
    told, line = given["account"], given["account"].get("identity_line")
    source = given["recipient"].get("source")
    return Account(
        revision=_revision(given),
        id=account_id,
        name=str(told.get("id") or "a1"),
        is_reseller=bool(told.get("is_reseller")),
        licences=_licences(told.get("licences")),
        agreements={
            key: (one["version"], one["accepted_at"])
            for key, one in (told.get("agreements") or {}).items()
            if one is not None
        },
        amendments=frozenset(told.get("amendments") or ()),
        identity_line=IdentityLine(line["text"], frozenset(line["shows"] or ())) if line else None,
        basis=msgspec.convert(given["basis"], Basis) if given.get("basis") else None,
        recipient_source=(source["kind"], bool(source["recorded"])) if source else None,
    )


def _sender(given: Given, account_id: int) -> Sender:
    told = given["sender"]
    return Sender(
        revision=_revision(given),
        account=account_id,
        name="s1",
        id=_sender_id(told),
        entity=told.get("entity"),
        entity_kind=told.get("entity_kind"),
        seat=told.get("seat"),
        signature=told.get("signature"),
        alternatives=tuple(_sender_id(other) for other in told.get("alternatives") or ()),
        relabel_accepted=bool(told.get("relabel_accepted")),
        registrations={
            key: msgspec.convert({"key": key, **one}, Registration)
            for key, one in (given.get("registrations") or {}).items()
            if one is not None
        },
    )


def _sender_id(told: Given) -> SenderId:
    ports = told.get("port_categories")
    return SenderId(
        told["type"], told["value"], frozenset(told.get("traits") or ()), None if ports is None else frozenset(ports)
    )


def _templates(told: Given, account_id: int) -> dict[tuple[int, str], Template]:
    name = told.get("template")
    if name is None:
        return {}
    return {
        (account_id, name): Template(
            _revision(told), account_id, name, told.get("text") or "", subcategory=told.get("subcategory")
        )
    }


def _routes(given: Given | list[Given] | None) -> list[Route]:
    """One candidate route, or several in order of preference."""
    found = given if isinstance(given, list) else [given] if given else []
    return [
        Route(
            revision=_revision(one),
            name=f"r{place}",
            connector=f"k{place}",
            carrier=one["carrier"],
            coverage=frozenset(one.get("coverage") or ()),
            optout_number=one.get("optout_number"),
            waives=one.get("waives") or {},
            overrides=one.get("overrides") or {},
        )
        for place, one in enumerate(found, 1)
    ]


def _text(given: Given) -> TextFacts:
    return TextFacts(
        promotional=bool(given.get("promotional")),
        shows=frozenset(given.get("shows") or ()),
        states=frozenset(given.get("states") or ()),
        optout_forms=tuple(given.get("optout_forms") or ()),
        links=tuple(given.get("links") or ()),
        phones=tuple(given.get("phones") or ()),
        content=frozenset(given.get("content") or ()),
        alert=frozenset(given.get("alert") or ()),
    )


def _consents(given: Given | None, names: Names) -> list[Consent]:
    if not given:
        return []
    frequency = given.get("frequency")
    return [
        Consent(
            id=names(f"consent:{given.get('id')}"),
            status=given["status"],
            entity=given.get("entity"),
            categories=frozenset(given.get("categories") or ()),
            method=given.get("method") or "",
            # Nobody knows when: not before now.
            captured_at=instant(given["captured_at"]) if given.get("captured_at") else FOREVER_MS,
            proof_fields=frozenset(given.get("proof_fields") or ()),
            review=given.get("review") or "none",
            states=frozenset(given.get("states") or ()),
            expires_at=instant(given["expires_at"]) if given.get("expires_at") else None,
            reconfirmed_at=instant(given["reconfirmed_at"]) if given.get("reconfirmed_at") else None,
            frequency=(frequency["max"], frequency["per"]) if frequency else None,
            sent_in_period=given.get("sent_in_period") or 0,
            channel=given.get("channel"),
        )
    ]


def _suppression(given: Given, names: Names) -> Suppression:
    account = given.get("account")
    return Suppression(
        id=names(f"suppression:{given['id']}"),
        at=instant(given["at"]),
        level=given["level"],
        entity=given.get("entity"),
        account=None if account is None else names(f"account:{account}"),
        categories=frozenset(given.get("categories") or ("all",)),
        program=given.get("program"),
        clarity=given.get("clarity") or "keyword",
        text=given.get("text"),
    )


def _sent(given: Given, account_id: int) -> Sent:
    return Sent(
        at=instant(given["at"]),
        category=Category(given["category"]),
        account=account_id,
        entity=given.get("entity"),
        signature=given.get("signature"),
        template=given.get("template"),
        subject=given.get("subject"),
    )


def _asked(given: Given) -> Asked:
    return Asked(instant(given["at"]), given.get("answer"))


def _revision(given: Any) -> int:
    """A revision that differs when the paper does: cases share one gate, and papers are known by their revisions."""
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(given, order="sorted")).digest()[:7], "big")
