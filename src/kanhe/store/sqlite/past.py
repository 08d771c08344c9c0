"""Past traffic, read beside the platform that writes it: messages as they were handed in, and the books as far as they tell of then.

For replays: nothing is written, every read is a page of its own, so the platform's log can always be cut off behind it.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from pyroaring import BitMap64

from kanhe.domain.announcement import IN_FORCE, Announcement
from kanhe.domain.category import Category
from kanhe.domain.dossier import Act, Done
from kanhe.domain.facts import Asked, Consent, DncAnswer, Sent, Suppression
from kanhe.domain.message import Message
from kanhe.kit.ids import first_of
from kanhe.records.past import Life
from kanhe.store import packing
from kanhe.store.consents import unpack_consent
from kanhe.store.sqlite.connect import connect_reader
from kanhe.store.sqlite.registers import Registers
from kanhe.store.sqlite.statements import load

# Some 2 MB of rows and 20 ms of reading: a page is asked for as a whole, and its books once.
PAGE_ROWS = 4_096

_announcement = msgspec.msgpack.Decoder(Announcement).decode
_suppression = msgspec.msgpack.Decoder(Suppression).decode


class Handed(msgspec.Struct, frozen=True, gc=False):
    """A message as it was handed in, and how caps count it; no text: it was erased."""

    message: Message
    sent: Sent | None
    erased: bool


class PastTraffic:
    """The past in a store's file."""

    def __init__(self, path: Path) -> None:
        self._connection = connect_reader(path)
        self._sql = load()
        self.registers = Registers(self._all("registers"))
        self._uncounted = BitMap64(identifier for (identifier,) in self._all("uncounted"))

    def close(self) -> None:
        """Read no more."""
        self._connection.close()

    def documents(self) -> list[tuple[str, str, int, bytes]]:
        """All papers in force: kind, key, revision, body."""
        return self._all("documents")

    def lives(self) -> list[Life]:
        """All papers in their dossiers."""
        versions: dict[int, dict[int, bytes]] = {}
        done: dict[int, list[Done]] = {}
        for dossier, number, content in self._all("versions_all"):
            versions.setdefault(dossier, {})[number] = content
        for dossier, version, at, by, act, reason in self._all("done_all"):
            done.setdefault(dossier, []).append(Done(dossier, version, at, by, Act(act), reason))
        return [
            Life(kind, key, account, versions.get(dossier, {}), done.get(dossier, []))
            for dossier, kind, key, account in self._all("dossiers_all")
        ]

    def announcements(self) -> list[Announcement]:
        """Those by whose word messages went."""
        stages = json.dumps([stage.value for stage in IN_FORCE])
        return [_announcement(octets) for (octets,) in self._all("announcements_standing", 0, stages)]

    def pages(self, since_ms: int) -> Iterator[list[Handed]]:
        """All messages since an instant, oldest first, page by page."""
        after = first_of(since_ms) - 1
        while rows := self._all("messages_since", after, PAGE_ROWS):
            yield [self._handed(row) for row in rows]
            after = rows[-1][0]

    def _handed(self, row: tuple[Any, ...]) -> Handed:
        identifier, account, recipient, category, sender, expires, octets = row
        body = packing.unpack_body(octets)
        message = Message(
            identifier, account, recipient, body.text or "", sender, Category(category), body.accepted_at, expires, body.at,
            body.template, body.ref, body.program, body.subject, body.requested_at, body.live, body.receipt_wanted, body.door,
        )  # fmt: skip
        sent = None if identifier in self._uncounted else packing.sent_of(identifier, account, body)
        return Handed(message, sent, body.text is None)

    # --- the books ---

    def suppressions(self, numbers: Iterable[int]) -> dict[int, list[tuple[Suppression, int | None]]]:
        """Every refusal of these numbers, with the instant at which it was lifted."""
        found: dict[int, list[tuple[Suppression, int | None]]] = {}
        for number, lifted_at, octets in self._about("suppressions_ever", ((number,) for number in numbers)):
            found.setdefault(number, []).append((_suppression(octets), lifted_at))
        return found

    def consents(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Consent]]:
        """Consents as they stand now; each says when it was given and when it ended."""
        found: dict[tuple[int, int], list[Consent]] = {}
        for account, number, octets in self._about("consents_of", pairs):
            found.setdefault((account, number), []).append(unpack_consent(octets))
        return found

    def requests(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Asked]]:
        """Requests for consent."""
        found: dict[tuple[int, int], list[Asked]] = {}
        for account, number, at, answer in self._about("requests_of", pairs):
            found.setdefault((account, number), []).append(Asked(at, answer))
        return found

    def dnc(self, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], DncAnswer]:
        """What registers say now: the newest word of each, on its lists or about this number."""
        asked = list(pairs)
        rows = self._about("dnc_of", asked)
        said = {(register, number): DncAnswer(bool(listed), at) for register, number, listed, at in rows}
        for pair in asked:
            listed = self.registers.answer(*pair)
            if listed is not None and (pair not in said or said[pair].checked_at <= listed.checked_at):
                said[pair] = listed
        return said

    def _about(self, name: str, rows: Iterable[tuple[object, ...]]) -> list[tuple[Any, ...]]:
        asked = list(rows)
        return self._sql[name].about(self._connection, asked) if asked else []

    def _all(self, name: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(self._sql[name].sql, values).fetchall()
