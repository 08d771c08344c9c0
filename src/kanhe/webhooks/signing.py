"""Standard Webhooks signatures: HMAC-SHA256 over `id.timestamp.body`, `whsec_` keys, several signatures while a key changes."""

import base64
import binascii
import hmac
from collections.abc import Iterable

from kanhe.kit.clock import HOUR_MS
from kanhe.kit.rng import Rng

# Standard Webhooks: keys of 24 to 64 octets.
SECRET_OCTETS = 32
PREFIX = "whsec_"
# Both keys sign for a day after a change: receivers roll out in hours.
OVERLAP_MS = 24 * HOUR_MS


class KeyInvalidError(Exception):
    """What stands in the place of a key is none."""


def make_secret(rng: Rng) -> str:
    """A new key."""
    return PREFIX + base64.b64encode(rng.token(SECRET_OCTETS)).decode()


def changed(kept: str, secret: str, now: int) -> str:
    """What to keep when `secret` takes the place of the newest one in `kept`, which goes on signing for a while."""
    return f"{secret} {kept.split()[0]} {now + OVERLAP_MS}"


def in_force(kept: str, now: int) -> list[str]:
    """The keys that sign now, newest first."""
    newest, *older = kept.split()
    return [newest, older[0]] if older and now < int(older[1]) else [newest]


def sign(secrets: Iterable[str], identifier: str, timestamp_s: int, body: bytes) -> str:
    """The value of `webhook-signature`. Raises `KeyInvalidError`."""
    signed = b".".join((identifier.encode(), b"%d" % timestamp_s, body))
    return " ".join(
        f"v1,{base64.b64encode(hmac.digest(_key(secret), signed, 'sha256')).decode()}" for secret in secrets
    )


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise KeyInvalidError("its secret is no `whsec_` key") from error
