"""What a restart must know: every message without an end, with its claims and the carriers' responses.

Behind the watermark of the sweep only what lingers is looked at; the commits after it are replayed.
"""

import json
from collections.abc import Iterator, Sequence

from kanhe.domain.state import FINAL
from kanhe.ports.change import RawReceipt
from kanhe.ports.store import Answered, Row, Unsettled
from kanhe.store import packing
from kanhe.store.sqlite.read import Reader
from kanhe.store.sqlite.standing import SLICE_COMMITS, SWEPT, Standing, Story, commits, told_between, unpack_story

# Rows read in one query.
SLICE_ROWS = 1024
# After every instant.
NEVER_MS = 1 << 62


def unsettled(reader: Reader) -> Unsettled:
    """Give every message that has no end or whose sender has not heard of it."""
    with reader.snapshot():
        mark = swept = reader.mark(SWEPT)
        standing = Standing()
        for identifier, owing, story in reader.all("lingering"):
            standing.stories[identifier] = unpack_story(story)
            if owing:
                standing.owing.add(identifier)
        told = told_between(reader.all, swept, NEVER_MS)
        while some := commits(reader.all, mark, SLICE_COMMITS):
            standing.take(some, reader.all, told)
            mark = some[-1].seq
        rows = [row for row in _rows(reader, standing) if row.state not in FINAL or row.message.id in standing.owing]
        receipts = _receipts(reader, swept, [row for row in rows if row.state not in FINAL])
    stories = {row.message.id: standing.stories[row.message.id] for row in rows}
    return Unsettled(
        rows,
        {i: (story.connector, story.at) for i, story in stories.items() if story.connector},
        {i: answers for i, story in stories.items() if (answers := _answers(story))},
        frozenset(),
        receipts,
    )


def _answers(story: Story) -> list[Answered]:
    return [Answered(*said, earlier=place < story.earlier) for place, said in enumerate(story.responses)]


def _rows(reader: Reader, standing: Standing) -> Iterator[Row]:
    ids = sorted(standing.stories)
    for start in range(0, len(ids), SLICE_ROWS):
        some = json.dumps(ids[start : start + SLICE_ROWS])
        yield from map(reader.row_of, reader.all("rows_of", some))


def _receipts(reader: Reader, mark: int, rows: Sequence[Row]) -> list[RawReceipt]:
    """Give receipts kept since the sweep that may be for one of these: for its number. Matching asks what they name."""
    numbers = {row.message.recipient for row in rows}
    return [
        receipt
        for (octets,) in reader.all("receipts_after", mark)
        for receipt in packing.unpack_receipts(octets)
        if receipt.number in numbers
    ]
