"""Orders about people: what they agreed to, what they refused, which registers name them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.facts import Consent, Suppression
from kanhe.doors.control import OrderRefusedError
from kanhe.kit.clock import from_ms, iso, to_ms
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.law.reasons import reasons
from kanhe.offices.consenting import import_consents, withdraw
from kanhe.offices.refusing import import_refusals, lift, refuse
from kanhe.offices.registers import Register, import_answers, import_register, registers_on_file
from kanhe.ports.dossiers import Cabinet
from kanhe.records.on_file import consents_of, suppressions_of
from kanhe.records.reaches import REACHES, Scope, reaching
from kanhe.records.tables import ImportRefusedError, read_sheet_file
from kanhe.world import World

Said = Mapping[str, object]
T = TypeVar("T")

OPERATOR = "operator"


class Keeper(Protocol):
    """What these orders ask of the platform."""

    world: World
    cabinet: Cabinet


async def _imported(work: Awaitable[T]) -> T:
    try:
        return await work
    except ImportRefusedError as error:
        raise OrderRefusedError(str(error)) from error


def read_number(said: Said) -> int:
    """The number that an order is about. Raises `OrderRefusedError`."""
    found = parse_number(str(said["to"]))
    if isinstance(found, NumberRefused):
        sentences = reasons().reasons[found.code]["en"]
        raise OrderRefusedError(f"{sentences.what} {sentences.next}".format(understood=found.understood))
    return found


def _account(keeper: Keeper, said: Said) -> int:
    account = int(str(said.get("account") or 0))
    if account not in keeper.world.books.accounts:
        raise OrderRefusedError(f"there is no account `{said.get('account')}`")
    return account


def _instant(said: Said, name: str, otherwise: int, now: int) -> int:
    if not said.get(name):
        return otherwise
    try:
        read = datetime.fromisoformat(str(said[name]))
    except ValueError:
        raise OrderRefusedError(f"`{said[name]}` is no instant") from None
    if read.tzinfo is None:
        raise OrderRefusedError(f"`{said[name]}` has no offset")
    if to_ms(read) > now:
        raise OrderRefusedError(f"`{said[name]}` lies in the future")
    return to_ms(read)


# --- consents ---


async def bring_consents(keeper: Keeper, said: Said) -> object:
    """Import consents from a file: every row or none."""
    zone, path = said.get("zone"), Path(str(said["file"]))

    async def work() -> object:
        sheet = read_sheet_file(path, str(zone) if zone else None)
        account, dry_run = int(str(said["account"])), bool(said.get("dry_run"))
        return await import_consents(keeper.world, keeper.cabinet.files, sheet, account, dry_run=dry_run)

    return await _imported(work())


async def show_consents(keeper: Keeper, said: Said) -> object:
    """What a number agreed to, with everything that proves it."""
    account, number = _account(keeper, said), read_number(said)
    return {
        "consents": [_told(each) | _of_lot(keeper, each) for each in consents_of(keeper.world.store, account, number)]
    }


def _of_lot(keeper: Keeper, consent: Consent) -> dict[str, object]:
    """What a consent shares with the others of its lot."""
    lot = keeper.world.lots.by_id.get(consent.lot or 0)
    if lot is None:
        return {}
    shared = {
        "lot": str(lot.id), "sender": lot.sender, "wording": lot.wording, "purposes": list(lot.purposes),
        "source": lot.source, "file": lot.name, "reviewed_by": lot.decided_by, "review_reason": lot.reason,
    }  # fmt: skip
    return {name: value for name, value in shared.items() if value}


async def end_consent(keeper: Keeper, said: Said) -> object:
    """A person took a consent back, by letter, by telephone, in person."""
    account, number = _account(keeper, said), read_number(said)
    identifier = int(str(said["consent"]))
    found = next((each for each in consents_of(keeper.world.store, account, number) if each.id == identifier), None)
    if found is None:
        raise OrderRefusedError(f"account `{account}` has no consent `{identifier}` of this number")
    by, why = str(said.get("by") or OPERATOR), str(said["why"]) if said.get("why") else None
    return _told(await withdraw(keeper.world, account, number, found, by, why))


# --- refusals ---


async def add_suppression(keeper: Keeper, said: Said) -> object:
    """A refusal or block that somebody told the operator of."""
    number, model = read_number(said), _model(keeper, said)
    return _told(await refuse(keeper.world, number, model))


async def bring_suppressions(keeper: Keeper, said: Said) -> object:
    """Import refusals from a file: every row or none."""
    model = _model(keeper, said)

    async def work() -> object:
        sheet = read_sheet_file(Path(str(said["file"])), str(said["zone"]) if said.get("zone") else None)
        return await import_refusals(keeper.world, sheet, model, dry_run=bool(said.get("dry_run")))

    return await _imported(work())


async def show_suppressions(keeper: Keeper, said: Said) -> object:
    """Every refusal and block of a number, whoever's they are."""
    number = read_number(said)
    found = suppressions_of(keeper.world.store, number)
    return {"suppressions": [_told(each) for each in found]}


