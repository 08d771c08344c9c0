"""Messages, verdicts and changes to write."""

import hashlib
from typing import Any

from kanhe.domain.category import Category
from kanhe.domain.facts import Sent
from kanhe.domain.message import Message
from kanhe.domain.state import State
from kanhe.domain.verdict import Change as Amendment
from kanhe.domain.verdict import Citation, Effect, Finding, Outcome, Shape, Verdict
from kanhe.kit.ids import first_of
from kanhe.ledger.entry import Kind, Statement, commit_entries
from kanhe.ledger.entry import Outcome as Decided
from kanhe.ports.change import Accepted, Change, Claim, Keyed, Posting, Rank, Response, Settled

NOW = 1_800_000_000_000
NUMBER = 8613800138000


def shape(*codes: str) -> Shape:
    findings = tuple(
        Finding(n, "consent", code, Effect.ALLOW, "cn-consent", "2015-09-01", "law", (Citation("办法", "18"),))
        for n, code in enumerate(codes)
    )
    return Shape(findings, hashlib.sha256(repr(findings).encode()).digest(), b"p" * 32)


ALLOWED = shape("consent-given", "quiet-hours-open")
REFUSED = shape("consent-missing")


def message(n: int = 0, *, at: int = NOW, account: int = 7, number: int = NUMBER, **more: Any) -> Message:
    values: dict[str, Any] = {
        "text": f"【示例商城】您的订单 {n} 已发货",
        "sender": "示例商城",
        "category": Category.TRANSACTIONAL,
        "accepted_at": at,
        "expires_at": at + 3_600_000,
    }
    return Message(id=first_of(at) + n, account=account, recipient=number, **(values | more))


def verdict(of: Shape = ALLOWED, **more: Any) -> Verdict:
    values: dict[str, Any] = {"noted": (NOW, 42), "valid_until": NOW + 60_000, "revision": 0, "route": "main"}
    return Verdict(Outcome.ALLOW, of, Category.TRANSACTIONAL, **(values | more))


AMENDED = verdict(
    text="【示例商城】您好 拒收请回复R",
    sender="10690001",
    not_before=NOW + 5,
    changes=(Amendment("optout_line", "cn-optout", "", "拒收请回复R"),),
)


def accepted(
    of: Message,
    *,
    state: State = State.ACCEPTED,
    said: Verdict | None = None,
    counted: bool = True,
    due: int | None = None,
) -> Accepted:
    sent = Sent(of.accepted_at, of.category, of.account, "e1", "示例商城", of.template, of.subject, of.id)
    return Accepted(of, said or verdict(), state, 1, 45_000, bytes(32), due, sent if counted else None)


def entries(batch: list[Accepted]) -> list[bytes]:
    return commit_entries(
        [
            Statement(
                Kind.VERDICT, Decided.ALLOW, a.message.id, a.message.account, NOW, a.verdict.shape.digest, b"p" * 32,
            )
            for a in batch
        ]
    )  # fmt: skip


def submission(*rows: Accepted, **more: Any) -> Change:
    batch = list(rows)
    return Change(Rank.SUBMISSIONS, NOW, accepted=batch, entries=entries(batch), **more)


def claim(*of: Message, revision: int = 0, connector: str = "sim") -> Change:
    return Change(Rank.CLAIMS, NOW + 1, claims=[Claim(m.id, m.recipient, revision, connector) for m in of])


def responses(*of: Message) -> Change:
    said = [Response(m.id, 1, 0, f"C{m.id}") for m in of]
    return Change(Rank.REPORTS, NOW + 2, responses=said)


def settled(*of: Message, state: State = State.DELIVERED, counted: bool = True) -> Change:
    return Change(Rank.REPORTS, NOW + 3, settled=[Settled(m.id, state, b"trail", counted) for m in of])


def keyed(key: str, *, account: int = 7, at: int = NOW) -> Keyed:
    return Keyed(account, key, b"d" * 32, b'{"id":"1"}', at)


def posting(account: int = 7, **more: int) -> Posting:
    return Posting(account, **more)
