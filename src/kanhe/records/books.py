"""The books in memory: every paper in force, looked up without I/O. Replaced paper by paper, never half."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kanhe.domain.message import Message
from kanhe.domain.papers import Account, ConnectorPaper, Credential, Endpoint, Operator, Route, Sender, Template
from kanhe.records.documents import Paper, decode

NO_OPERATOR = Operator(revision=0, name="", seat="ZZ")


@dataclass(slots=True)
class Books:
    """Papers in force. Only `put` and `remove` change them, on the loop that also judges."""

    operator: Operator = NO_OPERATOR
    accounts: dict[int, Account] = field(default_factory=dict)
    senders: dict[tuple[int, str], Sender] = field(default_factory=dict)
    sender_names: dict[tuple[int, str], str] = field(default_factory=dict)  # (account, sender id as shown) -> its name
    templates: dict[tuple[int, str], Template] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    connectors: dict[str, ConnectorPaper] = field(default_factory=dict)
    credentials: dict[tuple[str, str], Credential] = field(default_factory=dict)
    endpoints: dict[tuple[int, str], Endpoint] = field(default_factory=dict)
    revision: int = 0

    def put(self, paper: Paper) -> None:
        """Take `paper` as the version in force."""
        self.revision = max(self.revision, paper.revision)
        match paper:
            case Operator():
                self.operator = paper
            case Account():
                self.accounts[paper.id] = paper
            case Sender():
                self.senders[paper.account, paper.name] = paper
                self.sender_names[paper.account, paper.id.value] = paper.name
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
        match paper:
            case Operator():
                self.operator = NO_OPERATOR
            case Account():
                self.accounts.pop(paper.id, None)
            case Sender():
                self.senders.pop((paper.account, paper.name), None)
                self.sender_names.pop((paper.account, paper.id.value), None)
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
        """The paper in force of a kind under its key (`records.documents.KEYS`)."""
        if kind == "operator":
            return self.operator if self.operator is not NO_OPERATOR else None
        if kind == "account":
            return self.accounts.get(int(key)) if key.isdigit() else None
        if kind in ("route", "connector"):
            shelf: dict[str, Route] | dict[str, ConnectorPaper] = self.routes if kind == "route" else self.connectors
            return shelf.get(key)
        first, _, second = key.partition("/")
        if kind == "credential":
            return self.credentials.get((first, second))
        owned = {"sender": self.senders, "template": self.templates, "endpoint": self.endpoints}[kind]
        return owned.get((int(first), second))  # type: ignore[attr-defined,no-any-return] # three dicts of one form

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
        return max(self.operator.revision, *(paper.revision for paper in (account, sender, template) if paper), 0)

    def endpoints_of(self, account: int) -> Sequence[Endpoint]:
        """Where `account` wants its webhooks."""
        return [endpoint for (owner, _), endpoint in self.endpoints.items() if owner == account and endpoint.enabled]

    def sender_by_value(self, value: str) -> Sender | None:
        """Who owns a sender id, for inbound messages; the lowest account when several share a code."""
        owners = [sender for sender in self.senders.values() if sender.id.value == value]
        return min(owners, key=lambda sender: (sender.account, sender.name), default=None)


def open_books(documents: Iterable[tuple[str, str, int, bytes]]) -> Books:
    """The books as the store keeps them: (kind, key, revision, JSON)."""
    books = Books()
    for kind, key, revision, body in documents:
        books.put(decode(kind, key, revision, body))
    return books
