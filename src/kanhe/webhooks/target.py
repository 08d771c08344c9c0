"""Where webhooks may go: public addresses only (SSRF), looked at when an endpoint is made and again at every connect."""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

# RFC 6052 section 2.1: behind the well-known prefix stands an IPv4 address, whatever its registry entry says.
_NAT64 = IPv6Network("64:ff9b::/96")
# Longer addresses are tokens in disguise; servers in front of receivers cut at 8 KB and less.
URL_CHARS_MAX = 2_048


class TargetRefusedError(OSError):
    """A webhook may not go there; an `OSError`, so that the client treats it as a connection that failed."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Targets:
    """The rule, with the operator's exceptions: `host` or `host:port` of private receivers that are wanted."""

    allowed: frozenset[str] = frozenset()

    def read(self, url: str) -> tuple[str, int]:
        """(host, port) of an address that may be used, as far as its text tells. Raises `TargetRefusedError`."""
        parts = urlsplit(url)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise TargetRefusedError("webhook.url-invalid", "the port is no port") from error
        host = parts.hostname
        if host is None or parts.username is not None or parts.fragment or len(url) > URL_CHARS_MAX:
            raise TargetRefusedError(
                "webhook.url-invalid", f"`{url[:80]}` has no host, or parts that do not belong there"
            )
        if parts.scheme != "https" and not (parts.scheme == "http" and self.excepted(host, port)):
            raise TargetRefusedError("webhook.url-invalid", f"`{parts.scheme}` is not https")
        return host, port

    async def resolve(self, url: str) -> None:
        """Look where an address leads today. Raises `TargetRefusedError`."""
        host, port = self.read(url)
        if self.excepted(host, port):
            return
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TargetRefusedError("webhook.url-invalid", f"`{host}` cannot be resolved") from error
        check_addresses(str(address[0]) for *_, address in found)

    def excepted(self, host: str, port: int) -> bool:
        """Whether the operator allows this receiver wherever it is."""
        return host in self.allowed or f"{host}:{port}" in self.allowed


def check_addresses(addresses: Iterable[str]) -> None:
    """Let public addresses pass. Raises `TargetRefusedError` if any is not: one name must not lead both ways."""
    for address in addresses:
        if not is_public(address):
            raise TargetRefusedError("webhook.target-private", f"`{address}` is not a public address")


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, also the one inside an IPv6 address that carries an IPv4 one."""
    found = ip_address(address.split("%")[0])
    if isinstance(found, IPv6Address) and (inner := _inner(found)) is not None:
        return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
