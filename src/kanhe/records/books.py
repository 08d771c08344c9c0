"""The books in memory: every paper in force, looked up without I/O. Replaced paper by paper, never half."""

import asyncio
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import structs

from kanhe.domain.message import Message
from kanhe.domain.papers import (
    Acceptance,
    Account,
    Authority,
    ConnectorPaper,
    Credential,
    Endpoint,
    HeldLicence,
    Licence,
    Operator,
    Qualification,
    Route,
    Sender,
    Template,
)
from kanhe.records.documents import Paper, decode, place_of

NO_OPERATOR = Operator(revision=0, name="", seat="ZZ")
APPROVED = "approved"
# Forms of a sender id that are ports: numbers of the network, each of one account (Anti-Telecom and Online Fraud Law, art. 31).
PORTS = frozenset({"numeric", "shortcode"})

Holding: TypeAlias = HeldLicence | Acceptance

# What a verdict rests on by itself; a paper that is struck out has no revision by which anyone could tell that it is gone.
RESTED_ON = (Operator, Account, Sender, Template, Authority)


@dataclass(slots=True)
class Books:
    """Papers in force. Only `put` and `remove` change them, on the loop that also judges.

    `filed` is every paper as it was filed. The gate reads accounts and senders with what other papers say of them put in:
    an account holds its licences and acceptances, a sender ends when the qualification of its entity does.
    """

    operator: Operator = NO_OPERATOR
    accounts: dict[int, Account] = field(default_factory=dict)
    senders: dict[tuple[int, str], Sender] = field(default_factory=dict)
    sender_names: dict[tuple[int, str], str] = field(default_factory=dict)  # (account, sender id as shown) -> its name
    templates: dict[tuple[int, str], Template] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    connectors: dict[str, ConnectorPaper] = field(default_factory=dict)
    credentials: dict[tuple[str, str], Credential] = field(default_factory=dict)
    endpoints: dict[tuple[int, str], Endpoint] = field(default_factory=dict)
    qualifications: dict[tuple[int, str], Qualification] = field(default_factory=dict)
    authorities: dict[tuple[int, str], Authority] = field(default_factory=dict)
    orders: dict[tuple[int, str], list[Authority]] = field(default_factory=dict)  # standing orders by (account, sender)
    filed: dict[tuple[str, str], Paper] = field(default_factory=dict)  # by (kind, key)
    revision: int = 0
    struck: int = 0  # the revision at which a paper that verdicts rest on was last struck out
    filing: asyncio.Lock = field(default_factory=asyncio.Lock)  # held from the check of a paper until it is in force
    _holdings: dict[int, dict[tuple[str, str], Holding]] = field(default_factory=dict)
    _by_value: dict[str, set[tuple[int, str]]] = field(default_factory=dict)  # sender id as shown -> senders

    def put(self, paper: Paper) -> None:
        """Take `paper` as the version in force."""
        self.revision = max(self.revision, paper.revision)
        place = place_of(paper)
        old, self.filed[place] = self.filed.get(place), paper
        match paper:
            case Operator():
                self.operator = paper
            case Account():
                self._compose_account(paper.id)
            case HeldLicence() | Acceptance():
                self._holdings.setdefault(paper.account, {})[place] = paper
                self._compose_account(paper.account)
            case Sender():
                if isinstance(old, Sender):
                    self._forget_value(old)
                self.senders[paper.account, paper.name] = self._compose_sender(paper)
                self.sender_names[paper.account, paper.id.value] = paper.name
                self._by_value.setdefault(paper.id.value, set()).add((paper.account, paper.name))
            case Qualification():
                self.qualifications[paper.account, paper.entity] = paper
                self._compose_senders(paper)
            case Authority():
                self.authorities[paper.account, paper.key] = paper
                self._compose_orders()
            case Template():
                self.templates[paper.account, paper.name] = paper
            case Route():
                self.routes[paper.name] = paper
            case ConnectorPaper():
                self.connectors[paper.name] = paper
            case Credential():
                self.credentials[paper.kind, paper.name] = paper
            case Endpoint():
                self.endpoints[paper.account, paper.name] = paper

    def remove(self, paper: Paper, revision: int) -> None:
        """Strike `paper` out."""
        self.revision = max(self.revision, revision)
        if isinstance(paper, RESTED_ON):
            self.struck = max(self.struck, revision)
        place = place_of(paper)
        self.filed.pop(place, None)
        match paper:
            case Operator():
                self.operator = NO_OPERATOR
            case Account():
                self.accounts.pop(paper.id, None)
            case HeldLicence() | Acceptance():
                self._holdings.get(paper.account, {}).pop(place, None)
                self._compose_account(paper.account, revision)
            case Sender():
                self.senders.pop((paper.account, paper.name), None)
                self._forget_value(paper)
            case Qualification():
                self.qualifications.pop((paper.account, paper.entity), None)
                self._compose_senders(paper, revision)
            case Authority():
                self.authorities.pop((paper.account, paper.key), None)
                self._compose_orders()
            case Template():
                self.templates.pop((paper.account, paper.name), None)
            case Route():
                self.routes.pop(paper.name, None)
            case ConnectorPaper():
                self.connectors.pop(paper.name, None)
            case Credential():
                self.credentials.pop((paper.kind, paper.name), None)
            case Endpoint():
                self.endpoints.pop((paper.account, paper.name), None)

    def find(self, kind: str, key: str) -> Paper | None:
        """The paper of a kind as it was filed under its key (`records.documents.KEYS`)."""
        return self.filed.get((kind, key))

    def owner_of(self, port: str, but: Container[tuple[int, str]] = ()) -> int | None:
        """The account to which a port is bound, not counting some senders; one that was withdrawn gives its port free."""
        bound = (self.senders[place] for place in self._by_value.get(port, ()) if place not in but)
        return min((s.account for s in bound if s.id.type in PORTS and s.status != "withdrawn"), default=None)

    def shown(self, message: Message) -> str:
        """The sender id that recipients of `message` see."""
        sender = self.senders.get((message.account, message.sender))
        return sender.id.value if sender else message.sender

    def newest(self, message: Message, seen: int) -> int:
        """The revision of the newest paper that `message` rests on; nothing to look up while none is newer than `seen`."""
        if self.revision <= seen:
            return 0
        account, sender = self.accounts.get(message.account), self.senders.get((message.account, message.sender))
        template = self.templates.get((message.account, message.template or ""))
        orders: Sequence[Authority] = self.orders.get((message.account, message.sender), ())
        papers = [paper.revision for paper in (account, sender, template, *orders) if paper]
        return max(self.operator.revision, self.struck, *papers)

    def endpoints_of(self, account: int) -> Sequence[Endpoint]:
        """Where `account` wants its webhooks."""
        return [endpoint for (owner, _), endpoint in self.endpoints.items() if owner == account and endpoint.enabled]

    def sender_by_value(self, value: str) -> Sender | None:
        """Who owns a sender id, for inbound messages; the lowest account when several share a name."""
        place = min(self._by_value.get(value, ()), default=None)
        return self.senders[place] if place is not None else None

    def _compose_account(self, account: int, revision: int = 0) -> None:
        """Put an account's licences and acceptances in; those that are not approved do not count."""
        filed = self.filed.get(("account", str(account)))
        if not isinstance(filed, Account):
            return
        holdings = self._holdings.get(account, {}).values()
        held = [each for each in holdings if each.status == APPROVED]
        self.accounts[account] = structs.replace(
            filed,
            revision=max(filed.revision, self.accounts.get(account, filed).revision, revision, *(h.revision for h in holdings)),
            licences=(*filed.licences, *(_licence(each) for each in held if isinstance(each, HeldLicence))),
            agreements={**filed.agreements, **{a.key: (a.version, a.accepted_at) for a in held if isinstance(a, Acceptance)}},
        )  # fmt: skip

    def _compose_orders(self) -> None:
        self.orders = {}
        for paper in self.authorities.values():
            for sender in paper.senders:
                self.orders.setdefault((paper.account, sender), []).append(paper)

    def _compose_senders(self, qualification: Qualification, revision: int = 0) -> None:
        for place, sender in list(self.senders.items()):
            if sender.account == qualification.account and sender.entity == qualification.entity:
                filed = self.filed["sender", f"{sender.account}/{sender.name}"]
                assert isinstance(filed, Sender), "senders are composed from those on file"
                self.senders[place] = self._compose_sender(filed, revision)

    def _compose_sender(self, filed: Sender, revision: int = 0) -> Sender:
        """A sender is of its entity's kind and seat, ends with its qualification and rests while that is not approved."""
        behind = self.qualifications.get((filed.account, filed.entity or ""))
        if behind is None:
            return filed if not revision else structs.replace(filed, revision=max(filed.revision, revision))
        ends = [day for day in (filed.valid_to, behind.valid_to) if day is not None]
        return structs.replace(
            filed,
            revision=max(filed.revision, behind.revision, revision),
            status=filed.status if behind.status == APPROVED else "suspended",
            valid_to=min(ends, default=None),
            entity_kind=filed.entity_kind or behind.kind,
            seat=filed.seat or behind.seat,
        )

    def _forget_value(self, sender: Sender) -> None:
        self.sender_names.pop((sender.account, sender.id.value), None)
        self._by_value.get(sender.id.value, set()).discard((sender.account, sender.name))


def _licence(held: HeldLicence) -> Licence:
    return Licence(held.key, held.coverage, held.valid_from, held.valid_to, held.number, held.services)


def open_books(documents: Iterable[tuple[str, str, int, bytes]]) -> Books:
    """The books as the store keeps them: (kind, key, revision, JSON)."""
    books = Books()
    for kind, key, revision, body in documents:
        books.put(decode(kind, key, revision, body))
    return books
