"""Consents: put on file with what proves them, one by one or by the sheet; looked at; confirmed again; taken back."""

from msgspec import structs

from kanhe.domain.facts import Consent
from kanhe.domain.lot import Lot
from kanhe.doors.http.book_shapes import BookQuery, NumberQuery, import_view
from kanhe.doors.http.books import cursor_of, place_of
from kanhe.doors.http.consent_shapes import (
    ConsentBody,
    ConsentChange,
    Consents,
    ConsentView,
    DocumentView,
    SheetQuery,
    WithdrawQuery,
)
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.replies import OCTETS, Reply, problem, reply
from kanhe.doors.http.whom import number_and_sender, number_of
from kanhe.kit.clock import iso, to_ms
from kanhe.law.grounds import lacking, the_grounds
from kanhe.law.words import vocabulary
from kanhe.offices.consenting import document_of, import_consents, put_on_file, reconfirm, withdraw
from kanhe.records.imports import OFFERS
from kanhe.records.tables import ImportRefusedError, Sheet

# Words of the vocabulary that a consent may use, by field.
WORDS_OF = {"proof_fields": "proof_fields", "states": "states"}
# Who took a consent back when an account says so.
BY_API = "api"


async def list_consents(door: Door, call: Call) -> Reply:
    """List consents on file."""
    query: BookQuery = call.query
    if query.to is not None:
        number = number_of(query.to, call)
        if isinstance(number, Reply):
            return number
        return reply(200, Consents([consent_view(door, number, each) for each in call.scope.consents_of(number)], None))
    rows, following = call.scope.consents(place_of(query.after), query.limit)
    return reply(200, Consents([consent_view(door, *row) for row in rows], cursor_of(following)))


async def show_consent(door: Door, call: Call) -> Reply:
    """Show one consent with everything that proves it."""
    found = _own(call)
    return found if isinstance(found, Reply) else reply(200, consent_view(door, *found))


async def add_consent(door: Door, call: Call) -> Reply:
    """Put a consent on file. Where the law wants its proof looked at, messages wait until a sample of its kind was."""
    body: ConsentBody = call.body
    found = number_and_sender(door, call, body.to, body.sender)
    if isinstance(found, Reply):
        return found
    number, sender = found
    if (wrong := _wrong(body, door.world.clock.now_ms())) is not None:
        return problem("body.invalid", wrong[1], field=wrong[0], language=call.language)
    if body.proof is not None and await document_of(door.cabinet.files, body.proof) is None:
        return problem("consent.document-unknown", field="proof", language=call.language)
    form = Lot(
        0, sender.account, sender.name, sender.entity, BY_API, door.world.clock.now_ms(), body.channel, body.wording,
        tuple(body.purposes),
    )  # fmt: skip
    taken = await put_on_file(door.world, form, [(number, _consent(body, sender.entity))])
    return reply(201, consent_view(door, number, taken.rows[0][2]))


async def reconfirm_consent(door: Door, call: Call) -> Reply:
    """Note that a person was reminded of a consent and let it stand, as some laws want now and then."""
    found, body = _own(call), call.body
    assert isinstance(body, ConsentChange)
    if isinstance(found, Reply):
        return found
    if found[1].status != "active":
        return problem("consent.ended", language=call.language)
    at = to_ms(body.reconfirmed_at)
    if not found[1].captured_at <= at <= door.world.clock.now_ms():
        detail = "it lies between the consent and now"
        return problem("body.invalid", detail, field="reconfirmed_at", language=call.language)
    return reply(200, consent_view(door, found[0], await reconfirm(door.world, call.scope.account, *found, at)))


async def withdraw_consent(door: Door, call: Call) -> Reply:
    """Note that a recipient has withdrawn a consent. It is a refusal too; the record stays, and nothing on its way leaves."""
    found, query = _own(call), call.query
    assert isinstance(query, WithdrawQuery)
    if isinstance(found, Reply):
        return found
    if found[1].status != "active":
        return problem("consent.ended", language=call.language)
    ended = await withdraw(door.world, call.scope.account, *found, query.channel, query.why)
    return reply(200, consent_view(door, found[0], ended))


async def bring_consents(door: Door, call: Call) -> Reply:
    """Import consents from a CSV or XLSX sheet: all rows, or none and every mistake."""
    query: SheetQuery = call.query
    sheet = Sheet(query.name, call.raw, query.zone)
    try:
        done = await import_consents(door.world, door.cabinet.files, sheet, call.scope.account, dry_run=query.dry_run)
    except ImportRefusedError as error:
        return problem("import.refused", str(error), language=call.language)
    return reply(200, import_view(done))


async def keep_document(door: Door, call: Call) -> Reply:
    """Hand in a document that proves consents: a signed form, a screenshot, a log. Consents name it by its digest."""
    if not call.raw:
        return problem("body.invalid", "it is empty", language=call.language)
    digest = await door.cabinet.files.keep(call.raw, sealed=True)
    return reply(201, DocumentView(f"sha256:{digest}", len(call.raw)))


