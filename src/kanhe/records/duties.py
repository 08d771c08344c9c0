"""The duty calendar: something happened, and the laws of every seat involved say who must do what by when."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from kanhe.domain.duty import Duty
from kanhe.domain.facts import Recipient
from kanhe.kit.ids import IdSource
from kanhe.law.duties import Case, Keeping, Task, keeping, tasks
from kanhe.law.kinds import DUTIES, Kind
from kanhe.law.library import Library
from kanhe.law.rules import Rule
from kanhe.ports.duties import Duties

# What has a date. Retention has none of its own: it says how long things are kept (`kept`).
DATED = tuple(sorted(kind.value for kind in DUTIES - {Kind.RETENTION}))
# More open tasks than this are no calendar any more; an operator with so many has other worries than their order.
WAITING_MAX = 1_000


class Event(NamedTuple):
    """What happened, when, to people where."""

    kind: Kind
    at: int
    country: str
    right: str | None = None  # what a person asks of their data
    sender_seat: str | None = None
    note: str = ""
    about: str = ""  # what it is known by; empty: by its kind and the id of its first task


def duties_of(event: Event, library: Library, seat: str, ids: IdSource) -> list[Duty]:
    """The tasks that follow from an event, the most urgent first; none where no law asks for anything."""
    rules = _rules(library, event.country, seat, event.sender_seat, event.at)
    zones = library.zones(event.country) or ("UTC",)
    calendar = next((pack.holiday_calendar for pack in library.layers(event.country) if pack.holiday_calendar), None)
    case = Case(event.kind, event.at, zones[0], calendar, event.right)
    found = tasks(rules, case, library.packs)
    made = [_duty(task, event, identifier) for task, identifier in zip(found, ids.take(len(found)), strict=True)]
    about = event.about or (f"{event.kind} {made[0].id}" if made else "")
    return [replace(duty, about=about) for duty in made]


async def open_duties(store: Duties, event: Event, library: Library, seat: str, ids: IdSource) -> Sequence[Duty]:
    """Put the tasks of an event into the calendar."""
    made = duties_of(event, library, seat, ids)
    if made:
        await store.put(made)
    return made


async def settle(store: Duties, duties: Sequence[Duty], now: int, by: str, note: str) -> Sequence[Duty]:
    """Write down that these tasks are done, by whom and how; what was done before stays as it was written."""
    done = [replace(each, done_at=now, done_by=by, done_note=note) for each in duties if each.done_at is None]
    if done:
        await store.put(done)
    return done


def kept(library: Library, country: str, seat: str, now: int) -> tuple[Keeping, ...]:
    """How long each kind of record about people of a country is kept."""
    return keeping(_rules(library, country, seat, None, now))


def _rules(library: Library, country: str, seat: str, sender_seat: str | None, at: int) -> tuple[Rule, ...]:
    place = Recipient(country, (), library.zones(country))
    return library.select(place, seat, sender_seat, at).duties


def _duty(task: Task, event: Event, identifier: int) -> Duty:
    return Duty(
        identifier,
        "",
        event.kind.value,
        event.country,
        task.rule.id,
        task.work.value,
        event.at,
        task.due,
        task.to or "",
        event.note,
    )
