"""Sweeping: the watermark of recovery moves up, and what has no end yet is put down as lingering with its claims and responses.

So a restart reads the last minutes and the stragglers, never the millions that are settled. Messages are swept first, up to an
instant; then the batch rows older than that instant, which can only speak of messages that were swept.
"""

import json
from collections.abc import Sequence
from typing import Any

from kanhe.domain.state import FINAL
from kanhe.kit.ids import first_of
from kanhe.ports.change import Response
from kanhe.store import packing
from kanhe.store.sqlite import recovery
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.lists import SWEPT_MESSAGES
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.recovery import SWEPT_CLAIMS, SWEPT_REPORTS, SWEPT_TOLD
from kanhe.store.sqlite.writer import Writer

# Messages of a slice: some five milliseconds of the writer's time.
SLICE_ROWS = 1024
# Batch rows of a slice; each speaks of up to 256 messages.
SLICE_BATCHES = 64

_NO_CLAIM = packing.pack(None)
_NO_RESPONSES = packing.pack([])


async def sweep(reader: Reader, writer: Writer, until_ms: int) -> int:
    """Move the watermark up to `until_ms`, slice by slice. Returns how many messages it passed."""
    told = recovery.told_since_sweep(reader)
    passed = 0
    while rows := await writer.run(_sweep_messages, reader, told, until_ms):
        passed += rows
    for fold in (_sweep_claims, _sweep_reports, _sweep_told):
        while await writer.run(fold, until_ms):
            pass
    await _prune(reader, writer)
    return passed


def _sweep_messages(hand: Applier, reader: Reader, told: set[int], until_ms: int) -> int:
    rows = _slice(hand, "messages_to_sweep", SWEPT_MESSAGES, first_of(until_ms), SLICE_ROWS)
    left = [row for row in map(reader.row_of, rows) if recovery.stands(row, told)]
    hand.many("add_lingering", [(row.message.id, _NO_CLAIM, _NO_RESPONSES, recovery.may_owe(row)) for row in left])
    return len(rows)


def _sweep_claims(hand: Applier, until_ms: int) -> int:
    rows = _slice(hand, "claims_to_sweep", SWEPT_CLAIMS, until_ms, SLICE_BATCHES)
    for _, at, connector, octets in rows:
        for identifier in _lingering(hand, packing.unpack_ids(octets)):
            hand.run("set_claimed", packing.pack((connector, at)), identifier)
    return len(rows)


def _sweep_reports(hand: Applier, until_ms: int) -> int:
    rows = _slice(hand, "reports_to_sweep", SWEPT_REPORTS, until_ms, SLICE_BATCHES)
    for _, _, _, octets in rows:
        _add_responses(hand, packing.unpack_responses(octets))
    return len(rows)


def _add_responses(hand: Applier, said: Sequence[Response]) -> None:
    packed = _lingering(hand, [response.message for response in said])
    known = {identifier: recovery.unpack_lingering(octets) for identifier, octets in packed.items()}
    for response in said:
        if (earlier := known.get(response.message)) is not None:
            earlier.append((response.segment, response.status, response.carrier_id))
    for identifier, responses in known.items():
        hand.run("set_responses", packing.pack(responses), identifier)


def _sweep_told(hand: Applier, until_ms: int) -> int:
    rows = _slice(hand, "told_to_sweep", SWEPT_TOLD, until_ms, SLICE_BATCHES)
    for _, _, octets in rows:
        for identifier in _lingering(hand, packing.unpack_ids(octets)):
            hand.run("set_told", identifier)
    return len(rows)


async def _prune(reader: Reader, writer: Writer) -> None:
    """Let go of what has come to its end meanwhile."""
    after = -1
    while rows := reader.all("lingering_after", after, SLICE_ROWS):
        after = rows[-1][0]
        done = [(i,) for i, state, owes, told in rows if state is None or (state in FINAL and (told or not owes))]
        if done:
            await writer.run(Applier.many, "remove_lingering", done)


def _slice(hand: Applier, name: str, mark: str, until: int, limit: int) -> list[tuple[Any, ...]]:
    """Read the next rows behind a watermark and move it past them."""
    rows = hand.run(name, hand.mark(mark), until, limit).fetchall()
    if rows:
        hand.run("set_meta", mark, rows[-1][0])
    return rows


def _lingering(hand: Applier, ids: Sequence[int]) -> dict[int, bytes]:
    return dict(hand.run("lingering_among", json.dumps(list(ids))).fetchall())
