"""Messages: submit, look up, take back, explain, prove, and ask without sending."""

import asyncio

from kanhe import journey
from kanhe.domain.state import State
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.limits import BATCH_MESSAGES_MAX, RETRY_AFTER_S
from kanhe.doors.http.replies import Reply, problem, reply, retry_after
from kanhe.doors.http.scope import Scope
from kanhe.doors.http.shapes import BatchBody, MessageBody, Messages, MessagesQuery, Shorter
from kanhe.doors.http.views import checked, message_view
from kanhe.doors.http.waiting import REPLAYED, digest_of
from kanhe.kit.clock import to_ms
from kanhe.law.numbers import NumberRefused, parse_number
from kanhe.ports.door import Answer, Draft, Refusal, Submission
from kanhe.ports.store import Filter
from kanhe.protocols.text.substitutions import substitute
from kanhe.world import World, offer

# Before every message there can be.
ID_MAX = (1 << 63) - 1
# States that only the board knows: the store writes them when the message settles.
ON_THE_BOARD = frozenset({State.DUE, State.CLAIMED, State.IN_DOUBT, State.SUBMITTED})


async def submit(door: Door, call: Call) -> Reply:
    """Send one message. Answered after the commit: from here on it is not lost."""
    body: MessageBody = call.body
    draft = _draft(call.scope, body)
    if isinstance(draft, Refusal):
        return problem(draft.code, draft.detail, field=draft.field, language=call.language)
    return await _submit(door, call, [draft], many=False)


async def submit_batch(door: Door, call: Call) -> Reply:
    """Send up to 1,000 messages under one idempotency key; each is answered for itself."""
    body: BatchBody = call.body
    drafts = _drafts(call.scope, body.messages)
    if isinstance(drafts, Refusal):
        return problem(drafts.code, drafts.detail, field=drafts.field, language=call.language)
    return await _submit(door, call, drafts, many=True)


async def _submit(door: Door, call: Call, drafts: list[Draft], *, many: bool) -> Reply:
    scope, waiting, digest = call.scope, door.waiting, b""
    if call.key is not None:
        digest = digest_of(call.path, call.raw)
        earlier = waiting.earlier(scope.account, call.key, digest)
        if isinstance(earlier, Reply):
            return earlier
        if earlier is not None:
            joined = await asyncio.shield(earlier)
            return Reply(joined.status, joined.body, joined.kind, REPLAYED)
    if (slow_down := door.keys.pace(scope.credential, len(drafts))) is not None:
        return slow_down
    pending = waiting.pending(many=many, language=call.language)
    live = scope.credential.live
    submission = Submission(waiting, scope.account, drafts, live, handle=pending, key=call.key, digest=digest)
    if not offer(door.world, submission):
        return problem("intake.full", language=call.language, headers=retry_after(RETRY_AFTER_S))
    if call.key is not None:
        waiting.fly(scope.account, call.key, digest, pending)
    return await pending.future


async def check(door: Door, call: Call) -> Reply:
    """Ask what would become of a message, what it would cost and why, without sending it."""
    draft = _draft(call.scope, call.body)
    if isinstance(draft, Refusal):
        return problem(draft.code, draft.detail, field=draft.field, language=call.language)
    if (slow_down := door.keys.pace(call.scope.credential)) is not None:
        return slow_down
    submission = Submission(door.waiting, call.scope.account, [draft], call.scope.credential.live)
    batch = await journey.check(door.world, submission)
    for row, (s, d) in zip(batch.rows, batch.row_places, strict=True):
        batch.answers[s][d] = Answer(row.message, row.verdict, row.state, row.segments, row.price)
    [answer] = batch.answers_of(0)
    return reply(200, checked(answer, _shorter(door.world, answer), door.words, call.language))


def _shorter(world: World, answer: Answer) -> Shorter | None:
    """What smart substitutions would save on the way that the message would take; unasked they are not made."""
    if answer.message is None or answer.verdict is None:
        return None
    route = world.books.routes.get(answer.verdict.route or "")
    text = answer.message.text if answer.verdict.text is None else answer.verdict.text
    changed = substitute(text)
    if route is None or changed == text:
        return None
    segments, billed = world.cuts.count(changed, route)
    return Shorter(changed, segments, billed * route.price) if segments < answer.segments else None


