"""What several customers of one port may do, and what changes for them while they are logged in."""

import asyncio
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace
from tests.contract.carriers.world_of_carriers import FAMILIES, PASSWORD, connector, world
from tests.contract.sim.stage import CLOCK, SENDER, until

from kanhe.kit.clock import from_ms
from kanhe.protocols.cmpp.pdus import Submit as CmppSubmit
from kanhe.protocols.exchange.content import UCS2
from kanhe.protocols.sgip.pdus import Submit as SgipSubmit
from kanhe.protocols.smgp.pdus import Submit as SmgpSubmit
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.sim.papers import CARRIER

TEXT = "【示例商城】您的包裹已送达驿站，请及时领取。"
OCTETS = TEXT.encode("utf-16-be")
NUMBERS = ("13800138001", "8613800138002", "+8613800138003")

MASS = {
    "cmpp": CmppSubmit(Src_Id=SENDER, Msg_Fmt=UCS2, Dest_terminal_Id=NUMBERS, Msg_Content=OCTETS),
    "sgip": SgipSubmit(SPNumber=SENDER, MessageCoding=UCS2, UserNumber=NUMBERS, MessageContent=OCTETS),
    "smgp": SmgpSubmit(SrcTermID=SENDER, MsgFormat=UCS2, DestTermID=NUMBERS, MsgContent=OCTETS),
}
NUMBERS_OF = {"cmpp": "Dest_terminal_Id", "sgip": "UserNumber", "smgp": "DestTermID"}
NEXT_ID = {
    "cmpp": lambda first, i: f"{int(first, 16) + i:016x}",
    "sgip": lambda first, _i: first,
    "smgp": lambda first, i: f"{int(first) + i:020d}",
}


@pytest.mark.parametrize("family", list(MASS))
async def test_each_number_of_one_submission_gets_the_text_and_its_own_receipt(family, tmp_path):
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family)
        customer.endpoint.submit(1, [MASS[family]], CLOCK.monotonic())
        await until(lambda: len(customer.receipts) == 3)
        assert stage.carrier.handsets == {f"861380013800{i}": [TEXT] for i in (1, 2, 3)}
        first = customer.given[0]
        assert sorted(customer.receipts) == [(NEXT_ID[family](first, i), "delivered") for i in range(3)]


@pytest.mark.parametrize("family", list(MASS))
async def test_a_number_that_is_none_is_told_by_receipt_when_others_were_taken(family, tmp_path):
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family)
        mass = replace(MASS[family], **{NUMBERS_OF[family]: ("8613800138001", "86")})
        customer.endpoint.submit(1, [mass], CLOCK.monotonic())
        await until(lambda: len(customer.receipts) == 2)
        said = "undeliverable" if family == "sgip" else "rejected"
        assert sorted(state for _, state in customer.receipts) == sorted(["delivered", said])


@pytest.mark.parametrize("family", FAMILIES)
async def test_papers_change_while_others_stay_logged_in(family, tmp_path):
    async with world(tmp_path, family) as stage:
        first = await stage.customer(family)
        platform = stage.platform
        await platform.file([stage.credential(family, "second")])
        await platform.file([stage.credential(family, sessions_max=1, window=20)])
        first.send("8613800138001", TEXT)
        await until(lambda: first.given)
        assert first.given
        assert not any(word[0] == "sessionlost" for word in first.heard)


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_connector_that_changes_connects_anew_and_customers_notice_nothing(family, tmp_path):
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family)
        old = stage.platform.connectors[CARRIER]
        paper = stage.platform.world.books.connectors[CARRIER]
        body = connector(stage.platform, family, paper.port, 0) | {"window": 7, "options": dict(paper.options)}
        await stage.platform.file([("connector", body)])
        assert stage.platform.connectors[CARRIER] is not old
        customer.send("8613800138001", TEXT)
        await until(lambda: customer.receipts)
        assert [state for _, state in customer.receipts] == ["delivered"]


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_login_from_elsewhere_is_ended(family, tmp_path):
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family, networks=["192.0.2.0/24"])
        await until(lambda: ("sessionlost", "peer_closed") in customer.heard)
        assert ("sessionlost", "peer_closed") in customer.heard


