"""How the two vendors want a question signed: values in, headers out; who owns the socket sends exactly the body that was signed."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

import msgspec

from kanhe.kit.clock import iso
from kanhe.moderation.opinions import SecondOpinionRequest

JSON_TYPE: Final = "application/json"


class Key(NamedTuple):
    """What a vendor knows us by."""

    id: str
    secret: str


class Signed(NamedTuple):
    """A POST to the root of a vendor's host: what follows the question mark, the body, the headers."""

    query: str
    body: bytes
    headers: Mapping[str, str]


def sign(request: SecondOpinionRequest, host: str, key: Key, now_ms: int, nonce: str) -> Signed:
    """Sign a request the way its service wants."""
    return SIGNERS[request.service](request, host, key, now_ms, nonce)


def sign_aliyun(request: SecondOpinionRequest, host: str, key: Key, now_ms: int, nonce: str) -> Signed:
    """ACS3-HMAC-SHA256 (Alibaba Cloud, "V3 request structure and signature"): parameters in the query, no body."""
    query = "&".join(f"{_strict(name)}={_strict(value)}" for name, value in sorted(request.body.items()))
    headers = {
        "accept": JSON_TYPE,
        "host": host,
        "x-acs-action": request.action,
        "x-acs-content-sha256": _sha256(b""),
        "x-acs-date": iso(now_ms)[:19] + "Z",
        "x-acs-signature-nonce": nonce,
        "x-acs-version": request.version,
    }
    names = ";".join(sorted(headers))
    canonical = _canonical(query, headers, names, b"")
    signature = _hmac(key.secret.encode(), f"ACS3-HMAC-SHA256\n{_sha256(canonical)}").hex()
    written = f"ACS3-HMAC-SHA256 Credential={key.id},SignedHeaders={names},Signature={signature}"
    return Signed(query, b"", {**headers, "authorization": written})


def sign_tencent(request: SecondOpinionRequest, host: str, key: Key, now_ms: int, _nonce: str) -> Signed:
    """TC3-HMAC-SHA256 (Tencent Cloud, "API 3.0 signature v3"): the body is JSON, and its octets are signed."""
    body, seconds, day = msgspec.json.encode(request.body), str(now_ms // 1000), iso(now_ms)[:10]
    signed = {"content-type": JSON_TYPE, "host": host}
    names, scope = ";".join(sorted(signed)), f"{day}/{TENCENT_SERVICE}/tc3_request"
    canonical = _canonical("", signed, names, body)
    secret = f"TC3{key.secret}".encode()
    for part in scope.split("/"):
        secret = _hmac(secret, part)
    signature = _hmac(secret, f"TC3-HMAC-SHA256\n{seconds}\n{scope}\n{_sha256(canonical)}").hex()
    written = f"TC3-HMAC-SHA256 Credential={key.id}/{scope}, SignedHeaders={names}, Signature={signature}"
    headers = {
        **signed,
        "authorization": written,
        "x-tc-action": request.action,
        "x-tc-version": request.version,
        "x-tc-timestamp": seconds,
    }
    return Signed("", body, headers)


TENCENT_SERVICE: Final = "tms"
SIGNERS: Final = {"aliyun": sign_aliyun, "tencent": sign_tencent}


def _canonical(query: str, headers: Mapping[str, str], names: str, body: bytes) -> bytes:
    written = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    return f"POST\n/\n{query}\n{written}\n{names}\n{_sha256(body)}".encode()


def _strict(value: str) -> str:
    """RFC 3986: nothing stands for itself but the unreserved characters."""
    return quote(value, safe="~")


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
