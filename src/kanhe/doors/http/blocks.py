"""Refusals and blocks that reach beyond one account, for those who run the platform: list, add, take back."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.category import Category
from kanhe.domain.facts import Suppression, Wants
from kanhe.doors.http.book_shapes import NumberQuery, Suppressions
from kanhe.doors.http.books import suppression_view
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Instant, Name, Written
from kanhe.doors.http.whom import number_of
from kanhe.kit.clock import to_ms
from kanhe.offices.consenting import lift, refuse


class BlockBody(Struct, forbid_unknown_fields=True):
    """A number that nobody writes to: the platform blocks it, or the person refused all senders."""

    to: Written
    scope: Literal["platform", "all_senders"] = "platform"
    categories: Annotated[list[Category], Meta(min_length=1)] | None = None  # none: all
    at: Instant | None = None  # when the person or the authority said so; none: now
    source: Name | None = None  # none: who asks
    note: Annotated[str, Meta(max_length=255)] | None = None


async def list_blocks(door: Door, call: Call) -> Reply:
    """List every refusal and block of a number, whoever's they are."""
    query: NumberQuery = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    return reply(200, Suppressions([suppression_view(number, each) for each in _standing(door, number)], None))


async def add_block(door: Door, call: Call) -> Reply:
    """Stop all messages to a number, whoever sends them. What is on its way does not leave."""
    body: BlockBody = call.body
    number = number_of(body.to, call)
    if isinstance(number, Reply):
        return number
    now = door.world.clock.now_ms()
    at = now if body.at is None else to_ms(body.at)
    if at > now:
        return problem("body.invalid", "a refusal lies in the past", field="at", language=call.language)
    categories = frozenset(category.value for category in body.categories or ()) or frozenset({"all"})
    source = body.source or call.user.name
    block = Suppression(0, at, body.scope, categories=categories, clarity="clear", text=body.note, source=source)
    return reply(201, suppression_view(number, await refuse(door.world, number, block)))


async def remove_block(door: Door, call: Call) -> Reply:
    """Take a refusal or block back, whoever's it is. A person's own refusal only when the person asked for it."""
    query: NumberQuery = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    if not any(each.id == call.id for each in _standing(door, number)):
        return problem("suppression.unknown", language=call.language)
    await lift(door.world, number, call.id)
    return Reply(204)


def _standing(door: Door, number: int) -> list[Suppression]:
    return list(door.world.store.ask(Wants(suppressions=frozenset({number}))).suppressions.get(number, ()))