async def get_document(door: Door, call: Call) -> Reply:
    """Give the document that proves a consent."""
    found = _own(call)
    if isinstance(found, Reply):
        return found
    octets = await document_of(door.cabinet.files, found[1].proof)
    if octets is None:
        return problem("consent.document-unknown", language=call.language)
    return Reply(200, octets, OCTETS, ((b"content-disposition", b"attachment"),))


def _own(call: Call) -> tuple[int, Consent] | Reply:
    """(number, consent) that the address names, if it is the caller's."""
    query: NumberQuery | WithdrawQuery = call.query
    number = number_of(query.to, call)
    if isinstance(number, Reply):
        return number
    found = next((each for each in call.scope.consents_of(number) if each.id == call.id), None)
    return problem("consent.unknown", language=call.language) if found is None else (number, found)


def _wrong(body: ConsentBody, now: int) -> tuple[str, str] | None:
    """(field, what is wrong) of the first thing that cannot be."""
    for field, name in WORDS_OF.items():
        allowed = vocabulary().allowed(name)
        for word in getattr(body, field):
            if word not in allowed:
                return field, f"`{word[:80]}` is none of {', '.join(allowed)}"
    if (wrong := _wrong_ground(body)) is not None:
        return wrong
    if to_ms(body.captured_at) > now:
        return "captured_at", "a consent lies in the past"
    if body.expires_at is not None and body.expires_at <= body.captured_at:
        return "expires_at", "it ends after it was given"
    if body.reconfirmed_at is not None and not to_ms(body.captured_at) <= to_ms(body.reconfirmed_at) <= now:
        return "reconfirmed_at", "it lies between the consent and now"
    return None


def _wrong_ground(body: ConsentBody) -> tuple[str, str] | None:
    """A record is a consent with its method and categories, or a ground with its terms."""
    if body.ground is None:
        lacks = next((name for name in ("categories", "method") if getattr(body, name) is None), None)
        return (lacks, "a consent needs it") if lacks else ("terms", "they belong to a ground") if body.terms else None
    grounds = the_grounds()
    if body.ground not in grounds.grounds:
        return "ground", f"`{body.ground[:80]}` is none of {', '.join(grounds.grounds)}"
    if body.method is not None:
        return "method", "a ground is no consent, and has none"
    if strange := next((name for name in body.terms if name not in grounds.terms), None):
        return "terms", f"`{strange[:80]}` is none of {', '.join(grounds.terms)}"
    if missing := lacking(body.ground, body.terms):
        return "terms", f"`{missing[0]}` is missing: {grounds.terms[missing[0]]['en']}"
    return None


def _consent(body: ConsentBody, entity: str | None) -> Consent:
    most, _, per = (body.frequency or "").partition("/")
    return Consent(
        id=0,
        status="active",
        entity=entity,
        categories=frozenset(category.value for category in body.categories or ()) or OFFERS,
        method=body.method or "",
        captured_at=to_ms(body.captured_at),
        proof_fields=frozenset(body.proof_fields),
        states=frozenset(body.states),
        expires_at=None if body.expires_at is None else to_ms(body.expires_at),
        reconfirmed_at=None if body.reconfirmed_at is None else to_ms(body.reconfirmed_at),
        frequency=(int(most), per) if per else None,
        channel=body.channel,
        proof=body.proof,
        ground=body.ground,
        terms=body.terms,
    )


def consent_view(door: Door, number: int, each: Consent) -> ConsentView:
    """A consent as the API shows it."""
    lot = door.world.lots.by_id.get(each.lot or 0)
    review = lot.review if lot is not None and lot.review != "none" else each.review
    view = ConsentView(
        id=str(each.id),
        to=f"+{number}",
        status=each.status,
        categories=sorted(each.categories),
        method=each.method,
        captured_at=iso(each.captured_at),
        review=review,
        entity=each.entity,
        proof_fields=sorted(each.proof_fields),
        states=sorted(each.states),
        expires_at=_iso(each.expires_at),
        reconfirmed_at=_iso(each.reconfirmed_at),
        frequency=None if each.frequency is None else f"{each.frequency[0]}/{each.frequency[1]}",
        channel=each.channel,
        proof=each.proof,
        inbound=None if each.inbound is None else str(each.inbound),
        ended_at=_iso(each.ended_at),
        ended_by=each.ended_by,
        ended_why=each.ended_why,
        ended_inbound=None if each.ended_inbound is None else str(each.ended_inbound),
        ground=each.ground,
        terms=each.terms,
    )
    if lot is None:
        return view
    return structs.replace(
        view,
        wording=lot.wording,
        purposes=lot.purposes,
        lot=str(lot.id),
        source=lot.source,
        review_reason=lot.reason or None,
    )


def _iso(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)
