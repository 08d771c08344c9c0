"""What fits an address field: every limit from both sides."""

import pytest

from kanhe.carriers.cutting import Cuts
from kanhe.domain.papers import ConnectorPaper, Route
from kanhe.protocols.addresses import ADDRESSES, fits_nowhere, limit_of

CHINESE = ("cmpp", "sgip", "smgp")


@pytest.mark.parametrize(
    ("sender", "protocols"),
    [
        ("1" * 20, ("smpp", *CHINESE)),
        ("1" * 21, ()),
        ("+12125550101", ("smpp",)),
        ("EXAMPLESHOP", ("smpp",)),
        ("EXAMPLESHOPS", ()),
        ("AD-EXSHOP", ("smpp",)),
        ("Shop", ("smpp",)),
        ("商城", ()),
        ("Shop\n", ()),
        ("", ()),
    ],
)
def test_a_sender_id_fits_where_its_address_field_has_room(sender: str, protocols: tuple[str, ...]) -> None:
    assert tuple(protocol for protocol in ADDRESSES if limit_of(sender, protocol) is None) == protocols
    assert fits_nowhere(sender) is not bool(protocols)


def test_a_route_has_the_limit_of_its_connector_and_one_without_a_connector_none() -> None:
    cuts = Cuts({"c": ConnectorPaper(1, "c", "c", protocol="sgip")})
    assert cuts.limit("Shop", Route(1, "r", "c", "c")) == "1 to 20 digits"
    assert cuts.limit("10690001", Route(1, "r", "c", "c")) is None
    assert cuts.limit("Shop", Route(1, "r", "elsewhere", "c")) is None
