"""Refusals and blocks: put on file, taken back, imported; for API, orders and console alike."""

import asyncio

from msgspec import structs

from kanhe.domain.facts import Suppression
from kanhe.ports.change import Change, Lifted, Rank
from kanhe.records.imports import Imported, check_refusals
from kanhe.records.tables import Sheet
from kanhe.world import World, write_down


async def refuse(world: World, number: int, refusal: Suppression) -> Suppression:
    """Put a refusal or block on file."""
    numbered = structs.replace(refusal, id=world.ids.next())
    await write_down(world, Change(Rank.INBOUND, world.clock.now_ms(), suppressions=[(number, numbered)]))
    return numbered


async def lift(world: World, number: int, suppression: int, by: str, why: str) -> None:
    """Take a refusal or block back; who did it and why stays with it."""
    now = world.clock.now_ms()
    await write_down(world, Change(Rank.INBOUND, now, lifted=[Lifted(number, suppression, now, by, why)]))


async def import_refusals(world: World, sheet: Sheet, model: Suppression, *, dry_run: bool = False) -> Imported:
    """Check a sheet on a thread of its own, then write all its refusals. Raises `ImportRefusedError`."""
    now = world.clock.now_ms()
    checked = await asyncio.to_thread(check_refusals, sheet, model, now)
    if checked.mistakes or dry_run:
        return Imported(checked.rows, 0, checked.mistakes)
    ids = world.ids.take(len(checked.found))
    rows = [(number, structs.replace(one, id=i)) for i, (number, one) in zip(ids, checked.found, strict=True)]
    await write_down(world, Change(Rank.INBOUND, now, suppressions=rows))
    return Imported(checked.rows, len(rows))
