"""AuthenticatorSource and AuthenticatorISMG (8.4.1)."""

from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.exchange.digest import LoginDigest, answer_digest

LOGIN = LoginDigest(id_octets=6, gap_octets=9)

# Status goes into the digest in its width on the wire.
STATUS_OCTETS = {Version.V20: 1, Version.V30: 4, Version.PRIVATE: 4}


def authenticator_ismg(status: int, authenticator_source: bytes, secret: str, version: Version) -> bytes:
    """The gateway's proof in CMPP_CONNECT_RESP."""
    return answer_digest(status, STATUS_OCTETS[version], authenticator_source, secret)
