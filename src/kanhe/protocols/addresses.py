"""What a sender id must be to stand in the address field of each protocol.

The field has 21 octets everywhere: source_addr of SMPP (5.2.8, the last one a NUL), Src_Id of CMPP, SPNumber of SGIP, SrcTermID of
SMGP. A handset shows a name of eleven characters at most (TS 23.040 section 9.1.2.5), and no Chinese protocol has a type for names.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


class Address(NamedTuple):
    """What fits, and the same in words."""

    fits: re.Pattern[str]
    limit: str


NUMBER = Address(re.compile(r"[0-9]{1,20}"), "1 to 20 digits")
NAME_OR_NUMBER = Address(
    re.compile(r"\+?[0-9]{1,20}|[ -~]{1,11}"), "1 to 20 digits, or a name of 1 to 11 characters of ASCII"
)

# Of the field, whatever stands in it.
CHARS_MAX = 20

ADDRESSES: Mapping[str, Address] = {"smpp": NAME_OR_NUMBER, "cmpp": NUMBER, "sgip": NUMBER, "smgp": NUMBER}


# Few senders speak all day.
@lru_cache(maxsize=4_096)
def limit_of(sender: str, protocol: str) -> str | None:
    """What a sender id would have to be there; None when it fits."""
    address = ADDRESSES[protocol]
    return None if address.fits.fullmatch(sender) else address.limit


def fits_nowhere(sender: str) -> bool:
    """Whether no protocol has room for it."""
    return all(limit_of(sender, protocol) for protocol in ADDRESSES)
