"""Where webhooks may go. The table is the attack list: every private place in every spelling that resolves to it."""

import pytest

from kanhe.webhooks.target import TargetRefusedError, Targets, check_addresses, is_public

PRIVATE = (
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fd00:ec2::254"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1"),
)
PUBLIC = ("93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")
UNFIT = (
    *(
        "",
        "example.com",
        "ftp://example.com/",
        "http://example.com/",
        "https://",
        "https:///x",
        "https://a@example.com/",
    ),
    *("https://a:b@example.com/", "https://example.com/#part", "https://example.com:99999/", "javascript:alert(1)"),
    "https://example.com/" + "x" * 2_048,
)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(TargetRefusedError):
        check_addresses(["1.1.1.1", address])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", UNFIT)
def test_addresses_that_are_none_are_refused_by_their_text(url: str) -> None:
    with pytest.raises(TargetRefusedError) as caught:
        Targets().read(url)
    assert caught.value.code == "webhook.url-invalid"


def test_the_operator_may_allow_a_private_receiver_by_host_or_by_host_and_port() -> None:
    targets = Targets(frozenset({"127.0.0.1:9000", "hooks.internal"}))
    assert targets.read("http://127.0.0.1:9000/x") == ("127.0.0.1", 9000)
    assert targets.read("http://hooks.internal/x") == ("hooks.internal", 80)
    with pytest.raises(TargetRefusedError):
        targets.read("http://127.0.0.1:9001/x")


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/", "https://2130706433/", "https://localhost/"])  # fmt: skip
async def test_every_spelling_of_this_machine_is_refused(url: str) -> None:
    with pytest.raises(TargetRefusedError):
        await Targets().resolve(url)
