"""AuthenticatorClient and AuthenticatorServer (5.2.2.1)."""

from enum import IntEnum

from kanhe.protocols.exchange.digest import LoginDigest, answer_digest

LOGIN = LoginDigest(id_octets=8, gap_octets=7)


class StatusWidth(IntEnum):
    """How wide Status goes into AuthenticatorServer: four octets as in the field, one in gosmgp."""

    FIELD = 4
    ONE = 1


def authenticator_server(
    status: int, authenticator_client: bytes, secret: str, width: StatusWidth = StatusWidth.FIELD
) -> bytes:
    """The gateway's proof in Login_Resp; the four-octet form is the one to send."""
    return answer_digest(status, width, authenticator_client, secret)
