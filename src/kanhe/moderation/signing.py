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
FORM_TYPE: Final = "application/x-www-form-urlencoded"


class Key(NamedTuple):
    """What a vendor knows us by."""

    id: str
    secret: str
    region: str = ""


class Signed(NamedTuple):
    """A POST to the root of a vendor's host."""

    body: bytes
    headers: Mapping[str, str]


def sign(request: SecondOpinionRequest, host: str, key: Key, now_ms: int, nonce: str) -> Signed:
    """Sign a request the way its service wants."""
    return SIGNERS[request.service](request, host, key, now_ms, nonce)


def sign_aliyun(request: SecondOpinionRequest, host: str, key: Key, now_ms: int, nonce: str) -> Signed:
    """ACS3-HMAC-SHA256: the parameters are a form."""
    body = "&".join(f"{_strict(name)}={_strict(value)}" for name, value in sorted(request.body.items())).encode()
    headers = {
        "accept": JSON_TYPE,
        "content-type": FORM_TYPE,
        "host": host,
        "x-acs-action": request.action,
        "x-acs-content-sha256": _sha256(body),
        "x-acs-date": iso(now_ms)[:19] + "Z",
        "x-acs-signature-nonce": nonce,
        "x-acs-version": request.version,
    }
    return Signed(body, {**headers, "authorization": acs3(key, "", headers, body)})


def sign_tencent(request: SecondOpinionRequest, host: str, key: Key, now_ms: int, _nonce: str) -> Signed:
    """TC3-HMAC-SHA256: the body is JSON, and its octets are signed."""
    body = msgspec.json.encode(request.body)
    headers = {"content-type": JSON_TYPE, "host": host}
    return Signed(
        body,
        {
            **headers,
            "authorization": tc3(key, TENCENT_SERVICE, headers, body, now_ms),
            "x-tc-action": request.action,
            **({"x-tc-region": key.region} if key.region else {}),
            "x-tc-timestamp": str(now_ms // 1000),
            "x-tc-version": request.version,
        },
    )


def acs3(key: Key, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """The Authorization header of Alibaba Cloud's V3 signature, over all these headers."""
    canonical, names = _canonical(query, headers, body)
    signature = _hmac(key.secret.encode(), f"ACS3-HMAC-SHA256\n{_sha256(canonical)}").hex()
    return f"ACS3-HMAC-SHA256 Credential={key.id},SignedHeaders={names},Signature={signature}"


def tc3(key: Key, service: str, headers: Mapping[str, str], body: bytes, now_ms: int) -> str:
    """The Authorization header of Tencent Cloud's signature v3, over all these headers."""
    canonical, names = _canonical("", headers, body)
    scope = f"{iso(now_ms)[:10]}/{service}/tc3_request"
    secret = f"TC3{key.secret}".encode()
    for part in scope.split("/"):
        secret = _hmac(secret, part)
    signature = _hmac(secret, f"TC3-HMAC-SHA256\n{now_ms // 1000}\n{scope}\n{_sha256(canonical)}").hex()
    return f"TC3-HMAC-SHA256 Credential={key.id}/{scope}, SignedHeaders={names}, Signature={signature}"


TENCENT_SERVICE: Final = "tms"
SIGNERS: Final = {"aliyun": sign_aliyun, "tencent": sign_tencent}


def _canonical(query: str, headers: Mapping[str, str], body: bytes) -> tuple[bytes, str]:
    """A POST to the root as both vendors write it down, and the names of the headers in it."""
    written = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    names = ";".join(sorted(headers))
    return f"POST\n/\n{query}\n{written}\n{names}\n{_sha256(body)}".encode(), names


def _strict(value: str) -> str:
    """RFC 3986: nothing stands for itself but the unreserved characters."""
    return quote(value, safe="~")


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
