"""The client for programs without asyncio: standard library only, one connection, kept alive; for one thread."""

import http.client
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from kanhe_sdk import requests
from kanhe_sdk.answers import Batch, Message, Page, Sent
from kanhe_sdk.requests import TIMEOUT_S, WORTH_ANOTHER_TRY, Request, message_body, wait_before_retry

T = TypeVar("T")


class Client:
    """An account's way to Kanhe. Calls that send carry an idempotency key and are tried again by themselves."""

    def __init__(self, base_url: str, api_key: str, *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(base_url)
        assert parts.hostname, "a base address has a host, such as http://127.0.0.1:8080"
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=timeout_s)
        self._prefix, self._key = parts.path.rstrip("/"), api_key

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def send(
        self,
        to: str,
        text: str | None = None,
        *,
        sender: str | None = None,
        category: str | None = None,
        ref: str | None = None,
        at: datetime | None = None,
        validity_s: int | None = None,
        template: str | None = None,
        params: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Sent:
        """Send one message. Raises `Problem` when it may not go: read its `code`, `findings` and `citations`."""
        body = message_body(
            to,
            text,
            sender=sender,
            category=category,
            ref=ref,
            at=at,
            validity_s=validity_s,
            template=template,
            params=params,
        )
        return self._ask(requests.send(body, idempotency_key or _fresh_key()))

    def send_batch(self, messages: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None) -> Batch:
        """Send up to 1,000 messages; each is answered for itself."""
        return self._ask(requests.send_batch(messages, idempotency_key or _fresh_key()))

    def check(self, to: str, text: str | None = None, **more: Any) -> dict[str, Any]:
        """What would become of a message, what it would cost and why, without sending it."""
        return self._ask(requests.check(message_body(to, text, **more)))

    def get(self, identifier: str) -> Message:
        """One message as it stands."""
        return self._ask(requests.get(identifier))

    def cancel(self, identifier: str) -> Message:
        """Take a message back before it goes to the carrier. Raises `Problem` `cancel.too-late`."""
        return self._ask(requests.cancel(identifier))

    def explain(self, identifier: str) -> dict[str, Any]:
        """Every finding of a message's verdict."""
        return self._ask(requests.explain(identifier))

    def page(self, **filters: Any) -> Page:
        """One page of messages: `state`, `category`, `sender`, `to`, `since`, `until`, `before`, `limit`."""
        return self._ask(requests.page(filters))

    def messages(self, **filters: Any) -> Iterator[Message]:
        """All messages of a list, newest first, page by page."""
        before = filters.pop("before", None)
        while True:
            page = self.page(before=before, **filters)
            yield from page.messages
            if (before := page.next) is None:
                return

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, idempotency_key: str | None = None
    ) -> Any:
        """Any other endpoint, such as `request("POST", "/v1/suppressions", {"to": "+44..."})`."""
        return self._ask(requests.anything(method, path, body, idempotency_key))

    def upload(self, path: str, octets: bytes, **query: Any) -> Any:
        """Hand in a file, such as `upload("/v1/licences/1/documents", octets, role="copy", name="licence.pdf")`."""
        return self._ask(requests.upload(path, octets, query))

    def _ask(self, request: Request[T]) -> T:
        attempt = 0
        while True:
            status, octets, retry_after = self._try(request)
            wait = wait_before_retry(attempt, retry_after)
            if status not in WORTH_ANOTHER_TRY or not request.repeatable or wait is None:
                return request.answer(status, octets)
            time.sleep(wait)
            attempt += 1

    def _try(self, request: Request[T]) -> tuple[int, bytes, str | None]:
        """(status, body, Retry-After); a connection that broke is a try that failed."""
        try:
            self._connection.request(
                request.method, self._prefix + request.path, request.body, request.headers(self._key)
            )
            answer = self._connection.getresponse()
            return answer.status, answer.read(), answer.getheader("Retry-After")
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            return 502, str(error).encode(), None


def _fresh_key() -> str:
    return str(uuid.uuid4())  # noqa: TID251 - a client has no IdSource