@pytest.mark.parametrize("family", FAMILIES)
async def test_what_is_no_text_is_refused(family, tmp_path):
    binary = {
        "smpp": SubmitSm(source_addr=SENDER, destination_addr="8613800138001", data_coding=4, short_message=b"\0\1"),
        "cmpp": CmppSubmit(Src_Id=SENDER, Msg_Fmt=4, Dest_terminal_Id=NUMBERS[:1], Msg_Content=b"\0\1"),
        "sgip": SgipSubmit(SPNumber=SENDER, MessageCoding=4, UserNumber=NUMBERS[:1], MessageContent=b"\0\1"),
        "smgp": SmgpSubmit(SrcTermID=SENDER, MsgFormat=4, DestTermID=NUMBERS[:1], MsgContent=b"\0\1"),
    }
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family)
        customer.endpoint.submit(1, [binary[family]], CLOCK.monotonic())
        await until(lambda: customer.heard)
        assert [word[0] for word in customer.heard] == ["rejected"]


async def test_data_coding_0_is_what_the_customer_means_by_it(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        customer = await stage.customer("smpp", options={"default_alphabet": "latin1"}, sender="EXSHOP")
        octets = "Votre colis est arrivé ñ".encode("latin-1")
        pdu = SubmitSm(source_addr="EXSHOP", destination_addr="33612345678", short_message=octets)
        customer.endpoint.submit(1, [pdu], CLOCK.monotonic())
        await until(lambda: stage.carrier.handsets)
        assert stage.carrier.handsets == {"33612345678": [octets.decode("latin-1")]}, customer.heard


# --- TLS -----------------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str, issuer: tuple | None = None) -> tuple[Path, object, object]:
    """A certificate for loopback with its key in one PEM file; its own issuer when none is given."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by, by_key = issuer or (subject, key)
    now = from_ms(CLOCK.now_ms())
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.replace(year=now.year - 1))
        .not_valid_after(now.replace(year=now.year + 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(by_key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    octets = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + octets)
    return path, subject, key


async def test_smpp_under_tls_both_ways_with_certificates_of_both_sides(tmp_path):
    """Our connector goes to the TLS port of our own door: a platform that is its own carrier's customer."""
    authority, name, key = certificate(tmp_path, "authority")
    ours, _, _ = certificate(tmp_path, "door", (name, key))
    theirs, _, _ = certificate(tmp_path, "customer", (name, key))
    environment = {
        "KANHE_SMPP_TLS_PORT": "0",
        "KANHE_SMPP_TLS_CERTIFICATE": str(ours),
        "KANHE_SMPP_TLS_CLIENT_CA": str(authority),
    }
    async with world(tmp_path / "data", "smpp", **environment) as stage:
        platform, port = stage.platform, stage.platform.doors["smpps"]
        await platform.file([stage.credential("smpp", "tlsling")])
        options = {"tls": True, "tls_ca": str(authority), "tls_cert": str(theirs), "tls_name": "localhost"}
        body = connector(platform, "smpp", port, 0, **options)
        body |= {
            "name": "over-tls",
            "system_id": "tlsling",
            "secret": platform.vault.seal(PASSWORD, "connector/over-tls"),
        }
        await platform.file([("connector", body)])
        await until(lambda: platform.connectors["over-tls"].bound)
        assert platform.connectors["over-tls"].bound
        nobody = ssl.create_default_context(cafile=str(authority))
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=nobody, server_hostname="localhost")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await heard_nothing(reader)
        writer.close()


async def heard_nothing(reader: asyncio.StreamReader) -> None:
    """Read until the door has cut the connection: under TLS 1.3 it says only then that it wanted a certificate."""
    if not await reader.read(1):
        raise ConnectionResetError
