"""What an operator may order over the control socket (doors/control.py), by name."""

import base64
import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from kanhe.app.book_orders import BOOK_ORDERS, read_number
from kanhe.app.content import ContentCare
from kanhe.app.forgetting import Forgetting
from kanhe.app.law import LawCare
from kanhe.app.user_orders import USER_ORDERS
from kanhe.console.desk import Desk
from kanhe.console.report import FORMS
from kanhe.console.sessions import FIRST_NAME, invite
from kanhe.dispatch.unanswered import unanswered
from kanhe.domain.state import State
from kanhe.domain.users import Role
from kanhe.doors.control import Order, OrderRefusedError
from kanhe.doors.http.keys import make_key
from kanhe.journey import send_again
from kanhe.kit.clock import Clock, iso
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.law.kinds import Kind
from kanhe.law.source import PackError
from kanhe.offices.reporting import asked_of, report
from kanhe.ports.dossiers import Cabinet
from kanhe.records.duties import WAITING_MAX, Event, open_duties, settle
from kanhe.records.filing import Filed, difference, without_secrets
from kanhe.records.sheet import read_sheet
from kanhe.settings import Settings
from kanhe.store.sqlite.store import SqliteStore
from kanhe.upkeep.evidence import LedgerBook
from kanhe.world import World

Said = Mapping[str, object]

# What a person looks through; the count says whether there are more.
DOUBTS_MAX = 1_000


class Ordered(Protocol):
    """What orders ask of the platform."""

    settings: Settings
    world: World
    store: SqliteStore
    vault: Vault
    clock: Clock
    rng: Rng
    ledger: LedgerBook
    console: Desk
    content: ContentCare
    forgetting: Forgetting
    law: LawCare
    cabinet: Cabinet

    @property
    def address(self) -> str:
        """Where the HTTP door is."""
        ...

    async def file(self, papers: Sequence[tuple[str, Mapping[str, object]]]) -> list[Filed]:
        """Put papers in force."""
        ...

    def health(self) -> dict[str, object]:
        """How the platform is."""
        ...


async def apply(platform: Ordered, said: Said) -> object:
    """Put a sheet of papers in force, or only say what it would change."""
    sheet = said.get("sheet")
    assert isinstance(sheet, dict), "the command sends a map"
    papers = read_sheet(sheet, platform.vault, platform.world.books, os.environ)
    changes = difference(platform.world.books, papers) if said.get("dry_run") else await platform.file(papers)
    return {"changes": [without_secrets(change) for change in changes]}


async def file_papers(platform: Ordered, said: Said) -> object:
    """Put papers in force that are complete as they are."""
    papers = msgspec.convert(said["papers"], list[tuple[str, dict[str, object]]])
    return {"changes": [without_secrets(change) for change in await platform.file(papers)]}


async def key(platform: Ordered, said: Said) -> object:
    """Make a key of the HTTP API: said once, kept as a digest."""
    account, live = int(str(said["account"])), bool(said["live"])
    if account not in platform.world.books.accounts:
        raise OrderRefusedError(f"there is no account `{account}`")
    name, made, digest = make_key(platform.rng, platform.vault, live=live)
    paper = {"account": account, "kind": "api_key", "name": name, "secret": digest, "live": live}
    await platform.file([("credential", paper)])
    return {"key": made, "account": account, "live": live}


async def doctor(platform: Ordered, said: Said) -> object:
    """How the platform is, and what needs a person."""
    if said.get("clock_is_right"):
        platform.world.steadiness.trust()
    return platform.health()


async def backup(platform: Ordered, said: Said) -> object:
    """Copy the database while the platform works."""
    try:
        await platform.store.backup(Path(str(said["to"])))
    except (OSError, sqlite3.Error) as error:
        raise OrderRefusedError(f"`{said['to']}` cannot be written: {error}") from error
    return {"written": said["to"]}


async def evidence(platform: Ordered, said: Said) -> object:
    """The proof of one message, to be verified without us."""
    row = platform.store.row(int(str(said["message"])))
    octets = platform.ledger.bundle(row) if row is not None else None
    if octets is None:
        raise OrderRefusedError(f"there is no entry of message `{said['message']}` under a checkpoint")
    return {"bundle": octets.decode()}


async def erase(platform: Ordered, said: Said) -> object:
    """Forget a person."""
    return await platform.forgetting.erase(read_number(said), dry_run=bool(said.get("dry_run")))


def _ids(written: str) -> set[int]:
    """Ids of messages, separated by commas or spaces."""
    words = written.replace(",", " ").split()
    if strange := [word for word in words if not (word.isascii() and word.isdigit())]:
        raise OrderRefusedError(f"`{strange[0]}` is no id of a message: ids are digits, separated by commas")
    return set(map(int, words))


