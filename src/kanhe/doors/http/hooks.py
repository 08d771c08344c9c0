"""Webhooks: where an account wants its news, and what could not be brought there."""

from msgspec import UNSET, Raw, structs

from kanhe.domain.papers import Endpoint
from kanhe.doors.http.book_shapes import PageQuery
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call
from kanhe.doors.http.hook_shapes import (
    DeadLetter,
    DeadLetters,
    Replayed,
    WebhookBody,
    WebhookChange,
    Webhooks,
    WebhookView,
)
from kanhe.doors.http.messages import ID_MAX
from kanhe.doors.http.replies import Reply, problem, reply
from kanhe.kit.clock import iso
from kanhe.ports.change import Change, Rank
from kanhe.webhooks import file
from kanhe.webhooks.signing import changed, make_secret
from kanhe.webhooks.target import TargetRefusedError

# More receivers than any system of a customer has; each one multiplies every message's news.
WEBHOOKS_MAX = 20


async def list_webhooks(door: Door, call: Call) -> Reply:
    """List the account's webhooks."""
    return reply(200, Webhooks([_view(each) for each in call.scope.endpoints()]))


async def add_webhook(door: Door, call: Call) -> Reply:
    """Make a webhook. The answer holds its secret, once."""
    body: WebhookBody = call.body
    if call.scope.endpoint(body.name) is not None:
        return problem("webhook.exists", field="name", language=call.language)
    if len(call.scope.endpoints()) >= WEBHOOKS_MAX:
        return problem("webhook.too-many", f"at most {WEBHOOKS_MAX}", language=call.language)
    if (refused := await _refused(door, body.url, call.language)) is not None:
        return refused
    account, secret = call.scope.account, make_secret(door.world.rng)
    sealed = door.vault.seal(secret, file.sealed_name(account, body.name))
    document: dict[str, object] = {
        "account": account, "name": body.name, "url": body.url, "secret": sealed, "events": sorted(set(body.events)),
    }  # fmt: skip
    endpoint = await file.put_on_file(door.world.store, door.world.books, document, door.world.clock.now_ms())
    return reply(201, _view(endpoint, secret))


async def change_webhook(door: Door, call: Call) -> Reply:
    """Change a webhook, or switch it on again."""
    body: WebhookChange = call.body
    endpoint = call.scope.endpoint(call.args["name"])
    if endpoint is None:
        return problem("webhook.unknown", language=call.language)
    if body.url is not UNSET and (refused := await _refused(door, body.url, call.language)) is not None:
        return refused
    changes = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    now = door.world.clock.now_ms()
    changed_to = await file.change(door.world.store, door.world.books, endpoint, now, **changes)
    door.deliverer.resume(changed_to.account, changed_to.name)
    return reply(200, _view(changed_to))


async def change_secret(door: Door, call: Call) -> Reply:
    """Make a new secret. The old one signs beside it for a day."""
    endpoint = call.scope.endpoint(call.args["name"])
    if endpoint is None:
        return problem("webhook.unknown", language=call.language)
    world, name = door.world, file.sealed_name(endpoint.account, endpoint.name)
    secret, now = make_secret(world.rng), world.clock.now_ms()
    sealed = door.vault.seal(changed(door.vault.open(endpoint.secret, name), secret, now), name)
    changed_to = await file.change(world.store, world.books, endpoint, now, secret=sealed)
    return reply(200, _view(changed_to, secret))


async def remove_webhook(door: Door, call: Call) -> Reply:
    """Strike a webhook out, with everything that waits for it."""
    endpoint = call.scope.endpoint(call.args["name"])
    if endpoint is None:
        return problem("webhook.unknown", language=call.language)
    await file.strike(door.world.store, door.world.books, endpoint, door.world.clock.now_ms())
    await door.deliverer.forget(endpoint.account, endpoint.name)
    return Reply(204)


async def list_dead_letters(door: Door, call: Call) -> Reply:
    """List deliveries that were given up, newest first."""
    query: PageQuery = call.query
    found = call.scope.dead(ID_MAX if query.before is None else query.before, query.limit)
    letters = [DeadLetter(str(job.id), job.endpoint, iso(job.at), job.attempts, Raw(job.body)) for job in found]
    return reply(200, DeadLetters(letters, str(found[-1].id) if len(found) == query.limit else None))


async def replay_dead_letter(door: Door, call: Call) -> Reply:
    """Deliver once more what was given up."""
    job = call.scope.dead_letter(call.id)
    if job is None:
        return problem("delivery.unknown", language=call.language)
    endpoint = call.scope.endpoint(job.endpoint)
    if endpoint is None or not endpoint.enabled:
        return problem("webhook.off", language=call.language)
    now = door.world.clock.now_ms()
    again = structs.replace(job, at=now, attempts=0, dead=False)
    await door.world.store.commit(Change(Rank.REPORTS, now, jobs=[again]))
    door.deliverer.put([again])
    return reply(202, Replayed(str(job.id), job.endpoint))


async def _refused(door: Door, url: str, language: str) -> Reply | None:
    try:
        await door.targets.resolve(url)
    except TargetRefusedError as error:
        return problem(error.code, error.detail, field="url", language=language)
    return None


def _view(endpoint: Endpoint, secret: str | None = None) -> WebhookView:
    return WebhookView(endpoint.name, endpoint.url, sorted(endpoint.events), endpoint.enabled, secret)
