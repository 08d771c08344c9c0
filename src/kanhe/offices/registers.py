"""Registers that others keep: do-not-call lists and numbers that changed hands; for API, orders and console alike."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from pyroaring import BitMap64

from kanhe.kit.clock import DAY_MS
from kanhe.law.numbers import DIGITS_MAX
from kanhe.ports.change import REASSIGNED, Change, Rank
from kanhe.ports.store import ListOnFile
from kanhe.records.cells import Mistake
from kanhe.records.imports import Imported, check_answers
from kanhe.records.number_lists import list_of, read_list, registers_of, scope_of_day
from kanhe.records.tables import ImportRefusedError, Sheet
from kanhe.world import World, write_down


class Register(msgspec.Struct, frozen=True):
    """Which list is brought in: of what register, for which numbers, of which day."""

    key: str
    checked_at: int  # ms
    scope: str = ""  # leading digits of the numbers that it speaks of; empty = all of its country
    prefix: str = ""  # what stands before each number of the file: a country code


async def import_answers(world: World, sheet: Sheet, register: Register, *, dry_run: bool = False) -> Imported:
    """What a register answered about single numbers, put beside its lists. Raises `ImportRefusedError`."""
    _check_register(world, register)
    if register.key == REASSIGNED:
        raise ImportRefusedError("numbers that changed hands come as a list of their day, without answers")
    checked = await asyncio.to_thread(check_answers, sheet, register.checked_at, world.clock.now_ms())
    if checked.mistakes or dry_run:
        return Imported(checked.rows, 0, checked.mistakes)
    rows = [(register.key, number, said) for number, said in checked.found]
    await write_down(world, Change(Rank.INBOUND, world.clock.now_ms(), dnc=rows))
    return Imported(checked.rows, len(rows))


async def import_register(world: World, path: Path, register: Register, *, dry_run: bool = False) -> Imported:
    """Read a list on a thread of its own, then put it in the place of the one before. Raises `ImportRefusedError`."""
    _check_register(world, register)
    mistakes: list[Mistake] = []
    numbers = await asyncio.to_thread(read_list, path, register.prefix, mistakes)
    mistakes += _outside(numbers, register.scope)
    if mistakes or dry_run:
        return Imported(len(numbers), 0, mistakes)
    scope = register.scope
    if register.key == REASSIGNED:
        scope = scope_of_day(register.checked_at)
        if (before := world.store.register_list(REASSIGNED, scope)) is not None:
            numbers |= BitMap64.deserialize(before)
    made = await asyncio.to_thread(list_of, register.key, scope, register.checked_at, numbers)
    await write_down(world, Change(Rank.INBOUND, world.clock.now_ms(), registers=[made]))
    return Imported(len(numbers), len(numbers))


# Some four million numbers; what is larger lies on the machine already, and `kanhe registers import` reads it there.
UPLOAD_OCTETS_MAX = 64 * 1024 * 1024


async def import_upload(
    world: World, name: str, octets: bytes, register: Register, *, answers: bool, dry_run: bool = False
) -> Imported:
    """A list that somebody hands in, or (`answers`) a sheet of what a register said of single numbers. Raises `ImportRefusedError`."""
    if answers:
        return await import_answers(world, Sheet(name, octets), register, dry_run=dry_run)
    with TemporaryDirectory(prefix="kanhe-") as folder:
        path = Path(folder) / "list"
        await asyncio.to_thread(path.write_bytes, octets)
        return await import_register(world, path, register, dry_run=dry_run)


def _check_register(world: World, register: Register) -> None:
    known = registers_of(world.gate.library)
    if register.key not in known:
        raise ImportRefusedError(f"no rule asks a register `{register.key}`; registers are {', '.join(sorted(known))}")
    if register.checked_at > world.clock.now_ms():
        raise ImportRefusedError("the list is dated in the future")
    if not all(part.isdecimal() or not part for part in (register.scope, register.prefix)):
        raise ImportRefusedError("scope and prefix are digits, such as `1212` and `65`")


def _outside(numbers: BitMap64, scope: str) -> list[Mistake]:
    """A list that speaks of one part of the number plan names no number outside it."""
    if not scope:
        return []
    powers = [10**missing for missing in range(DIGITS_MAX - len(scope) + 1)]
    inside = sum(numbers.range_cardinality(int(scope) * power, (int(scope) + 1) * power) for power in powers)
    if (outside := len(numbers) - inside) == 0:
        return []
    return [
        Mistake(0, "number", f"{outside} numbers are not of the scope `{scope}`", f"numbers that begin with {scope}")
    ]


class OnFile(msgspec.Struct, frozen=True):
    """A register that a rule asks: how long its answers hold, and its lists."""

    key: str
    max_age_days: int | None  # None: of any age
    lists: Sequence[ListOnFile]

    def ends_at(self, checked_at: int) -> int | None:
        """Until when what it said at an instant holds; None: for good."""
        return None if self.max_age_days is None else checked_at + self.max_age_days * DAY_MS

    def too_old(self, checked_at: int, now: int) -> bool:
        """Whether what it said at an instant holds no longer: offers that rest on it are held."""
        end = self.ends_at(checked_at)
        return end is not None and now > end


def registers_on_file(world: World) -> list[OnFile]:
    """Every register that a rule asks, by name."""
    lists = list(world.store.registers())
    return [
        OnFile(key, days, [each for each in lists if each.register == key])
        for key, days in sorted(registers_of(world.gate.library).items())
    ]


def registers_too_old(world: World) -> list[str]:
    """Lists on file whose answers no longer hold, in words for the operator."""
    now = world.clock.now_ms()
    return [
        f"register `{each.key}` {one.scope or 'as a whole'} is older than {each.max_age_days} days: import a new list"
        for each in registers_on_file(world)
        for one in each.lists
        if each.too_old(one.checked_at, now)
    ]
