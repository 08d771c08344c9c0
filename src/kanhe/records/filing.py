"""Filing papers: checked whole, written in one transaction, then in force. Nothing half-filed."""

from collections.abc import Mapping, Sequence

import msgspec

from kanhe.domain.facts import OF_POWER
from kanhe.domain.options import options_of
from kanhe.domain.papers import Account, Authority, ConnectorPaper, Credential, Sender
from kanhe.kit.networks import is_network
from kanhe.law.grounds import of_one_recipient
from kanhe.ports.change import Change, Document, Rank
from kanhe.ports.store import Store
from kanhe.protocols.addresses import NAME_OR_NUMBER, fits_nowhere
from kanhe.records.books import PORTS, Books
from kanhe.records.documents import Paper, PaperInvalidError, encode, key_of, read


class Filed(msgspec.Struct, frozen=True):
    """What one filing would change or has changed."""

    kind: str
    key: str
    before: dict[str, object] | None
    after: dict[str, object] | None


def difference(books: Books, papers: Sequence[tuple[str, Mapping[str, object]]]) -> list[Filed]:
    """What filing these papers would change; papers that are on file unchanged are left out. Raises `PaperInvalidError`."""
    _refuse_bound_ports(books, papers)
    _refuse_dangling(books, papers)
    _refuse_unfit(papers)
    _refuse_unproved(papers)
    _refuse_odd_networks(papers)
    changed = []
    for kind, body in papers:
        key = key_of(kind, body)
        paper = read(kind, key, 0, body)
        after = written(paper)
        known = books.find(kind, key)
        before = written(known) if known is not None else None
        if before != after:
            changed.append(Filed(kind, key, before, after))
    return changed


def _refuse_bound_ports(books: Books, papers: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """A port belongs to exactly one account, also within one sheet (Anti-Telecom and Online Fraud Law of China, art. 31)."""
    read_ones = [read(kind, key_of(kind, body), 0, body) for kind, body in papers if kind == "sender"]
    senders = [paper for paper in read_ones if isinstance(paper, Sender)]
    filed = {(sender.account, sender.name) for sender in senders}
    owners: dict[str, int] = {}
    for sender in senders:
        if sender.id.type not in PORTS or sender.status == "withdrawn":
            continue
        port = sender.id.value
        owner = owners.setdefault(port, books.owner_of(port, but=filed) or sender.account)
        if owner != sender.account:
            raise PaperInvalidError(
                f"sender `{sender.account}/{sender.name}`: port `{port}` belongs to account `{owner}`"
            )


# What a paper must name of another that is on file or in the same sheet; else nothing could ever come of it.
NAMES: dict[str, tuple[str, str]] = {
    "route": ("connector", "connector"),
    "sender": ("account", "account"),
    "template": ("account", "account"),
    "credential": ("account", "account"),
    "endpoint": ("account", "account"),
}


def _refuse_dangling(books: Books, papers: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    here = {(kind, key_of(kind, body)) for kind, body in papers}
    for kind, body in papers:
        if kind not in NAMES:
            continue
        field, other = NAMES[kind]
        key = str(body.get(field))
        if (other, key) not in here and books.find(other, key) is None:
            raise PaperInvalidError(f"{kind} `{key_of(kind, body)}`: there is no {other} `{key}`")


def _refuse_unfit(papers: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """A sender id that no protocol has room for would be refused with every message."""
    senders = [read(kind, key_of(kind, body), 0, body) for kind, body in papers if kind == "sender"]
    for sender in senders:
        assert isinstance(sender, Sender), "papers of this kind"
        for each in (sender.id, *sender.alternatives):
            if fits_nowhere(each.value):
                place = f"sender `{sender.account}/{sender.name}`"
                raise PaperInvalidError(
                    f"{place}: `{each.value}` fits no carrier: a sender id is {NAME_OR_NUMBER.limit}"
                )


def _refuse_unproved(papers: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """What a sheet cannot prove: what is so of single recipients, and by whose power a warning goes."""
    for kind, body in papers:
        paper, place = read(kind, key_of(kind, body), 0, body), f"{kind} `{key_of(kind, body)}`"
        claimed = paper.proofs if isinstance(paper, Account | Sender) else frozenset[str]()
        if grounds := sorted(claimed & of_one_recipient()):
            raise PaperInvalidError(
                f"{place}: `{grounds[0]}` is so of single recipients: put it on file with each number"
                " (`kanhe consents import`, column `ground`)"
            )
        if powers := sorted(claimed & OF_POWER):
            raise PaperInvalidError(
                f"{place}: `{powers[0]}` rests on a mandate that two people approved: file an `authority` with its senders and"
                " area, or send an announcement"
            )
        if isinstance(paper, Authority) and paper.people:
            raise PaperInvalidError(
                f"{place}: `people` are those who approved it in a review; no sheet can say who they are"
            )


def _refuse_odd_networks(papers: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """Nobody comes from a network that is none."""
    for kind, body in papers:
        if kind not in ("credential", "connector"):
            continue
        paper = read(kind, key_of(kind, body), 0, body)
        assert isinstance(paper, Credential | ConnectorPaper), "papers of these kinds"
        allowed = paper.networks if isinstance(paper, Credential) else getattr(options_of(paper), "networks", ())
        if odd := [written for written in allowed if not is_network(written)]:
            raise PaperInvalidError(f"{kind} `{key_of(kind, body)}`: `{odd[0]}` is no network: write 203.0.113.0/24")


async def file(store: Store, books: Books, filed: Sequence[Filed], now: int) -> int:
    """Write these changes and put them in force; the revision they have."""
    documents = [Document(f.kind, f.key, None if f.after is None else encode(f.after)) for f in filed]
    committed = await store.commit(Change(Rank.INBOUND, now, documents=documents))
    for f in filed:
        if f.after is not None:
            books.put(read(f.kind, f.key, committed.revision, f.after))
        elif (known := books.find(f.kind, f.key)) is not None:
            books.remove(known, committed.revision)
    return committed.revision


def without_secrets(filed: Filed) -> Filed:
    """A change as it may be shown: sealed secrets are named, not printed."""

    def shown(body: dict[str, object] | None) -> dict[str, object] | None:
        return None if body is None else {k: "(sealed)" if k == "secret" else v for k, v in body.items()}

    return Filed(filed.kind, filed.key, shown(filed.before), shown(filed.after))


def written(paper: Paper) -> dict[str, object]:
    """A paper as its document: everything but its revision, defaults left out."""
    body: dict[str, object] = msgspec.to_builtins(paper, order="deterministic")
    defaults = _defaults(type(paper))
    return {
        name: value for name, value in body.items() if name != "revision" and value != defaults.get(name, _NO_DEFAULT)
    }


_NO_DEFAULT = object()


def _defaults(noun: type[Paper]) -> dict[str, object]:
    fields = msgspec.structs.fields(noun)
    return {f.name: msgspec.to_builtins(f.default) for f in fields if f.default is not msgspec.NODEFAULT}
