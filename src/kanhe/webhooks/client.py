"""One POST to a receiver: bounded in time and size, never redirected, never into a private network."""

import socket
from typing import Any

import aiohttp
import msgspec

from kanhe.webhooks.target import TargetRefusedError, Targets, check_addresses

# Standard Webhooks: 15 to 30 s. A receiver that needs longer should answer first and work later.
ANSWER_S = 15.0
# A connection that is not there in this time is not going to be.
CONNECT_S = 5.0
# Over all endpoints; each takes a socket and some 30 KB.
AT_ONCE_MAX = 256


class Outcome(msgspec.Struct, frozen=True):
    """What a receiver said, or why it said nothing."""

    status: int = 0  # 0: nothing
    error: str = ""
    retry_after_s: int = 0

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more (Standard Webhooks: 410)."""
        return self.status == 410

    @property
    def down(self) -> bool:
        """Whether the endpoint as a whole fails, not just with this body."""
        return not self.delivered and (self.status in (0, 429) or self.status >= 500)


class Client:
    """Two sessions: one whose sockets connect to public addresses only, one for receivers that the operator allows."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._guarded = _session(_public_socket)
        self._excepted = _session(None)

    async def close(self) -> None:
        """Close all connections."""
        await self._guarded.close()
        await self._excepted.close()

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """Deliver a body. Expected failures are outcomes."""
        try:
            excepted = self._targets.excepted(*self._targets.read(url))
            session = self._excepted if excepted else self._guarded
            async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return Outcome(answer.status, retry_after_s=_seconds(answer.headers.get("Retry-After")))
        except TimeoutError:
            return Outcome(error="no answer in time")
        except (aiohttp.ClientError, OSError) as error:
            return Outcome(error=_words(error))


def _session(socket_factory: Any) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=AT_ONCE_MAX, socket_factory=socket_factory),
        timeout=aiohttp.ClientTimeout(total=ANSWER_S, sock_connect=CONNECT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )


def _public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for an address that is about to be connected to: whatever a name said before, here it is decided."""
    family, kind, protocol, _, place = address
    check_addresses([str(place[0])])
    return socket.socket(family, kind, protocol)


def _seconds(written: str | None) -> int:
    return int(written) if written is not None and written.isascii() and written.isdigit() else 0


def _words(error: Exception) -> str:
    """The failure in few words, without addresses of ours."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TargetRefusedError):
            return cause.detail
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, TargetRefusedError):
        return error.detail
    return "not reachable" if isinstance(error, aiohttp.ClientConnectionError | OSError) else "no valid HTTP answer"
