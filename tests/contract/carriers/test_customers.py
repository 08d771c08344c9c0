"""What several customers of one port may do, and what changes for them while they are logged in."""

import asyncio
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace
from tests.contract.carriers.raw_customer import LOGINS, RawCustomer
from tests.contract.carriers.world_of_carriers import FAMILIES, PASSWORD, connector, world
from tests.contract.sim.stage import SENDER
from tests.patience import CLOCK, until

from kanhe.dispatch.watch import Seen
from kanhe.kit.clock import from_ms
from kanhe.protocols.cmpp.pdus import Submit as CmppSubmit
from kanhe.protocols.exchange.content import UCS2
from kanhe.protocols.exchange.digest import timestamp_of
from kanhe.protocols.exchange.local import beijing
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
ONE = {
    "smpp": SubmitSm(source_addr=SENDER, destination_addr="8613800138001", data_coding=8, short_message=OCTETS),
    "cmpp": replace(MASS["cmpp"], Dest_terminal_Id=NUMBERS[:1]),
    "sgip": replace(MASS["sgip"], UserNumber=NUMBERS[:1]),
    "smgp": replace(MASS["smgp"], DestTermID=NUMBERS[:1]),
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
        await until(lambda: customer.given and len(customer.receipts) == 3)
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


ELSEWHERE = ["192.0.2.0/24"]


def status_of(answer):
    """How an answer to a login says it went."""
    names = ("command_status", "Status", "Result")
    return next(getattr(answer, name) for name in names if hasattr(answer, name))


async def raw(stage, family):
    customer = await RawCustomer(family, stage.platform.doors[family]).connect()
    stage.stack.callback(customer.close)
    return customer


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_login_from_elsewhere_is_refused_and_nothing_behind_it_is_read(family, tmp_path):
    async with world(tmp_path, family) as stage:
        await stage.platform.file([stage.credential(family, networks=ELSEWHERE)])
        customer = await raw(stage, family)
        customer.say(LOGINS[family]("u1", PASSWORD, timestamp_of(beijing(CLOCK)())))
        customer.say(ONE[family])
        assert status_of(await customer.hear())
        assert await customer.hear() is None
        assert stage.platform.world.watch.counts[Seen("door", family, "login-refused", "network")] == 1
        assert not stage.platform.world.board.lives


@pytest.mark.parametrize("change", [{"revoked": True}, {"networks": ELSEWHERE}])
@pytest.mark.parametrize("family", FAMILIES)
async def test_who_may_be_here_no_more_is_parted_from_and_the_others_stay(family, change, tmp_path):
    async with world(tmp_path, family) as stage:
        customers = {}
        for name in ("u1", "u2"):
            await stage.platform.file([stage.credential(family, name)])
            customers[name] = await raw(stage, family)
            assert not status_of(await customers[name].login(name))
        await stage.platform.file([stage.credential(family, "u1", **change)])
        parting = await customers["u1"].hear()
        assert type(parting).__name__ in ("Unbind", "Terminate", "Exit")
        customers["u1"].say(ONE[family])
        assert status_of(await customers["u1"].hear())
        assert not status_of(await customers["u2"].ask(ONE[family]))
        again = await raw(stage, family)
        assert status_of(await again.login("u1"))


@pytest.mark.parametrize("family", FAMILIES)
async def test_new_limits_reach_who_is_logged_in(family, tmp_path):
    async with world(tmp_path, family) as stage:
        await stage.platform.file([stage.credential(family)])
        customer = await raw(stage, family)
        await customer.login()
        await stage.platform.file([stage.credential(family, rate_per_s=0.001)])
        answers = [status_of(await customer.ask(ONE[family])) for _ in range(2)]
        assert answers == [0, {"smpp": 0x58, "cmpp": 8, "sgip": 11, "smgp": 1}[family]]
        await stage.platform.file([stage.credential(family)])
        assert not status_of(await customer.ask(ONE[family]))


@pytest.mark.parametrize(("paper", "answered"), [({}, 0x30), ({"version": "2.0"}, 0x20)])
async def test_a_cmpp_customer_gets_no_higher_version_than_its_paper_says(paper, answered, tmp_path):
    async with world(tmp_path, "cmpp") as stage:
        await stage.platform.file([stage.credential("cmpp", options=paper)])
        customer = await raw(stage, "cmpp")
        answer = await customer.login()
        assert (answer.Status, answer.Version) == (0, answered)


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_door_lets_in_as_many_as_it_may(family, tmp_path):
    async with world(tmp_path, family, **{f"KANHE_{family.upper()}_SESSIONS_MAX": "3"}) as stage:
        await stage.platform.file([stage.credential(family)])
        customers = [await raw(stage, family) for _ in range(5)]
        answers = [status_of(await customer.login()) for customer in customers]
        assert answers == [0, 0, 0, *[{"smpp": 0x0D, "cmpp": 5, "sgip": 3, "smgp": 2}[family]] * 2]
        lost = Seen("door", family, "session-lost", "peer_closed")
        customers[0].close()
        await until(lambda: stage.platform.world.watch.counts[lost])
        late = await raw(stage, family)
        assert not status_of(await late.login())


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


YEAR = timedelta(days=365)


def certificate(
    folder: Path, name: str, issuer: tuple | None = None, until: timedelta = YEAR
) -> tuple[Path, object, object]:
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
        .not_valid_before(now - YEAR)
        .not_valid_after(now + until)
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


async def test_a_certificate_that_has_run_out_is_named_and_what_was_accepted_waits(tmp_path):
    authority, name, key = certificate(tmp_path, "authority")
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate(tmp_path, "old", (name, key), -timedelta(days=1))[0])
    async with world(tmp_path / "data", "smpp") as stage:
        platform, carrier = stage.platform, stage.carrier
        server = await asyncio.get_running_loop().create_server(carrier._connect, "127.0.0.1", 0, ssl=ours)
        stage.stack.callback(server.close)
        options = {"tls": True, "tls_ca": str(authority), "tls_name": "localhost"}
        await platform.file(
            [("connector", connector(platform, "smpp", server.sockets[0].getsockname()[1], 0, **options))]
        )
        said = f"connector `{CARRIER}` is not bound: its certificate is refused: certificate has expired"
        await until(lambda: any(said in each for each in platform.health()["complaints"]))
        customer = await stage.customer("smpp")
        customer.send("8613800138001", TEXT)
        await until(lambda: customer.given)
        assert not carrier.handsets
        ours.load_cert_chain(certificate(tmp_path, "new", (name, key))[0])
        await until(lambda: customer.receipts)
        assert carrier.handsets == {"8613800138001": [TEXT]}


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