async def lift_suppression(keeper: Keeper, said: Said) -> object:
    """Take one back."""
    number, identifier = read_number(said), int(str(said["suppression"]))
    found = suppressions_of(keeper.world.store, number)
    if not any(each.id == identifier for each in found):
        raise OrderRefusedError(f"there is no suppression `{identifier}` of this number")
    await lift(keeper.world, number, identifier, OPERATOR, str(said.get("why") or ""))
    return {"lifted": str(identifier)}


def _model(keeper: Keeper, said: Said) -> Suppression:
    """The refusal that an order describes, but for its number."""
    written, books = str(said.get("scope") or Scope.ACCOUNT), keeper.world.books
    if written not in set(Scope):
        raise OrderRefusedError(f"there is no scope `{written}`; scopes are {', '.join(Scope)}")
    scope = Scope(written)
    account = _account(keeper, said) if REACHES[scope].of_account else None
    sender = books.senders.get((account or 0, str(said.get("sender"))))
    if REACHES[scope].of_sender and sender is None:
        raise OrderRefusedError(f"`{said.get('sender')}` is no sender of account `{account}`")
    now = keeper.world.clock.now_ms()
    model = reaching(scope, account, sender, _instant(said, "at", now, now), str(said.get("source") or OPERATOR))
    return structs.replace(
        model,
        categories=_categories(said),
        program=str(said["program"]) if said.get("program") else None,
        text=str(said["note"]) if said.get("note") else None,
    )


def _categories(said: Said) -> frozenset[str]:
    given = msgspec.convert(said.get("categories") or ["all"], list[str])
    known = {category.value for category in Category} | {"all"}
    if strange := [each for each in given if each not in known]:
        raise OrderRefusedError(f"there is no category `{strange[0]}`; categories are {', '.join(sorted(known))}")
    return frozenset(given)


# --- registers ---


async def bring_register(keeper: Keeper, said: Said) -> object:
    """Put a list of a do-not-call register, or of numbers that changed hands, in the place of the one before."""
    now, path = keeper.world.clock.now_ms(), Path(str(said["file"]))
    checked_at = _instant(said, "checked_at", now, now)
    key, dry_run = str(said["register"]), bool(said.get("dry_run"))
    register = Register(key, checked_at, str(said.get("scope") or ""), str(said.get("prefix") or ""))

    async def answers() -> object:
        return await import_answers(keeper.world, read_sheet_file(path), register, dry_run=dry_run)

    if said.get("answers"):
        return await _imported(answers())
    return await _imported(import_register(keeper.world, path, register, dry_run=dry_run))


async def show_registers(keeper: Keeper, said: Said) -> object:
    """Every register that a rule asks: what is on file of it, how old it is, how old it may be."""
    now = keeper.world.clock.now_ms()
    shown = [
        {
            "register": each.key,
            "max_age_days": each.max_age_days,
            "lists": [
                {
                    "scope": one.scope,
                    "numbers": one.count,
                    "checked_at": from_ms(one.checked_at).isoformat(),
                    "too_old": each.too_old(one.checked_at, now),
                }
                for one in each.lists
            ],
        }
        for each in registers_on_file(keeper.world)
    ]
    return {"registers": shown}


def _told(record: Consent | Suppression) -> dict[str, object]:
    """A record in words: ids as texts, instants as they are read."""
    told: dict[str, object] = msgspec.to_builtins(record)
    for name in ("at", "captured_at", "expires_at", "reconfirmed_at", "ended_at"):
        if (value := told.get(name)) is not None:
            told[name] = iso(int(str(value)))
    for name in ("id", "inbound", "ended_inbound"):
        if (value := told.get(name)) is not None:
            told[name] = str(value)
    return {name: value for name, value in told.items() if value is not None}


BOOK_ORDERS: Mapping[str, Callable[[Keeper, Said], Awaitable[object]]] = {
    "import_consents": bring_consents,
    "consents": show_consents,
    "withdraw_consent": end_consent,
    "add_suppression": add_suppression,
    "import_suppressions": bring_suppressions,
    "suppressions": show_suppressions,
    "lift_suppression": lift_suppression,
    "import_register": bring_register,
    "registers": show_registers,
}
