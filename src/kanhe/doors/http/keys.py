"""API keys: `kanhe_live_<id>_<secret>` or `kanhe_test_<id>_<secret>`, 256 random bits, kept as a keyed digest."""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address, ip_network

from kanhe.domain.papers import Account, Credential
from kanhe.doors.http.limits import KEYS_REMEMBERED_MAX
from kanhe.doors.http.replies import Reply, problem, retry_after
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault

KIND = "api_key"
LIVE, TEST = "kanhe_live", "kanhe_test"
ID_OCTETS = 6
SECRET_OCTETS = 32
_BEARER = b"bearer "
_CHALLENGE = ((b"www-authenticate", b'Bearer realm="kanhe"'),)


def make_key(rng: Rng, vault: Vault, *, live: bool) -> tuple[str, str, str]:
    """(key id, the key to hand out once, its digest to keep)."""
    identifier = rng.token(ID_OCTETS).hex()
    key = f"{LIVE if live else TEST}_{identifier}_{rng.token(SECRET_OCTETS).hex()}"
    return identifier, key, vault.digest(key)


class Keys:
    """Who asks. A digest is computed once per key; a changed or withdrawn paper is noticed at the next request."""

    def __init__(
        self,
        credentials: Mapping[tuple[str, str], Credential],
        accounts: Mapping[int, Account],
        vault: Vault,
        clock: Clock,
    ) -> None:
        self._credentials, self._accounts = credentials, accounts
        self._vault, self._clock = vault, clock
        self._known: dict[bytes, Credential] = {}
        self._allowances: dict[str, Allowance] = {}

    def credential(self, header: bytes | None, peer: str | None) -> Credential | Reply:
        """The credential behind an `Authorization` header, or why there is none."""
        if header is None or header[:7].lower() != _BEARER:
            return problem("auth.missing", headers=_CHALLENGE)
        credential = self._known.get(header)
        if credential is None or self._credentials.get((KIND, credential.name)) is not credential:
            credential = self._look_up(header)
            if credential is None:
                return problem("auth.unknown", headers=_CHALLENGE)
        if credential.networks and not _within(peer, credential.networks):
            return problem("auth.network")
        account = self._accounts.get(credential.account)
        if account is None or account.status != "active":
            return problem("account.unusable")
        return credential

    def pace(self, credential: Credential, messages: int = 1) -> Reply | None:
        """Why this key must wait, if it must; a batch is let through whole and makes the next one wait."""
        if not credential.rate_per_s:
            return None
        now = self._clock.monotonic()
        allowance = self._allowances.get(credential.name)
        if allowance is None or allowance.per_s != credential.rate_per_s:
            allowance = self._allowances[credential.name] = Allowance(credential.rate_per_s, now)
        wait = allowance.take(messages, now)
        return problem("rate.exceeded", headers=retry_after(wait)) if wait else None

    def _look_up(self, header: bytes) -> Credential | None:
        """The slow way, in constant time over what was stored: unknown ids are compared like known ones."""
        self._known.pop(header, None)
        key = header[7:].strip().decode("latin-1")
        identifier = key.split("_")[2] if key.count("_") == 3 else ""
        credential = self._credentials.get((KIND, identifier))
        stored = credential.secret if credential is not None else "-"
        if not hmac.compare_digest(self._vault.digest(key), stored) or credential is None or credential.revoked:
            return None
        if len(self._known) >= KEYS_REMEMBERED_MAX:
            self._known.clear()
        self._known[header] = credential
        return credential


class Allowance:
    """One second's worth of messages, refilled all the time; a batch may overdraw it, and then everybody waits."""

    def __init__(self, per_s: float, now: float) -> None:
        self.per_s = per_s
        self._left, self._at = max(per_s, 1.0), now

    def take(self, messages: int, now: float) -> float:
        """Let `messages` through (0), or say how many seconds to wait."""
        self._left = min(self._left + (now - self._at) * self.per_s, max(self.per_s, 1.0))
        self._at = now
        if self._left < 1.0:
            return (1.0 - self._left) / self.per_s
        self._left -= messages
        return 0.0


def _within(peer: str | None, networks: tuple[str, ...]) -> bool:
    if peer is None:
        return False
    address = ip_address(peer)
    return any(address in ip_network(network, strict=False) for network in networks)
