"""The client for asyncio, on aiohttp; one session, any number of calls at once."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from kanhe_sdk import requests
from kanhe_sdk.answers import Batch, Message, Page, Sent
from kanhe_sdk.requests import TIMEOUT_S, WORTH_ANOTHER_TRY, Request, message_body, wait_before_retry

T = TypeVar("T")


class AsyncClient:
    """An account's way to Kanhe. Calls that send carry an idempotency key and are tried again by themselves."""

    def __init__(self, base_url: str, api_key: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._base, self._key = base_url.rstrip("/"), api_key
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def send(
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
        return await self._ask(requests.send(body, idempotency_key or _fresh_key()))

    async def send_batch(self, messages: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None) -> Batch:
        """Send up to 1,000 messages; each is answered for itself."""
        return await self._ask(requests.send_batch(messages, idempotency_key or _fresh_key()))

    async def check(self, to: str, text: str | None = None, **more: Any) -> dict[str, Any]:
        """What would become of a message, what it would cost and why, without sending it."""
        return await self._ask(requests.check(message_body(to, text, **more)))

    async def get(self, identifier: str) -> Message:
        """One message as it stands."""
        return await self._ask(requests.get(identifier))

    async def cancel(self, identifier: str) -> Message:
        """Take a message back before it goes to the carrier. Raises `Problem` `cancel.too-late`."""
        return await self._ask(requests.cancel(identifier))

    async def explain(self, identifier: str) -> dict[str, Any]:
        """Every finding of a message's verdict."""
        return await self._ask(requests.explain(identifier))

    async def page(self, **filters: Any) -> Page:
        """One page of messages: `state`, `category`, `sender`, `to`, `since`, `until`, `before`, `limit`."""
        return await self._ask(requests.page(filters))

    async def messages(self, **filters: Any) -> AsyncIterator[Message]:
        """All messages of a list, newest first, page by page."""
        before = filters.pop("before", None)
        while True:
            page = await self.page(before=before, **filters)
            for message in page.messages:
                yield message
            if (before := page.next) is None:
                return

    async def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, idempotency_key: str | None = None
    ) -> Any:
        """Any other endpoint, such as `request("POST", "/v1/suppressions", {"to": "+44..."})`."""
        return await self._ask(requests.anything(method, path, body, idempotency_key))

    async def upload(self, path: str, octets: bytes, **query: Any) -> Any:
        """Hand in a file, such as `upload("/v1/licences/1/documents", octets, role="copy", name="licence.pdf")`."""
        return await self._ask(requests.upload(path, octets, query))

    async def _ask(self, request: Request[T]) -> T:
        attempt = 0
        while True:
            status, octets, retry_after = await self._try(request)
            wait = wait_before_retry(attempt, retry_after)
            if status not in WORTH_ANOTHER_TRY or not request.repeatable or wait is None:
                return request.answer(status, octets)
            await asyncio.sleep(wait)
            attempt += 1

    async def _try(self, request: Request[T]) -> tuple[int, bytes, str | None]:
        """(status, body, Retry-After); a connection that broke is a try that failed."""
        session = self._session = self._session or aiohttp.ClientSession(timeout=self._timeout)
        url, headers = self._base + request.path, request.headers(self._key)
        try:
            async with session.request(request.method, url, data=request.body, headers=headers) as answer:
                return answer.status, await answer.read(), answer.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError) as error:
            return 502, str(error).encode(), None


def _fresh_key() -> str:
    return str(uuid.uuid4())  # noqa: TID251 - a client has no IdSource
