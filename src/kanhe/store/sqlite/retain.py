"""What must not be kept: ranges past their time, persons who asked to be forgotten. Little by little, when idle.

A message without an end is never touched: whoever wants it gone cancels it first.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from kanhe.domain.state import FINAL
from kanhe.kit.ids import instant_of
from kanhe.ports.store import Row
from kanhe.store import packing
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.merge import Merger
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.writer import Writer

# Messages deleted in one transaction: some four milliseconds of the writer's time.
SLICE_ROWS = 512
# Batch rows looked through in one transaction.
SLICE_BATCHES = 256

_OF_A_MESSAGE = ("delete_messages", "delete_settled", "delete_uncounted", "delete_lingering")

Change = Callable[[bytes], bytes | None]  # of a packed row; nothing: it stays as it is


async def delete_range(reader: Reader, writer: Writer, first_id: int, last_id: int) -> int:
    """Delete ended messages of a range of ids, oldest first, and what else is of their time. Returns how many."""
    deleted, after = 0, first_id - 1
    while ids := [identifier for (identifier,) in reader.all("ended_between", after, last_id, SLICE_ROWS)]:
        await writer.run(_delete, ids)
        deleted, after = deleted + len(ids), ids[-1]
    await writer.run(_delete_others, first_id, last_id)
    return deleted


def _delete(hand: Applier, ids: Sequence[int]) -> None:
    for name in _OF_A_MESSAGE:
        hand.run(name, json.dumps(ids))


def _delete_others(hand: Applier, first_id: int, last_id: int) -> None:
    hand.run("delete_inbound", first_id, last_id)
    hand.run("delete_inbound_gaps", first_id, last_id)
    hand.run("delete_commits", instant_of(last_id))


async def forget_keys(writer: Writer, before_ms: int) -> None:
    """Delete idempotency keys that are older than that; their entries go when their runs are next merged, or do no harm."""
    while await writer.run(lambda hand: hand.run("delete_keyed", SLICE_BATCHES, before_ms).rowcount):
        pass


async def erase(
    reader: Reader, writer: Writer, merger: Merger, ids: Sequence[int], numbers: Sequence[int] = ()
) -> list[int]:
    """Forget the persons of these messages: number, text, salt, and whatever else repeats them. The entries stay valid.

    `numbers`: of persons of whom nothing else stays either, what they wrote and what they complained of.
    Returns the messages that were left alone because they have no end yet.
    """
    rows = [row for identifier in ids if (row := reader.row(identifier)) is not None]
    by_number: dict[int, list[Row]] = {}
    for row in rows:
        if row.state in FINAL and row.message.recipient:
            by_number.setdefault(row.message.recipient, []).append(row)
    for number, theirs in by_number.items():
        await writer.run(_erase, [row.message.id for row in theirs])
        await merger.erase(reader.books.numbers, number, [row.message.id for row in theirs])
    for number in numbers:
        await writer.run(_erase_said, number)
        by_number.setdefault(number, [])
    if by_number:
        await _erase_repeated(reader, writer, by_number)
    return [row.message.id for row in rows if row.state not in FINAL]


def _erase(hand: Applier, ids: Sequence[int]) -> None:
    for identifier in ids:
        (octets,) = hand.run("to_erase", identifier).fetchone()
        hand.run("erase_message", packing.pack_erased(packing.unpack_body(octets)), identifier)
        hand.run("erase_jobs", str(identifier).encode())


def _erase_said(hand: Applier, number: int) -> None:
    for name in ("erase_inbound", "erase_inbound_parts", "erase_complaints"):
        hand.run(name, number)
    hand.run("erase_jobs", str(number).encode())


async def _erase_repeated(reader: Reader, writer: Writer, by_number: dict[int, list[Row]]) -> None:
    """Rewrite the rows of whole batches: receipts name numbers, the answers of keys name messages."""
    ids = [row.message.id for rows in by_number.values() for row in rows]
    spoken = [str(digits).encode() for digits in (*by_number, *ids)]
    since = instant_of(min(ids, default=0))
    await _rewrite(reader, writer, "receipts_since", "set_receipts", since, lambda old: _without(old, by_number))
    await _rewrite(reader, writer, "keyed_since", "set_keyed", since, lambda old: _mute(old, spoken))


async def _rewrite(reader: Reader, writer: Writer, read: str, write: str, since_ms: int, change: Change) -> None:
    after = 0
    while rows := reader.all(read, after, since_ms, SLICE_BATCHES):
        after = rows[-1][0]
        changed = [(new, seq) for seq, octets in rows if (new := change(octets)) is not None]
        if changed:
            await writer.run(_run_each, write, changed)


def _run_each(hand: Applier, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for values in rows:
        hand.run(name, *values)


def _without(octets: bytes, numbers: Iterable[int]) -> bytes | None:
    """Take numbers out of receipts; the rest of each receipt stays."""
    receipts = packing.unpack_receipts(octets)
    if not any(receipt.number in numbers for receipt in receipts):
        return None
    return packing.pack([packing.anonymous(r) if r.number in numbers else r for r in receipts])


def _mute(octets: bytes, spoken: Sequence[bytes]) -> bytes | None:
    """Take the answers that speak of a person out of keys, and what they are compared by.

    The key stays taken, so that nothing is sent twice: a repeat is told that its body is another.
    """
    if not any(each in octets for each in spoken):
        return None
    return packing.pack(
        [
            msgspec.structs.replace(keyed, digest=b"", answer=b"") if any(s in keyed.answer for s in spoken) else keyed
            for keyed in packing.unpack_keyed(octets)
        ]
    )
