"""Refusals: list, add, import, take back. A recipient's own refusal is only ever lifted by the recipient."""

from msgspec import structs

from kanhe.domain.facts import Suppression
from kanhe.doors.http.book_shapes import (
    BookQuery,
    LiftQuery,
    SuppressionBody,
    Suppressions,
    SuppressionSheetQuery,
    SuppressionView,
    import_view,
)
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.whom import number_of, sender_of
from kanhe.kit.clock import iso, to_ms
from kanhe.offices.refusing import import_refusals, lift, refuse
from kanhe.records.reaches import REACHES, Scope, reaching, scope_of
from kanhe.records.tables import ImportRefusedError, Sheet

FROM_THE_START = (0, 0)
BY_API = "api"


async def list_suppressions(door: Door, call: Call) -> Reply:
    """List numbers that are not written to: by the account's wish or the recipient's."""
    query: BookQuery = call.query
    if query.to is not None:
        number = number_of(query.to, call)
        if isinstance(number, Reply):
            return number
        found = [(number, each) for each in call.scope.suppressions_of(number)]
        return reply(200, Suppressions([suppression_view(*pair) for pair in found], None))
    rows, following = call.scope.suppressions(place_of(query.after), query.limit)
    return reply(200, Suppressions([suppression_view(*row) for row in rows], cursor_of(following)))


async def add_suppression(door: Door, call: Call) -> Reply:
    """Stop writing to a number. What is on its way does not leave."""
    body: SuppressionBody = call.body
    number = number_of(body.to, call)
    if isinstance(number, Reply):
        return number
    world, now = door.world, door.world.clock.now_ms()
    at = now if body.at is None else to_ms(body.at)
    if at > now:
        return problem("body.invalid", "a refusal lies in the past", field="at", language=call.language)
    model = _model(door, call, body.scope, body.sender)
    if isinstance(model, Reply):
        return model
    suppression = structs.replace(
        model,
        at=at,
        categories=frozenset(category.value for category in body.categories or ()) or model.categories,
        program=body.program,
        text=body.note,
        source=body.source or model.source,
    )
    return reply(201, suppression_view(number, await refuse(world, number, suppression)))


async def bring_suppressions(door: Door, call: Call) -> Reply:
    """Import refusals from a CSV or XLSX sheet: all rows, or none and every mistake."""
    query: SuppressionSheetQuery = call.query
    model = _model(door, call, query.scope, query.sender)
    if isinstance(model, Reply):
        return model
    try:
        done = await import_refusals(door.world, Sheet(query.name, call.raw, query.zone), model, dry_run=query.dry_run)
    except ImportRefusedError as error:
        return problem("import.refused", str(error), language=call.language)
    return reply(200, import_view(done))


async def remove_suppression(door: Door, call: Call) -> Reply:
    """Write to a number again that the account itself had suppressed."""
    query: LiftQuery = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    found = next((each for each in call.scope.suppressions_of(number) if each.id == call.id), None)
    if found is None:
        return problem("suppression.unknown", language=call.language)
    if not REACHES[scope_of(found)].lifted_by_account:
        return problem("suppression.of-recipient", language=call.language)
    await lift(door.world, number, found.id, f"key {call.scope.credential.name}", query.why)
    return Reply(204)


def _model(door: Door, call: Call, scope: str, name: str | None) -> Suppression | Reply:
    """A record of a scope, but for its number; a person's refusal is that of the entity behind a sender."""
    sender = sender_of(door, call, name) if REACHES[Scope(scope)].of_sender else None
    if isinstance(sender, Reply):
        return sender
    return reaching(Scope(scope), call.scope.account, sender, door.world.clock.now_ms(), BY_API)


def place_of(cursor: str | None) -> tuple[int, int]:
    """Where a page begins."""
    if cursor is None:
        return FROM_THE_START
    number, _, identifier = cursor.partition("-")
    return int(number), min(int(identifier), (1 << 63) - 1)


def cursor_of(place: tuple[int, int] | None) -> str | None:
    """Where the next one does."""
    return None if place is None else f"{place[0]}-{place[1]}"


def suppression_view(number: int, each: Suppression) -> SuppressionView:
    """A refusal as the API shows it."""
    return SuppressionView(
        str(each.id), f"+{number}", iso(each.at), each.level, scope_of(each), sorted(each.categories), each.clarity,
        each.sender, each.entity, each.program, each.source, each.text,
    )  # fmt: skip
