"""The way in, the same for every endpoint: who asks, how much, is it what we understand; then the endpoint's function."""

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.types import HTTPScope, Receive

from kanhe.doors.http.admission import admit_user, is_of_user
from kanhe.doors.http.door import Door
from kanhe.doors.http.endpoint import Call, Endpoint
from kanhe.doors.http.limits import IDEMPOTENCY_KEY_CHARS_MAX, REQUESTS_MAX, RETRY_AFTER_S
from kanhe.doors.http.replies import Reply, problem, retry_after
from kanhe.doors.http.scope import Scope
from kanhe.kit.language import language_of
from kanhe.kit.misfit import read_misfit
from kanhe.ports.store import CommitFailedError, StoreEndedError

logger = logging.getLogger("kanhe.doors.http")

_ASKED = {b"authorization", b"idempotency-key", b"accept-language", b"content-type", b"content-length"}


async def serve(door: Door, endpoint: Endpoint, scope: HTTPScope, receive: Receive, args: Mapping[str, str]) -> Reply:
    """Answer one request."""
    if door.open_requests >= REQUESTS_MAX:
        return problem("intake.full", headers=retry_after(RETRY_AFTER_S))
    door.open_requests += 1
    try:
        answer = await _answer(door, endpoint, scope, receive, args)
    except (CommitFailedError, StoreEndedError):
        answer = problem("store.unavailable", headers=retry_after(RETRY_AFTER_S))
    except Exception:  # the outermost loop: one request must not take the door down
        logger.exception("endpoint %s failed", endpoint.name)
        answer = problem("server.broken")
    finally:
        door.open_requests -= 1
    door.counts.add(endpoint.name, answer.status)
    return answer


async def _answer(door: Door, endpoint: Endpoint, scope: HTTPScope, receive: Receive, args: Mapping[str, str]) -> Reply:
    headers = {name: value for name, value in scope["headers"] if name in _ASKED}
    call = Call(scope["path"], args, language_of(headers.get(b"accept-language", b"")))
    if not endpoint.public and (refused := await _admit(door, endpoint, call, headers, scope)) is not None:
        return refused
    return await _read(call, endpoint, headers, scope, receive) or await endpoint.answer(door, call)


async def _admit(
    door: Door, endpoint: Endpoint, call: Call, headers: Mapping[bytes, bytes], scope: HTTPScope
) -> Reply | None:
    """Put who asks into the call, or say why he may not."""
    header, client = headers.get(b"authorization"), scope["client"]
    if is_of_user(header):
        return await admit_user(door, endpoint, call, headers[b"authorization"])
    credential = door.keys.credential(header, client[0] if client else None)
    if isinstance(credential, Reply):
        return credential
    if not endpoint.accounts:
        return problem("auth.user-needed", language=call.language)
    call.own = Scope(door.world, door.lists, credential)
    return None


async def _read(
    call: Call, endpoint: Endpoint, headers: Mapping[bytes, bytes], scope: HTTPScope, receive: Receive
) -> Reply | None:
    """Fill the call from body, query and headers; what is wrong with them otherwise."""
    if endpoint.body is not None:
        body = await _body(receive, headers, endpoint.octets_max)
        if isinstance(body, Reply):
            return body
        call.raw = body
        if endpoint.body is bytes:
            return _query(call, endpoint.query, scope["query_string"]) if endpoint.query is not None else None
        if (wrong := _decode(call, endpoint.body, headers)) is not None:
            return wrong
        if (key := headers.get(b"idempotency-key")) is not None:
            if not 0 < len(key) <= IDEMPOTENCY_KEY_CHARS_MAX or not key.isascii():
                return problem("idempotency.key-invalid", language=call.language)
            call.key = key.decode()
    if endpoint.query is not None:
        return _query(call, endpoint.query, scope["query_string"])
    return None


async def _body(receive: Receive, headers: Mapping[bytes, bytes], octets_max: int) -> bytes | Reply:
    length = headers.get(b"content-length", b"0")
    pieces, size, more = [], int(length) if length.isdigit() else 0, True
    if size > octets_max:
        return _too_large(octets_max)
    size = 0
    while more:
        event = await receive()
        if event["type"] != "http.request":
            return problem("json.malformed", "the connection ended before the body did")
        pieces.append(event["body"])
        size += len(event["body"])
        if size > octets_max:
            return _too_large(octets_max)
        more = event.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _too_large(octets_max: int) -> Reply:
    return problem("body.too-large", f"at most {octets_max} octets", headers=((b"connection", b"close"),))


def _decode(call: Call, shape: type, headers: Mapping[bytes, bytes]) -> Reply | None:
    if not headers.get(b"content-type", b"application/json").lower().startswith(b"application/json"):
        return problem("media.unsupported", language=call.language)
    try:
        call.body = _decoder(shape).decode(call.raw)
    except msgspec.ValidationError as error:
        return _misfit(error, call.language)
    except msgspec.DecodeError as error:
        return problem("json.malformed", _lower(str(error)), language=call.language)
    except UnicodeDecodeError as error:
        return problem("json.malformed", f"not UTF-8 (byte {error.start} of a text)", language=call.language)
    return None


def _query(call: Call, shape: type, query_string: bytes) -> Reply | None:
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        return problem("query.invalid", "a parameter stands there twice", language=call.language)
    try:
        call.query = msgspec.convert(dict(pairs), shape, strict=False)
    except msgspec.ValidationError as error:
        detail, place = read_misfit(error)
        return problem("query.invalid", detail, field=place, language=call.language)
    return None


@cache
def _decoder(shape: type) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(shape)


def _misfit(error: msgspec.ValidationError, language: str) -> Reply:
    """A body of a wrong shape: an unknown field is named, everything else has its place."""
    detail, place = read_misfit(error)
    if "unknown field" in detail:
        name = detail.split("`")[1]
        place = f"{place}.{name}" if place else name
        return problem("field.unknown", f"`{name}` is not known here", field=place, language=language)
    return problem("body.invalid", detail, field=place, language=language)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
