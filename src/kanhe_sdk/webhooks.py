"""Verifying webhooks: Standard Webhooks signatures, checked before the body is read."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

# Standard Webhooks: five minutes each way, against replays and for clocks that are a little off.
TOLERANCE_S = 300


class SignatureError(Exception):
    """A webhook that is not from Kanhe, was changed on its way, or is too old."""


def verify_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None
) -> dict[str, Any]:
    """The event of a webhook. Raises `SignatureError`."""
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        identifier, timestamp = lower["webhook-id"], lower["webhook-timestamp"]
        signatures, sent_at = lower["webhook-signature"].split(), int(timestamp)
    except (KeyError, ValueError) as error:
        raise SignatureError("a header of Standard Webhooks is missing or malformed") from error
    now = time.time() if now_s is None else now_s  # noqa: TID251 - a client has no Clock
    if abs(now - sent_at) > TOLERANCE_S:
        raise SignatureError("the webhook is too old, or this clock is wrong")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.digest(key, f"{identifier}.{timestamp}.".encode() + body, "sha256")
    if not any(hmac.compare_digest(_octets_of(each), expected) for each in signatures):
        raise SignatureError("no signature fits")
    event: dict[str, Any] = json.loads(body)
    return event


def _octets_of(signature: str) -> bytes:
    version, _, written = signature.partition(",")
    try:
        return base64.b64decode(written, validate=True) if version == "v1" else b""
    except ValueError:
        return b""
