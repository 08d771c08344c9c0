"""Sweeping: the watermark of recovery moves up, and what has no end yet is put down as lingering with what happened to it.

So a restart reads the last minutes and the stragglers, never the millions that are settled. Commits are swept in the order in
which they were made: however late an old id was committed, it stands behind the watermark or before it, never beside it.
"""

import json
from itertools import takewhile

from pyroaring import BitMap64

from kanhe.kit.clock import MINUTE_MS
from kanhe.store import packing
from kanhe.store.sqlite.apply import Applier
from kanhe.store.sqlite.standing import SLICE_COMMITS, SWEPT, Standing, commits, told_between, unpack_story
from kanhe.store.sqlite.writer import Writer

# Acknowledgements are looked for so far ahead of what is swept: receipts and their answers take seconds. What is told later
# lingers until that commit is swept.
AHEAD_MS = MINUTE_MS


async def sweep(writer: Writer, until_ms: int) -> int:
    """Move the watermark up to `until_ms`, slice by slice. Returns how many messages it passed."""
    passed = 0
    told = await writer.run(lambda hand: told_between(hand.all, hand.mark(SWEPT), until_ms + AHEAD_MS))
    while (accepted := await writer.run(_sweep_slice, told, until_ms)) is not None:
        passed += accepted
    return passed


def _sweep_slice(hand: Applier, told: BitMap64, until_ms: int) -> int | None:
    """Sweep the next commits; how many messages they accepted, nothing when there is none old enough."""
    behind = commits(hand.all, hand.mark(SWEPT), SLICE_COMMITS)
    if not (ripe := list(takewhile(lambda commit: commit.at < until_ms, behind))):
        return None
    spoken = {i for commit in ripe for i in (*commit.claims, *commit.told)}
    spoken.update(response.message for commit in ripe for response in commit.responses)
    standing = Standing()
    for identifier, owing, story in hand.all("stories_among", json.dumps([i for i in spoken if i in hand.lingering])):
        standing.stories[identifier] = unpack_story(story)
        if owing:
            standing.owing.add(identifier)
    known = set(standing.stories)
    standing.take(ripe, hand.all, told)
    stories = [(i, i in standing.owing, packing.pack(story)) for i, story in standing.stories.items()]
    hand.many("put_lingering", stories)
    hand.many("remove_lingering", [(i,) for i in known - set(standing.stories)])
    hand.lingering.update(standing.stories)
    hand.run("set_meta", SWEPT, ripe[-1].seq)
    return sum(len(commit.accepted) for commit in ripe)