async def list_messages(door: Door, call: Call) -> Reply:
    """List the account's messages, newest first. A page may be short; follow `next` until it is null."""
    query: MessagesQuery = call.query
    scope, state = call.scope, State[query.state.upper()] if query.state else None
    number = parse_number(query.to) if query.to else None
    if isinstance(number, NumberRefused):
        return problem(number.code, number.understood, field="to", language=call.language)
    before = query.before if query.before is not None else ID_MAX
    if state in ON_THE_BOARD:
        rows = scope.on_their_way(state, before, query.limit)
    else:
        rows = scope.messages(
            Filter(
                account=scope.account,
                state=state,
                category=query.category.value if query.category else None,
                sender=query.sender,
                number=number,
                since=to_ms(query.since) if query.since else None,
                until=to_ms(query.until) if query.until else None,
                before=before,
                limit=query.limit,
            )
        )
    stands = [(row, scope.state_of(row)) for row in rows]
    views = [message_view(row, scope.live_of(row)) for row, at in stands if state is None or at is state]
    following = str(rows[-1].message.id) if len(rows) == query.limit else None
    return reply(200, Messages(views, following))


async def get_message(door: Door, call: Call) -> Reply:
    """Show one message with its trail."""
    row = call.scope.message(call.id)
    if row is None:
        return problem("message.unknown", language=call.language)
    return reply(200, message_view(row, call.scope.live_of(row)))


async def cancel_message(door: Door, call: Call) -> Reply:
    """Take a message back before it goes to the carrier."""
    row = call.scope.message(call.id)
    if row is None:
        return problem("message.unknown", language=call.language)
    if not await journey.cancel(door.world, row):
        return problem("cancel.too-late", message=row.message.id, language=call.language)
    again = call.scope.message(call.id)
    assert again is not None, "it was there a moment ago"
    return reply(200, message_view(again, call.scope.live_of(again)))


async def prove_message(door: Door, call: Call) -> Reply:
    """Give the evidence for a message: a bundle that anyone can verify offline."""
    row = call.scope.message(call.id)
    if row is None:
        return problem("message.unknown", language=call.language)
    if door.proofs is None:
        return problem("evidence.missing", language=call.language)
    bundle = door.proofs.bundle(row)
    if bundle is None:
        return problem("evidence.not-yet", language=call.language, headers=retry_after(RETRY_AFTER_S))
    return Reply(200, bundle)


def _drafts(scope: Scope, bodies: list[MessageBody]) -> list[Draft] | Refusal:
    """All drafts, or the first that is none."""
    if not bodies:
        return Refusal("batch.empty", "`messages` is empty", "messages")
    if len(bodies) > BATCH_MESSAGES_MAX:
        detail = f"{len(bodies)} messages; {BATCH_MESSAGES_MAX} are possible"
        return Refusal("batch.too-many", detail, "messages")
    drafts = []
    for place, body in enumerate(bodies):
        draft = _draft(scope, body)
        if isinstance(draft, Refusal):
            return Refusal(draft.code, draft.detail, f"messages[{place}].{draft.field}")
        drafts.append(draft)
    return drafts


def _draft(scope: Scope, body: MessageBody) -> Draft | Refusal:
    """A draft of what the caller wrote, with what his key fills in."""
    credential = scope.credential
    written = body.sender or credential.sender
    if written is None:
        return Refusal("sender.missing", "no `sender`, and the key has no default", "sender")
    if body.template is not None and body.text:
        return Refusal("text.and-template", "a template brings its own text", "text")
    return Draft(
        body.to,
        body.text,
        scope.world.books.sender_names.get((scope.account, written), written),
        body.category or credential.category,
        None,
        body.ref,
        body.template,
        body.params,
        None if body.at is None else to_ms(body.at),
        body.validity_s,
        body.program,
        body.subject,
        None if body.requested_at is None else to_ms(body.requested_at),
    )
