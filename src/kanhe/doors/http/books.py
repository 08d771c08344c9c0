"""Refusals and consents: list, add, take back. A recipient's own refusal is only ever lifted by the recipient."""

from msgspec import structs

from kanhe.domain.facts import Consent, Suppression
from kanhe.doors.http.book_shapes import (
    BookQuery,
    ConsentBody,
    Consents,
    ConsentView,
    NumberQuery,
    SuppressionBody,
    Suppressions,
    SuppressionView,
)
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.kit.clock import iso, to_ms
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.law.words import vocabulary
from kanhe.ports.change import Change, Rank

FROM_THE_START = (0, 0)
# Made by the account through this API; everything else is the recipient's or the platform's.
OWN_LEVEL = "account"
# Words of the vocabulary that a consent may use, by field.
WORDS_OF = {"proof_fields": "proof_fields", "states": "states"}


async def list_suppressions(door: Door, call: Call) -> Reply:
    """List numbers that are not written to: by the account's wish or the recipient's."""
    query: BookQuery = call.query
    number = _number(query.to, call)
    if isinstance(number, Reply):
        return number
    if number is not None:
        found = [(number, each) for each in call.scope.suppressions_of(number)]
        return reply(200, Suppressions([_suppression(*pair) for pair in found], None))
    rows, following = call.scope.suppressions(_place(query.after), query.limit)
    return reply(200, Suppressions([_suppression(*row) for row in rows], _cursor(following)))


async def add_suppression(door: Door, call: Call) -> Reply:
    """Stop writing to a number."""
    body: SuppressionBody = call.body
    number = _number(body.to, call)
    if isinstance(number, Reply):
        return number
    assert number is not None, "a body has its number"
    world, now = door.world, door.world.clock.now_ms()
    categories = frozenset(category.value for category in body.categories) if body.categories else frozenset({"all"})
    suppression = Suppression(
        world.ids.next(),
        now,
        OWN_LEVEL,
        account=call.scope.account,
        categories=categories,
        clarity="clear",
        text=body.note,
    )
    await world.store.commit(Change(Rank.INBOUND, now, suppressions=[(number, suppression)]))
    return reply(201, _suppression(number, suppression))


async def remove_suppression(door: Door, call: Call) -> Reply:
    """Write to a number again that the account itself had suppressed."""
    query: NumberQuery = call.query
    number = _number(query.to, call)
    if isinstance(number, Reply):
        return number
    assert number is not None, "the query names it"
    found = next((each for each in call.scope.suppressions_of(number) if each.id == call.id), None)
    if found is None:
        return problem("suppression.unknown", language=call.language)
    if found.level != OWN_LEVEL:
        return problem("suppression.of-recipient", language=call.language)
    now = door.world.clock.now_ms()
    await door.world.store.commit(Change(Rank.INBOUND, now, lifted=[(number, found.id, now)]))
    return Reply(204)


async def list_consents(door: Door, call: Call) -> Reply:
    """List consents on file."""
    query: BookQuery = call.query
    number = _number(query.to, call)
    if isinstance(number, Reply):
        return number
    if number is not None:
        return reply(200, Consents([_consent(number, each) for each in call.scope.consents_of(number)], None))
    rows, following = call.scope.consents(_place(query.after), query.limit)
    return reply(200, Consents([_consent(*row) for row in rows], _cursor(following)))


async def add_consent(door: Door, call: Call) -> Reply:
    """Put a consent on file."""
    body: ConsentBody = call.body
    number = _number(body.to, call)
    if isinstance(number, Reply):
        return number
    assert number is not None, "a body has its number"
    sender = door.world.books.senders.get((call.scope.account, body.sender))
    if sender is None:
        return problem("sender.unknown", field="sender", language=call.language)
    if (strange := _strange_word(body)) is not None:
        return problem("body.invalid", strange[1], field=strange[0], language=call.language)
    world, now = door.world, door.world.clock.now_ms()
    if to_ms(body.captured_at) > now:
        return problem("body.invalid", "a consent lies in the past", field="captured_at", language=call.language)
    consent = Consent(
        id=world.ids.next(),
        status="active",
        entity=sender.entity,
        categories=frozenset(category.value for category in body.categories),
        method=body.method,
        captured_at=to_ms(body.captured_at),
        proof_fields=frozenset(body.proof_fields),
        states=frozenset(body.states),
        expires_at=None if body.expires_at is None else to_ms(body.expires_at),
        channel=body.channel,
    )
    await world.store.commit(Change(Rank.INBOUND, now, consents=[(call.scope.account, number, consent)]))
    return reply(201, _consent(number, consent))


async def withdraw_consent(door: Door, call: Call) -> Reply:
    """Note that a recipient has withdrawn a consent; the record stays."""
    query: NumberQuery = call.query
    number = _number(query.to, call)
    if isinstance(number, Reply):
        return number
    assert number is not None, "the query names it"
    found = next((each for each in call.scope.consents_of(number) if each.id == call.id), None)
    if found is None:
        return problem("consent.unknown", language=call.language)
    withdrawn = structs.replace(found, status="withdrawn")
    now = door.world.clock.now_ms()
    await door.world.store.commit(Change(Rank.INBOUND, now, consents=[(call.scope.account, number, withdrawn)]))
    return reply(200, _consent(number, withdrawn))


def _number(written: str | None, call: Call) -> int | Reply | None:
    if written is None:
        return None
    found = parse_number(written)
    if isinstance(found, NumberRefused):
        return problem(found.code, found.understood, field="to", language=call.language)
    return found


def _strange_word(body: ConsentBody) -> tuple[str, str] | None:
    """(field, what is wrong) of the first word that the vocabulary does not have."""
    for field, name in WORDS_OF.items():
        allowed = vocabulary().allowed(name)
        for word in getattr(body, field):
            if word not in allowed:
                return field, f"`{word[:80]}` is none of {', '.join(allowed)}"
    return None


def _place(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return FROM_THE_START
    number, _, identifier = cursor.partition("-")
    return int(number), min(int(identifier), (1 << 63) - 1)


def _cursor(place: tuple[int, int] | None) -> str | None:
    return None if place is None else f"{place[0]}-{place[1]}"


def _suppression(number: int, each: Suppression) -> SuppressionView:
    return SuppressionView(
        str(each.id), f"+{number}", iso(each.at), each.level, sorted(each.categories), each.clarity, each.text
    )


def _consent(number: int, each: Consent) -> ConsentView:
    return ConsentView(
        id=str(each.id),
        to=f"+{number}",
        status=each.status,
        categories=sorted(each.categories),
        method=each.method,
        captured_at=iso(each.captured_at),
        review=each.review,
        entity=each.entity,
        proof_fields=sorted(each.proof_fields),
        expires_at=None if each.expires_at is None else iso(each.expires_at),
        channel=each.channel,
    )
