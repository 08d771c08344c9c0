"""What people wrote to the account, and what it used."""

import asyncio

from kanhe.domain.state import State
from kanhe.doors.http.book_shapes import Count, InboundMessages, InboundView, PageQuery, Usage, UsageQuery
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.kit.clock import DAY_MS, iso, to_ms
from kanhe.kit.ids import first_of

# Counting reads every message of the time: a month at 100 a second is 270 million rows, which is enough of a good thing.
USAGE_DAYS_MAX = 31


async def list_inbound(door: Door, call: Call) -> Reply:
    """List messages from people, newest first."""
    query: PageQuery = call.query
    found = call.scope.inbound(query.before, query.limit)
    views = [InboundView(str(i.id), f"+{i.number}", i.to, i.text, iso(i.at), i.act, i.missing) for i in found]
    return reply(200, InboundMessages(views, str(found[-1].id) if len(found) == query.limit else None))


async def show_usage(door: Door, call: Call) -> Reply:
    """Show the balance, and messages and segments by state."""
    query: UsageQuery = call.query
    until = to_ms(query.until) if query.until else door.world.clock.now_ms()
    since = to_ms(query.since) if query.since else until - DAY_MS
    if not 0 <= until - since <= USAGE_DAYS_MAX * DAY_MS:
        return problem(
            "query.invalid", f"`since` lies 0 to {USAGE_DAYS_MAX} days before `until`", language=call.language
        )
    counts = await asyncio.to_thread(
        door.lists.counts, call.scope.account, first_of(since) - 1, first_of(until + 1) - 1
    )
    money = call.scope.money()
    words = {state.word: Count(*counts[state]) for state in State if state in counts}
    return reply(200, Usage(money.balance, money.reserved, money.free, iso(since), iso(until), words))
