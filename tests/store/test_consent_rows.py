"""A consent comes out of its row as it went in, in today's form and in the one before."""

import msgspec
import pytest

from kanhe.domain.facts import Consent
from kanhe.store.consents import pack_consent, unpack_consent

PLAIN = Consent(7, "active", None, frozenset(), "written", 1_795_485_600_000)
FULL = msgspec.structs.replace(
    PLAIN,
    entity="e1",
    categories=frozenset({"marketing", "verification"}),
    proof_fields=frozenset({"wording"}),
    states=frozenset({"type", "term"}),
    expires_at=1,
    frequency=(3, "week"),
    channel="网页",
    lot=9,
)


@pytest.mark.parametrize("consent", [PLAIN, FULL])
def test_a_consent_comes_out_as_it_went_in(consent: Consent) -> None:
    assert unpack_consent(pack_consent(consent)) == consent
    assert unpack_consent(msgspec.msgpack.encode(consent)) == consent
