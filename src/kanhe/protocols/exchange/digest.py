"""The MD5 digests with which CMPP (8.4.1) and SMGP (5.2.2.1) log in, and the timestamp that goes into them.

MD5 over a shared secret is what these protocols have; it keeps the secret off the wire and no more.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

NUL = b"\0"


class Padding(StrEnum):
    """How an id shorter than its field goes into the digest; vendors disagree, for a full id there is no difference."""

    UNPADDED = "unpadded"
    PADDED = "padded"


class LoginDigest(NamedTuple):
    """What a protocol hashes: its id's width, and how many NULs stand between id and secret."""

    id_octets: int
    gap_octets: int

    def of(self, login: str, secret: str, timestamp: int, padding: Padding = Padding.UNPADDED) -> bytes:
        """MD5(id, NULs, shared secret, the timestamp as ten digits)."""
        name = login.encode("latin-1")
        if padding is Padding.PADDED:
            name = name.ljust(self.id_octets, NUL)
        return _md5(name + NUL * self.gap_octets + secret.encode() + f"{timestamp:010d}".encode())

    def matches(self, digest: bytes, login: str, secret: str, timestamp: int) -> bool:
        """Accept either padding: a server cannot know which one its customer's library chose."""
        return any(hmac.compare_digest(digest, self.of(login, secret, timestamp, padding)) for padding in Padding)


def answer_digest(status: int, status_octets: int, request_digest: bytes, secret: str) -> bytes:
    """MD5(status in its width, the digest of the login, shared secret): the server proves itself."""
    return _md5(status.to_bytes(status_octets, "big") + request_digest + secret.encode())


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def timestamp_of(local: datetime) -> int:
    """MMDDHHMMSS as a number: a leading zero is lost, 0301000000 is 301000000."""
    return int(local.strftime("%m%d%H%M%S"))


def skew_s(timestamp: int, local: datetime) -> float | None:
    """How far a peer's timestamp is from our local time; it has no year, so the nearest counts. None: no time at all."""
    distances = []
    for year in (local.year - 1, local.year, local.year + 1):
        try:
            at = datetime.strptime(f"{year}{timestamp:010d}", "%Y%m%d%H%M%S").replace(tzinfo=local.tzinfo)
        except ValueError:
            continue
        distances.append(abs(at - local) / timedelta(seconds=1))
    return min(distances, default=None)


def is_old(timestamp: int, local: datetime, skew_s_max: float) -> bool:
    """A login that someone recorded and plays again; no limit: never."""
    skew = skew_s(timestamp, local)
    return bool(skew_s_max) and (skew is None or skew > skew_s_max)
