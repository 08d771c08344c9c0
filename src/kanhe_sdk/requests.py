"""What is asked, without a socket: each call as a request, and how its answer is read. Both clients run these."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from kanhe_sdk.answers import Batch, Message, Page, Problem, Sent

T = TypeVar("T")
FIRST_ERROR = 400
# Asked again by itself: the answer says that nothing has happened, or the idempotency key makes it harmless.
WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})
TRIES = 4
# Seconds between tries when the server does not say.
WAITS_S = (0.5, 1.0, 2.0)
# Nobody waits longer inside a call; a server that asks for more gets its problem raised.
RETRY_AFTER_S_MAX = 30.0
TIMEOUT_S = 35.0


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """One call."""

    method: str
    path: str
    read: Callable[[Any], T]
    body: bytes | None = None
    key: str | None = None
    kind: str = "application/json"  # of the body

    def headers(self, api_key: str) -> dict[str, str]:
        """Everything the server asks for."""
        headers = {"Authorization": f"Bearer {api_key}", "Accept": "application/json", "User-Agent": "kanhe-sdk/0.1"}
        if self.body is not None:
            headers["Content-Type"] = self.kind
        if self.key is not None:
            headers["Idempotency-Key"] = self.key
        return headers

    @property
    def repeatable(self) -> bool:
        """Whether asking twice does no more than asking once."""
        return self.method in ("GET", "DELETE") or self.key is not None

    def answer(self, status: int, octets: bytes) -> T:
        """The answer, or its `Problem` raised."""
        said = _json(octets)
        if status >= FIRST_ERROR:
            raise Problem(status, said if isinstance(said, dict) else {"detail": octets.decode(errors="replace")[:200]})
        return self.read(said)


def wait_before_retry(attempt: int, retry_after: str | None) -> float | None:
    """Seconds to wait after a failed try; None: give up."""
    if attempt + 1 >= TRIES:
        return None
    if retry_after is None or not retry_after.isdigit():
        return WAITS_S[attempt]
    return float(retry_after) if float(retry_after) <= RETRY_AFTER_S_MAX else None


def message_body(to: str, text: str | None, **more: Any) -> dict[str, Any]:
    """A message as the API reads it; what is not given is left out, instants are written with their offset."""
    body = {"to": to, "text": text, **more}
    return {name: _written(value) for name, value in body.items() if value is not None}


def send(body: Mapping[str, Any], key: str | None) -> Request[Sent]:
    """Send one message."""
    return Request("POST", "/v1/messages", Sent.read, _octets(body), key)


def send_batch(bodies: Sequence[Mapping[str, Any]], key: str | None) -> Request[Batch]:
    """Send up to 1,000."""
    written = [{name: _written(value) for name, value in body.items()} for body in bodies]
    return Request("POST", "/v1/messages/batch", Batch.read, _octets({"messages": written}), key)


def check(body: Mapping[str, Any]) -> Request[dict[str, Any]]:
    """Ask without sending."""
    return Request("POST", "/v1/check", dict, _octets(body))


def get(identifier: str) -> Request[Message]:
    """Look one up."""
    return Request("GET", f"/v1/messages/{quote(identifier, safe='')}", Message.read)


def cancel(identifier: str) -> Request[Message]:
    """Take one back."""
    return Request("DELETE", f"/v1/messages/{quote(identifier, safe='')}", Message.read)


def explain(identifier: str) -> Request[dict[str, Any]]:
    """Why."""
    return Request("GET", f"/v1/messages/{quote(identifier, safe='')}/explanation", dict)


def page(filters: Mapping[str, Any]) -> Request[Page]:
    """List messages."""
    query = urlencode({name: _written(value) for name, value in filters.items() if value is not None})
    return Request("GET", f"/v1/messages?{query}", Page.read)


def anything(method: str, path: str, body: Mapping[str, Any] | None, key: str | None) -> Request[Any]:
    """Every other endpoint."""
    return Request(method, path, lambda said: said, None if body is None else _octets(body), key)


def upload(path: str, octets: bytes, query: Mapping[str, Any]) -> Request[Any]:
    """A file: a document of a paper, a sheet, a list."""
    asked = urlencode({name: _written(value) for name, value in query.items() if value is not None})
    place = f"{path}?{asked}" if asked else path
    return Request("POST", place, lambda said: said, octets, kind="application/octet-stream")


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _octets(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _json(octets: bytes) -> Any:
    try:
        return json.loads(octets) if octets else None
    except ValueError:
        return octets.decode(errors="replace")