async def doubt(platform: Ordered, said: Said) -> object:
    """What is in doubt; with `again`, ids of messages that never arrived, as somebody has learnt: they go again."""
    world = platform.world
    lives = [live for live in world.board.lives.values() if live.state is State.IN_DOUBT]
    wanted = _ids(str(said.get("again") or ""))
    if unknown := wanted - {live.message.id for live in lives}:
        raise OrderRefusedError(f"not in doubt: {', '.join(map(str, sorted(unknown)))}")
    reason = str(said.get("reason") or "")
    if wanted and not reason:
        raise OrderRefusedError("a reason is needed: how do you know that they never arrived?")
    again = [live for live in lives if live.message.id in wanted and await send_again(world, live, reason)]
    left = [live for live in lives if live not in again]
    return {
        "again": [str(live.message.id) for live in again],
        "in_doubt": [
            {
                "id": str(live.message.id),
                "connector": live.connector,
                "since": iso(known.since),
                "segments": known.segments,
                "of": live.segments,
                "sent_again": known.sent_again,
                "until": iso(known.until),
            }
            for live in left[:DOUBTS_MAX]
            if (known := unanswered(live)) is not None
        ],
        "count": len(left),
    }


async def login(platform: Ordered, said: Said) -> object:
    """A link that logs a user of the console in once."""
    name, role, account = str(said.get("name", FIRST_NAME)), str(said.get("role", "owner")), said.get("account")
    if not platform.settings.http.enabled:
        raise OrderRefusedError("the console is off with the HTTP door: set `enabled` in section `http`")
    if role not in set(Role):
        raise OrderRefusedError(f"there is no role `{role}`; roles are {', '.join(Role)}")
    path = await invite(platform.console, name, Role(role), int(str(account)) if account is not None else None)
    if path is None:
        raise OrderRefusedError(f"`{name}` is a user of another role or account, or closed")
    return {"link": platform.address + path, "name": name, "role": role}


async def moderation(platform: Ordered, said: Said) -> object:
    """What judges texts; with `reload`, from what lies in the data folder now, unless something there is wrong."""
    try:
        return await platform.content.reload() if said.get("reload") else platform.content.status()
    except ValueError as error:  # of a rule, register or model file; it says where
        raise OrderRefusedError(f"the policy in force stays: {error}") from error


async def law(platform: Ordered, said: Said) -> object:
    """Put packs of the operator's own in force, go back to the release's, or take the folder as it lies there now."""
    care, files, country = platform.law, said.get("apply"), said.get("withdraw")
    try:
        if isinstance(files, list):
            return await care.apply([Path(str(file)) for file in files], dry_run=bool(said.get("dry_run")))
        return await (care.withdraw(str(country)) if country is not None else care.reload())
    except PackError as error:
        raise OrderRefusedError(f"the packs in force stay:\n{error}") from error


async def duties(platform: Ordered, said: Said) -> object:
    """The duty calendar: what waits, what an event asks for, what was done."""
    world, store, now = platform.world, platform.cabinet.duties, platform.clock.now_ms()
    if (event := said.get("open")) is not None:
        asked = msgspec.convert(event, Happened)
        found = Event(Kind(asked.kind), asked.at or now, asked.country, asked.right, asked.sender_seat, asked.note)
        made = await open_duties(store, found, world.gate.library, world.books.operator.seat, world.ids)
        if not made:
            raise OrderRefusedError(f"no rule on {asked.kind} of `{asked.country}` or of the seats asks for a date")
        return {"duties": made}
    if (identifier := said.get("done")) is not None:
        duty = store.duty(int(str(identifier)))
        if duty is None or duty.done_at is not None:
            raise OrderRefusedError(f"there is no open duty `{identifier}`")
        return {"duties": await settle(store, [duty], now, str(said["by"]), str(said["note"]))}
    if said.get("all"):
        return {"duties": [*store.waiting(WAITING_MAX), *store.done(1 << 62, WAITING_MAX)], "now": now}
    return {"duties": store.waiting(WAITING_MAX), "now": now}


async def compliance(platform: Ordered, said: Said) -> object:
    """The compliance report of an account; with `form` the file of it."""
    books, now = platform.world.books, platform.clock.now_ms()
    days = str(said.get("since") or ""), str(said.get("until") or "")
    asked = asked_of(books, now, str(said.get("account")), *days)
    if asked is None:
        raise OrderRefusedError(
            "there is no such report: name an account that is there, and at most 92 days up to a last day"
        )
    made, form = await report(books, platform.console.cabinet, asked, now), said.get("form")
    if form is None:
        return made
    language = "zh" if said.get("language") == "zh" else "en"
    return {"octets": base64.b64encode(FORMS[str(form)][1](made, language)).decode()}


class Happened(msgspec.Struct, forbid_unknown_fields=True):
    """An event as the command sends it."""

    kind: str
    country: str
    at: int | None = None
    right: str | None = None
    sender_seat: str | None = None
    note: str = ""


ORDERS: Mapping[str, Callable[[Ordered, Said], Awaitable[object]]] = {
    "login": login,
    "evidence": evidence,
    "apply": apply,
    "file": file_papers,
    "key": key,
    "doctor": doctor,
    "backup": backup,
    "erase": erase,
    "doubt": doubt,
    "moderation": moderation,
    "law": law,
    **BOOK_ORDERS,
    **USER_ORDERS,
    "duties": duties,
    "report": compliance,
}


def orders(platform: Ordered) -> Mapping[str, Order]:
    """The orders of this platform."""
    return {name: partial(order, platform) for name, order in ORDERS.items()}
