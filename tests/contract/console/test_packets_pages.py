"""Packets in plain language: those of a message once its numbers are shown, and any that somebody pastes."""

from urllib.parse import urlencode

import pytest
from tests.contract.console.site_of_console import Site

from kanhe.domain.users import Role

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNBIND = "00000010 00000006 00000000 00000007"
ACTIVE_TEST = "0000000c:00000008:00000001"


async def read(site: Site, protocol: str, octets: str, language: str = "en") -> tuple[int, str]:
    visitor = await site.visitor(Role.OPERATOR)
    form = urlencode({"csrf": await visitor.form_token(), "protocol": protocol, "hex": octets})
    answer = await visitor.post("/console/packets", form, **{"accept-language": language})
    return answer.status, answer.text


async def test_a_message_shows_its_packets_field_by_field_with_its_numbers(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    masked = (await visitor.get(f"/console/messages/{site.delivered}")).text
    assert "On the wire" not in masked
    form = urlencode({"csrf": await visitor.form_token()})
    opened = (await visitor.post(f"/console/messages/{site.delivered}/numbers", form)).text
    assert "On the wire" in opened
    assert opened.count("submit_sm") >= 2, "it has two segments"
    for field in ("destination_addr", "esm_class", "data_coding", "UCS-2"):
        assert field in opened


@pytest.mark.parametrize(
    ("protocol", "octets", "language", "said"),
    [
        ("smpp", UNBIND, "en", "unbind"),
        ("cmpp", ACTIVE_TEST, "en", "CMPP_ACTIVE_TEST"),
        ("smpp", UNBIND, "zh", "解读报文"),
    ],
)
async def test_pasted_octets_are_read(site: Site, protocol: str, octets: str, language: str, said: str) -> None:
    status, page = await read(site, protocol, octets, language)
    assert (status, said in page) == (200, True)


@pytest.mark.parametrize(("protocol", "octets"), [("smpp", "no octets"), ("smpp", ""), ("morse", UNBIND)])
async def test_what_cannot_be_read_is_said_at_its_field(site: Site, protocol: str, octets: str) -> None:
    status, page = await read(site, protocol, octets)
    assert status == 422
    assert 'href="#f-hex"' in page


async def test_a_length_that_cannot_be_is_told_and_nothing_breaks(site: Site) -> None:
    assert "a length that cannot be" in (await read(site, "smpp", "ffffffff00000004"))[1]
