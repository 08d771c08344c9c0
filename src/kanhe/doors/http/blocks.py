"""Refusals and blocks of every reach, for those who run the platform: list, add, take back, each as the table of reaches allows."""

from typing import Annotated

from msgspec import Meta, Struct, structs

from kanhe.domain.category import Category
from kanhe.domain.facts import Suppression
from kanhe.doors.http.book_shapes import Suppressions, SuppressionView
from kanhe.doors.http.books import suppression_view
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.doors.http.shapes import AccountId, Instant, Name, Reason, Written
from kanhe.doors.http.whom import number_of
from kanhe.kit.clock import iso, to_ms
from kanhe.offices.refusing import lift, refuse
from kanhe.ports.store import RefusalOnFile
from kanhe.records.reaches import REACHES, Scope, may_lift, may_put, reaching


class BlockBody(Struct, forbid_unknown_fields=True):
    """A number that is not written to: how far it reaches, of whom, and who said so."""

    to: Written
    scope: Scope = Scope.PLATFORM
    account: AccountId | None = None  # of scope sender, entity and account
    sender: Name | None = None  # of scope sender and entity
    categories: Annotated[list[Category], Meta(min_length=1)] | None = None  # none: all
    at: Instant | None = None  # when the person or the authority said so; none: now
    source: Name | None = None  # none: who asks
    note: Annotated[str, Meta(max_length=255)] | None = None


class BlockQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which number; `ever`: also what was taken back."""

    to: Written
    ever: bool = False


class ReasonedQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which number, and why it is taken back; both stay with the record."""

    to: Written
    why: Reason


async def list_blocks(door: Door, call: Call) -> Reply:
    """List every refusal and block of a number that the user may see, whoever's they are."""
    query: BlockQuery = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    found = [each for each in _on_file(door, call, number) if query.ever or each.lifted_at is None]
    return reply(200, Suppressions([_view(number, each) for each in found], None))


async def add_block(door: Door, call: Call) -> Reply:
    """Stop messages to a number: of one sender, an entity, an account, or everybody. What is on its way does not leave."""
    body: BlockBody = call.body
    number = number_of(body.to, call)
    if isinstance(number, Reply):
        return number
    now = door.world.clock.now_ms()
    at = now if body.at is None else to_ms(body.at)
    if at > now:
        return problem("body.invalid", "a refusal lies in the past", field="at", language=call.language)
    model = _model(door, call, body, at)
    if isinstance(model, Reply):
        return model
    categories = frozenset(category.value for category in body.categories or ()) or model.categories
    block = structs.replace(model, categories=categories, text=body.note)
    return reply(201, suppression_view(number, await refuse(door.world, number, block)))


async def remove_block(door: Door, call: Call) -> Reply:
    """Take a refusal or block back, with a reason. A person's own refusal only when the person asked for it."""
    query: ReasonedQuery = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    standing = (each.refusal for each in _on_file(door, call, number) if each.lifted_at is None)
    found = next((each for each in standing if each.id == call.id), None)
    if found is None:
        return problem("suppression.unknown", language=call.language)
    if not may_lift(call.user, found):
        return problem("auth.user-needed", language=call.language)
    await lift(door.world, number, call.id, call.user.name, query.why)
    return Reply(204)


def _model(door: Door, call: Call, body: BlockBody, at: int) -> Suppression | Reply:
    """The record but for its number, if this user may put it down and it says whose it is."""
    reach, books = REACHES[body.scope], door.world.books
    account = body.account if body.account is not None else call.user.account
    if reach.of_account and account not in books.accounts:
        return problem("body.invalid", f"there is no account `{account}`", field="account", language=call.language)
    if not may_put(call.user, body.scope, account):
        return problem("auth.user-needed", language=call.language)
    sender = books.senders.get((account or 0, body.sender or ""))
    if reach.of_sender and sender is None:
        return problem("sender.unknown", field="sender", language=call.language)
    return reaching(body.scope, account, sender, at, body.source or call.user.name)


def _on_file(door: Door, call: Call, number: int) -> list[RefusalOnFile]:
    found = door.world.store.refusals_ever(number)
    return [each for each in found if call.user.account in (None, each.refusal.account)]


def _view(number: int, each: RefusalOnFile) -> SuppressionView:
    shown = suppression_view(number, each.refusal)
    account = None if each.refusal.account is None else str(each.refusal.account)
    if each.lifted_at is None:
        return structs.replace(shown, account=account)
    lifted = iso(each.lifted_at)
    return structs.replace(
        shown, account=account, lifted_at=lifted, lifted_by=each.lifted_by or None, lifted_why=each.lifted_why or None
    )
