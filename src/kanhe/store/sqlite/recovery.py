"""What a restart must know: every message without an end, with its claims and the carriers' responses.

Behind the watermark only what lingers is looked at; after it, messages and the batch rows of claims, responses and
acknowledgements are read once, in the order in which they were written.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from kanhe.domain.state import FINAL, State
from kanhe.ports.store import Row, Unsettled
from kanhe.store import packing
from kanhe.store.sqlite.lists import SWEPT_MESSAGES
from kanhe.store.sqlite.read import Reader

# Watermarks in `meta`: the last batch rows that were swept.
SWEPT_CLAIMS = "swept_claims"
SWEPT_REPORTS = "swept_reports"
SWEPT_TOLD = "swept_told"

Claimed = tuple[str, int]
Responses = list[tuple[int, int, str]]

unpack_claimed = msgspec.msgpack.Decoder(Claimed | None).decode
unpack_lingering = msgspec.msgpack.Decoder(list[tuple[int, int, str]]).decode


class Replay(msgspec.Struct):
    """What the batch rows say of each message."""

    claimed: dict[int, Claimed] = msgspec.field(default_factory=dict)
    responses: dict[int, Responses] = msgspec.field(default_factory=dict)
    told: set[int] = msgspec.field(default_factory=set)

    def add_claims(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Replay claims: the newest counts, and it starts its responses anew."""
        for _, at, connector, octets in rows:
            for identifier in packing.unpack_ids(octets):
                self.claimed[identifier] = (connector, at)

    def add_reports(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Replay responses in the order in which they came."""
        for _, _, _, octets in rows:
            for r in packing.unpack_responses(octets):
                self.responses.setdefault(r.message, []).append((r.segment, r.status, r.carrier_id))

    def add_told(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Replay acknowledgements."""
        for _, _, octets in rows:
            self.told.update(packing.unpack_ids(octets))


def unsettled(reader: Reader) -> Unsettled:
    """Give every message that has no end or whose sender has not heard of it."""
    with reader.snapshot():
        marks = dict(reader.all("metas"))
        replay, rows = Replay(), []
        for identifier, claimed, responses, told in reader.all("lingering"):
            _recall(replay, identifier, claimed, responses, told)
            rows += reader.all("row", identifier)
        replay.add_claims(reader.all("claims_after", marks.get(SWEPT_CLAIMS, 0)))
        replay.add_reports(reader.all("reports_after", marks.get(SWEPT_REPORTS, 0)))
        replay.add_told(reader.all("told_after", marks.get(SWEPT_TOLD, 0)))
        seen = {columns[0] for columns in rows}
        fresh = reader.all("rows_after", marks.get(SWEPT_MESSAGES, 0))
        rows += [columns for columns in fresh if columns[0] not in seen]
    standing = [reader.row_of(columns) for columns in rows if _may_stand(columns, replay)]
    kept = sorted((row for row in standing if stands(row, replay.told)), key=lambda row: row.message.id)
    ids = {row.message.id for row in kept}
    return Unsettled(
        kept,
        {i: claimed for i, claimed in replay.claimed.items() if i in ids},
        {i: responses for i, responses in replay.responses.items() if i in ids},
        frozenset(replay.told & ids),
    )


def told_since_sweep(reader: Reader) -> set[int]:
    """Give the messages whose acknowledgements are not swept yet."""
    replay = Replay()
    replay.add_told(reader.all("told_after", reader.mark(SWEPT_TOLD)))
    return replay.told


def _recall(replay: Replay, identifier: int, claimed: bytes, responses: bytes, told: int) -> None:
    if (claim := unpack_claimed(claimed)) is not None:
        replay.claimed[identifier] = claim
    if said := unpack_lingering(responses):
        replay.responses[identifier] = said
    if told:
        replay.told.add(identifier)


def _may_stand(columns: tuple[Any, ...], replay: Replay) -> bool:
    """Leave out, before anything is unpacked, what has an end and was told."""
    return (columns[12] or columns[4]) not in FINAL or columns[0] not in replay.told


def stands(row: Row, told: set[int]) -> bool:
    """Say whether a restart must take up a message: it has no end, or its sender is owed a receipt."""
    if row.state not in FINAL:
        return True
    return owes_receipt(row) and row.message.id not in told


def owes_receipt(row: Row) -> bool:
    """Say whether a final state is owed as a receipt over the session the message came by.

    A refusal by the first verdict was the answer to the submission itself; only later ones are news.
    """
    return may_owe(row) and (row.state is not State.REFUSED or row.judged > 0)


def may_owe(row: Row) -> bool:
    """Say whether the end of a message will be owed as a receipt."""
    return row.message.receipt_wanted and row.message.door != "http"
