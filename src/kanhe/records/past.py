"""Papers as they stood at an instant, as far as their dossiers tell: versions, approvals, suspensions, withdrawals.

What an account filed is laid over what the operator has put into the same paper since (registrations, traits): of that no older
state is kept. Papers without a dossier are those of today.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from kanhe.domain.dossier import Act, Done
from kanhe.records.books import APPROVED, Books
from kanhe.records.documents import decode, encode

Document = tuple[str, str, int, bytes]  # kind, key, revision, JSON
Body = Mapping[str, object]

# What an act on a version makes of its paper.
STATUS: Mapping[Act, str] = {
    Act.APPROVE: APPROVED,
    Act.RESUME: APPROVED,
    Act.SUSPEND: "suspended",
    Act.WITHDRAW: "withdrawn",
}
# What an operator filed is in force at once, in the status that it says; accounts do not write whose it is.
IN_FORCE_WHEN_FILED = "account"


class Life(NamedTuple):
    """A paper in its dossier: what its versions said, and what was done to them, oldest first."""

    kind: str
    key: str
    account: int | None
    versions: Mapping[int, bytes]
    done: Sequence[Done]


class Papers:
    """The books of any instant; equal ones are made once."""

    def __init__(self, documents: Sequence[Document], lives: Iterable[Life]) -> None:
        self._today = {(kind, key): (revision, body) for kind, key, revision, body in documents}
        self._lives = [life for life in lives if _is_document(life)]
        self._edges = sorted({done.at for life in self._lives for done in life.done})
        self._revisions: dict[tuple[str, str, bytes], int] = {}
        self._newest = max((revision for _, _, revision, _ in documents), default=0)
        self._made: dict[int, Books] = {}

    def epoch(self, at: int) -> int:
        """Instants of one epoch have the same papers."""
        return bisect_right(self._edges, at)

    def at(self, at: int) -> Books:
        """The books as they stood."""
        epoch = self.epoch(at)
        if epoch not in self._made:
            self._made[epoch] = self._books(at if epoch < len(self._edges) else None)
        return self._made[epoch]

    def _books(self, at: int | None) -> Books:
        """Those of an instant before the last change; None: those of today."""
        stood = dict(self._today)
        for life in self._lives if at is not None else ():
            place, body = (life.kind, life.key), _body_at(life, self._today.get((life.kind, life.key)), at or 0)
            if body is None:
                stood.pop(place, None)
            elif place not in stood or body != msgspec.json.decode(stood[place][1]):
                stood[place] = self._numbered(place, encode(body))
        books = Books()
        for (kind, key), (revision, octets) in stood.items():
            books.put(decode(kind, key, revision, octets))
        return books

    def _numbered(self, place: tuple[str, str], octets: bytes) -> tuple[int, bytes]:
        """A state of its own has a revision of its own: the gate knows papers by theirs."""
        known = self._revisions.setdefault((*place, octets), self._newest + len(self._revisions) + 1)
        return known, octets


def _is_document(life: Life) -> bool:
    """Whether it is a paper of its own; licences inside an account's or the operator's document are not."""
    return life.account is not None and life.key.startswith(f"{life.account}/")


def _body_at(life: Life, today: tuple[int, bytes] | None, at: int) -> Body | None:
    """What a paper said at an instant; None: it was not in force yet, or never."""
    number, status = None, APPROVED
    for done in life.done:
        if done.at > at:
            break
        if done.act is Act.APPROVE or (done.act is Act.FILE and IN_FORCE_WHEN_FILED in _content(life, done.version)):
            number, status = done.version, APPROVED
        elif done.version == number and done.act in STATUS:
            status = STATUS[done.act]
    if number is None:
        return None
    content = _content(life, number)
    if IN_FORCE_WHEN_FILED in content:
        return content if status == APPROVED else {**content, "status": status}
    known: Body = msgspec.json.decode(today[1]) if today is not None else {}
    return {**known, **content, "account": life.account, "status": status}


def _content(life: Life, version: int) -> dict[str, object]:
    return msgspec.json.decode(life.versions[version], type=dict[str, object])
