"""Registers that others keep, for those who run the platform: what is on file, and taking in a list."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from kanhe.doors.http.book_shapes import import_view
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Instant
from kanhe.kit.clock import iso, to_ms
from kanhe.offices.registers import Register, import_upload, registers_on_file
from kanhe.records.tables import ImportRefusedError

Digits = Annotated[str, Meta(pattern=r"^[0-9]{0,15}$")]


class ListView(Struct, frozen=True):
    """One list of a register."""

    scope: str  # leading digits of the numbers that it speaks of; empty: all
    numbers: int
    checked_at: str
    too_old: bool


class RegisterView(Struct, frozen=True):
    """A register that a rule asks."""

    key: str
    max_age_days: int | None
    lists: Sequence[ListView]


class RegisterList(Struct, frozen=True):
    """All of them."""

    registers: Sequence[RegisterView]


class RegisterQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """What is handed in."""

    checked_at: Instant | None = None  # when the register gave it; none: now
    scope: Digits = ""
    prefix: Digits = ""  # before each number: its country code
    answers: bool = False  # columns number, listed, checked_at
    name: Annotated[str, Meta(pattern=r"(?i)^[^/\\]{1,100}\.(csv|xlsx|txt)$")] = "list.csv"
    dry_run: bool = False


async def list_registers(door: Door, call: Call) -> Reply:
    """List the registers that rules ask, what is on file of each, and what is too old."""
    now = door.world.clock.now_ms()
    shown = [
        RegisterView(
            each.key,
            each.max_age_days,
            [
                ListView(one.scope, one.count, iso(one.checked_at), each.too_old(one.checked_at, now))
                for one in each.lists
            ],
        )
        for each in registers_on_file(door.world)
    ]
    return reply(200, RegisterList(shown))


async def bring_register(door: Door, call: Call) -> Reply:
    """Put a list of a register in the place of the one before: every line, or none and every mistake."""
    query: RegisterQuery = call.query
    if call.user.account is not None:
        return problem("auth.user-needed", language=call.language)
    now = door.world.clock.now_ms()
    checked_at = now if query.checked_at is None else to_ms(query.checked_at)
    register = Register(call.args["name"], checked_at, query.scope, query.prefix)
    try:
        done = await import_upload(
            door.world, query.name, call.raw, register, answers=query.answers, dry_run=query.dry_run
        )
    except ImportRefusedError as error:
        return problem("import.refused", str(error), language=call.language)
    return reply(200, import_view(done))
