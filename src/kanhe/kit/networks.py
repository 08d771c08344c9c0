"""Where a peer comes from."""

from functools import lru_cache
from ipaddress import ip_address, ip_network


# A peer comes from the same few addresses all its life.
@lru_cache(maxsize=1_024)
def is_within(peer: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks; what cannot be read lies nowhere."""
    try:
        address = ip_address(peer)
        return any(address in ip_network(network, strict=False) for network in networks)
    except ValueError:
        return False


def is_network(written: str) -> bool:
    """Whether it is an address or a block of them."""
    try:
        ip_network(written, strict=False)
    except ValueError:
        return False
    return True
