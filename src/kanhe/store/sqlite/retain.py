"""What must not be kept: ranges past their time, persons who asked to be forgotten. Little by little, when idle."""

from collections.abc import Sequence

from kanhe.kit.ids import instant_of
from kanhe.store import packing
from kanhe.store.sqlite import books
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.books import NUMBERS
from kanhe.store.sqlite.merge import FLOOR
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.writer import Writer

# Messages deleted in one transaction: some four milliseconds of the writer's time.
SLICE_ROWS = 512
# Batch rows whose receipts are looked through in one transaction.
SLICE_BATCHES = 256

_OF_A_MESSAGE = ("delete_messages", "delete_settled", "delete_uncounted", "delete_lingering", "delete_inbound")
_OF_A_TIME = ("delete_claims", "delete_reports", "delete_told", "delete_keyed")


async def delete_range(reader: Reader, writer: Writer, first_id: int, last_id: int) -> int:
    """Delete messages of a range of ids, oldest first, and the batch rows of their time. Returns how many."""
    deleted = 0
    while ids := reader.all("ids_between", first_id, last_id, SLICE_ROWS):
        await writer.run(_delete, first_id, ids[-1][0])
        deleted += len(ids)
    await writer.run(_delete_batches, last_id)
    return deleted


def _delete(hand: Applier, first_id: int, last_id: int) -> None:
    for name in _OF_A_MESSAGE:
        hand.run(name, first_id, last_id)


def _delete_batches(hand: Applier, last_id: int) -> None:
    for name in _OF_A_TIME:
        hand.run(name, instant_of(last_id))
    hand.run("set_meta", FLOOR, max(hand.mark(FLOOR), last_id + 1))


async def erase(reader: Reader, writer: Writer, ids: Sequence[int]) -> None:
    """Forget the persons of these messages: number, text, salt and the numbers of receipts. The entries stay valid."""
    numbers: dict[int, list[int]] = {}
    for identifier in ids:
        if (row := reader.row(identifier)) is not None and row.message.recipient:
            numbers.setdefault(row.message.recipient, []).append(identifier)
    for number, theirs in numbers.items():
        await writer.run(_erase, number, theirs)
        reader.numbers.discard(number, [listed for listed in reader.numbers.find(number) if listed.id in theirs])
    if numbers:
        await _erase_receipts(reader, writer, frozenset(numbers), instant_of(min(ids)))


def _erase(hand: Applier, number: int, ids: Sequence[int]) -> None:
    for identifier in ids:
        _, octets = hand.run("to_erase", identifier).fetchone()
        hand.run("erase_message", packing.pack_erased(packing.unpack_body(octets)), identifier)
        hand.run("erase_sorted", NUMBERS.number, NUMBERS.number, books.number_key(number), identifier)
    hand.run("erase_inbound", number)


async def _erase_receipts(reader: Reader, writer: Writer, numbers: frozenset[int], since_ms: int) -> None:
    """Take the numbers out of the receipts kept since; the rest of each receipt stays."""
    after = 0
    while rows := reader.all("receipts_since", after, since_ms, SLICE_BATCHES):
        after = rows[-1][0]
        changed = [(packed, seq) for seq, octets in rows if (packed := _without(octets, numbers)) is not None]
        if changed:
            await writer.run(_put_receipts, changed)


def _without(octets: bytes, numbers: frozenset[int]) -> bytes | None:
    receipts = packing.unpack_receipts(octets)
    if not any(receipt.number in numbers for receipt in receipts):
        return None
    return packing.pack([packing.anonymous(r) if r.number in numbers else r for r in receipts])


def _put_receipts(hand: Applier, changed: Sequence[tuple[bytes, int]]) -> None:
    for values in changed:
        hand.run("set_receipts", *values)
