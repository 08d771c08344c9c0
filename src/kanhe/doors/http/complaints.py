"""Complaints against an account's messages: noted with who brought them, answered, counted in the compliance report."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from kanhe.domain.channel import Channel
from kanhe.domain.complaint import Complaint, Source, Stage
from kanhe.doors.http.book_shapes import PageQuery
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.messages import ID_MAX
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import Instant, Written
from kanhe.kit.clock import iso, to_ms
from kanhe.law.kinds import Kind
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.offices.consenting import refuse_all
from kanhe.ports.store import Row
from kanhe.records.duties import Event, open_duties, settle

Told = Annotated[str, Meta(max_length=2000)]


class ComplaintBody(Struct, forbid_unknown_fields=True):
    """What somebody said against a message, or against messages to a number."""

    source: Source
    to: Written
    text: Told
    message: Annotated[str, Meta(pattern=r"^[0-9]{1,19}$")] | None = None
    at: Instant | None = None
    refuses: bool = False  # the person wants no more offers: a refusal is put on file with it


class ComplaintChange(Struct, forbid_unknown_fields=True):
    """How far it has come."""

    state: Stage
    note: Told | UnsetType = UNSET


class ComplaintView(Struct, frozen=True):
    """A complaint."""

    id: str
    source: str
    to: str
    message: str | None
    text: str
    at: str
    state: str
    note: str


class Complaints(Struct, frozen=True):
    """One page, newest first."""

    complaints: Sequence[ComplaintView]
    next: str | None


async def list_complaints(door: Door, call: Call) -> Reply:
    """List complaints against the account's messages, newest first."""
    query: PageQuery = call.query
    before = ID_MAX if query.before is None else query.before
    found = door.cabinet.reports.complaints(call.scope.account, before, query.limit)
    views = [_view(each) for each in found]
    return reply(200, Complaints(views, views[-1].id if len(views) == query.limit else None))


async def add_complaint(door: Door, call: Call) -> Reply:
    """Note a complaint. It counts in the compliance report; what the law asks of it stands in the duty calendar."""
    body: ComplaintBody = call.body
    number, now = parse_number(body.to), door.world.clock.now_ms()
    if isinstance(number, NumberRefused):
        return problem(number.code, number.understood, field="to", language=call.language)
    about = int(body.message) if body.message is not None else None
    row = call.scope.message(about) if about is not None and about <= ID_MAX else None
    if about is not None and (row is None or row.message.recipient != number):
        return problem("message.unknown", field="message", language=call.language)
    at = to_ms(body.at) if body.at is not None else now
    if at > now:
        return problem("body.invalid", "a complaint lies in the past", field="at", language=call.language)
    made = Complaint(door.world.ids.next(), call.scope.account, at, body.source, number, about, body.text, Stage.OPEN)
    await door.cabinet.reports.put(made)
    world, country = door.world, door.world.numbers.recipient(number).country
    if body.refuses:
        await _refuse(door, call, number, row)
    event = Event(Kind.COMPLAINT, at, country or "", note=body.source.value, about=_about(made))
    await open_duties(door.cabinet.duties, event, world.gate.library, world.books.operator.seat, world.ids)
    return reply(201, _view(made))


async def change_complaint(door: Door, call: Call) -> Reply:
    """Note what became of a complaint."""
    body: ComplaintChange = call.body
    found = call.scope.complaint(door.cabinet.reports, call.id)
    if found is None:
        return problem("complaint.unknown", language=call.language)
    changed = structs.replace(found, state=body.state, note=found.note if body.note is UNSET else body.note)
    await door.cabinet.reports.put(changed)
    if body.state is not Stage.OPEN:
        duties, by = door.cabinet.duties, f"account {call.scope.account}"
        await settle(duties, duties.of(_about(found)), door.world.clock.now_ms(), by, changed.note)
    return reply(200, _view(changed))


async def _refuse(door: Door, call: Call, number: int, about: Row | None) -> None:
    """Put the refusal of a complaint on file: of the sender of its message; of all the account's senders, when it names none."""
    account, books = call.scope.account, door.world.books
    named = (
        (about.message.sender,) if about is not None else (name for owner, name in books.senders if owner == account)
    )
    senders = {sender.entity: sender for name in named if (sender := books.senders.get((account, name))) is not None}
    for sender in senders.values():
        await refuse_all(door.world, sender, number, Channel.COMPLAINT)


def _about(each: Complaint) -> str:
    """What its duties are known by."""
    return f"complaint {each.id}"


def _view(each: Complaint) -> ComplaintView:
    message = None if each.message is None else str(each.message)
    return ComplaintView(
        str(each.id), each.source, f"+{each.number}", message, each.text, iso(each.at), each.state, each.note
    )
