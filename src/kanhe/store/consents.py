"""How a consent is packed into its row, and unpacked again: a batch may ask for one for each of its messages.

Its sets of words are the same in thousands of consents, so each stands as one text, which is turned into a set once.
"""

from functools import lru_cache
from typing import Any

import msgspec

from kanhe.domain.facts import Consent

# Wordings, channels and proofs of all accounts: some hundred distinct sets.
SETS_KNOWN_MAX = 4_096
# No word of the law's vocabulary has one.
BETWEEN_WORDS = "\n"
_FIELDS = Consent.__struct_fields__
_SETS = tuple(_FIELDS.index(name) for name in ("categories", "proof_fields", "states"))
_FREQUENCY = _FIELDS.index("frequency")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Any] | dict[str, Any]).decode


def pack_consent(consent: Consent) -> bytes:
    """Pack a consent's fields in their order; new ones are only ever added at the end."""
    values = list(msgspec.structs.astuple(consent))
    for place in _SETS:
        values[place] = BETWEEN_WORDS.join(sorted(values[place]))
    return _encode(values)


def unpack_consent(octets: bytes) -> Consent:
    """Read a packed consent; earlier ones were packed with the names of their fields."""
    values = _decode(octets)
    if isinstance(values, dict):
        return msgspec.convert(values, Consent)
    for place in _SETS:
        values[place] = _set_of(values[place])
    if values[_FREQUENCY] is not None:
        values[_FREQUENCY] = tuple(values[_FREQUENCY])
    return Consent(*values)


@lru_cache(SETS_KNOWN_MAX)
def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split(BETWEEN_WORDS)) if words else frozenset()
