"""Links that the other side opens: a carrier calls us and we bind on its link; we call a customer that is owed something."""

import asyncio

import pytest
import structlog
from msgspec.structs import replace
from tests.contract.carriers.raw_customer import RawCustomer
from tests.contract.carriers.raw_smsc import Link, RawSmsc
from tests.contract.carriers.test_questions import NUMBER, SUBMIT, TEXT
from tests.contract.carriers.world_of_carriers import connector, world
from tests.patience import PATIENCE_S, until

from kanhe.bench.roundtrip import free_ports
from kanhe.dispatch.watch import Seen
from kanhe.doors import calling
from kanhe.kit.clock import FixedClock
from kanhe.protocols.smpp.codec import Reader, build
from kanhe.protocols.smpp.pdus import (
    BindReceiver,
    BindReceiverResp,
    BindTransmitter,
    DeliverSm,
    DeliverSmResp,
    Outbind,
)
from kanhe.protocols.smpp.receipts import read_receipt
from kanhe.protocols.states import CarrierState
from kanhe.protocols.text.alphabets import decode_ucs2
from kanhe.records.documents import PaperInvalidError
from kanhe.sim.papers import CARRIER

RECEIPT = b"id:1 sub:001 dlvrd:001 submit date:2611291200 done date:2611291201 stat:DELIVRD err:000 text:"


class Caller(Link):
    """A carrier that opens the link, asks us to bind, and notes when it is parted from."""

    def __init__(self, smsc: RawSmsc, password: str) -> None:
        super().__init__(smsc)
        self.password, self.parted = password, asyncio.Event()

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self.write(Outbind(1, system_id="SMSC", password=self.password))

    def connection_lost(self, exc) -> None:
        super().connection_lost(exc)
        self.parted.set()


async def waits_for_calls(stage, **options) -> int:
    """The connector's paper, changed: we listen, on this port."""
    port = free_ports("carrier")["carrier"]
    paper = stage.platform.world.books.connectors[CARRIER]
    here = {"outbind": True, "listen_port": port, **options}
    await stage.platform.file([("connector", connector(stage.platform, "smpp", paper.port, 0) | {"options": here})])
    return port


async def calls(port: int, smsc: RawSmsc, password: str = "secret") -> Caller:
    """As soon as somebody listens."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, caller = await loop.create_connection(lambda: Caller(smsc, password), "127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                return caller


async def test_a_carrier_that_calls_is_bound_to_and_carries_messages(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        port = await waits_for_calls(stage)
        smsc = RawSmsc()
        customer = await stage.customer("smpp")
        customer.send(NUMBER, TEXT)
        assert stage.platform.connectors[CARRIER].bound == 0
        first = await calls(port, smsc)
        await until(lambda: smsc.submitted)
        assert decode_ucs2(smsc.submitted[0].short_message) == TEXT
        smsc.say(RECEIPT, NUMBER, "10690000001", esm_class=4, data_coding=0)
        await until(lambda: customer.receipts)
        assert [state for _, state in customer.receipts] == ["delivered"]
        second = await calls(port, smsc)  # one session is asked for, and it stands
        await asyncio.wait_for(second.parted.wait(), PATIENCE_S)
        assert smsc.links == [first]
        first.transport.close()
        await until(lambda: stage.platform.connectors[CARRIER].bound == 0)
        await calls(port, smsc)
        await until(lambda: stage.platform.connectors[CARRIER].bound == 1)


async def test_a_caller_without_our_password_learns_nothing(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        port = await waits_for_calls(stage)
        smsc = RawSmsc()
        caller = await calls(port, smsc, "guess")
        await asyncio.wait_for(caller.parted.wait(), PATIENCE_S)
        assert smsc.links == []
        lost = Seen("connector", CARRIER, "session-lost", "outbind_refused")
        await until(lambda: stage.platform.world.watch.counts[lost] == 1)


@pytest.mark.parametrize(("network", "bound"), [("127.0.0.0/8", 1), ("10.0.0.0/8", 0)])
async def test_where_a_carrier_may_call_from_its_address_vouches_for_it(network, bound, tmp_path):
    with structlog.testing.capture_logs() as said:
        async with world(tmp_path, "smpp") as stage:
            port = await waits_for_calls(stage, networks=[network])
            smsc = RawSmsc()
            caller = await calls(port, smsc, "theirs")
            await until(lambda: smsc.links or caller.parted.is_set())
            assert len(smsc.links) == bound
            assert caller.parted.is_set() is not bool(bound)
            assert ("network" in [line.get("why") for line in said]) is not bool(bound)


async def test_a_network_that_is_none_is_not_filed(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        for file in (
            lambda: waits_for_calls(stage, networks=["everywhere"]),
            lambda: stage.platform.file([stage.credential("smpp", networks=["everywhere"])]),
        ):
            with pytest.raises(PaperInvalidError, match="`everywhere` is no network"):
                await file()


class Esme:
    """A customer that listens: it binds on every link that is opened to it, and takes receipts."""

    def __init__(self) -> None:
        self.outbinds: list[Outbind] = []
        self.receipts: list[tuple[str, CarrierState]] = []
        self.bound = 0

    async def start(self) -> int:
        self.server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Reader()
        while data := await reader.read(4096):
            for pdu in wire.feed(data):
                match pdu:
                    case Outbind():
                        self.outbinds.append(pdu)
                        writer.write(build(BindReceiver(1, system_id="u1", password="secret")))
                    case BindReceiverResp():
                        self.bound += pdu.command_status == 0
                    case DeliverSm():
                        reading = read_receipt(pdu)
                        self.receipts.append((reading.ids[0], reading.state))
                        writer.write(build(DeliverSmResp(pdu.sequence_number)))


async def test_a_customer_that_is_owed_a_receipt_and_is_not_here_is_called(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        esme = Esme()
        port = await esme.start()
        stage.stack.callback(esme.server.close)
        await stage.platform.file([stage.credential("smpp", options={"host": "127.0.0.1", "port": port})])
        customer = await RawCustomer("smpp", stage.platform.doors["smpp"]).connect()
        stage.stack.callback(customer.close)
        assert (await customer.ask(BindTransmitter(0, 0, "u1", "secret"))).command_status == 0
        given = [await customer.ask(replace(SUBMIT, registered_delivery=1)) for _ in range(2)]
        await until(lambda: len(esme.receipts) == 2)
        assert sorted(esme.receipts) == sorted((each.message_id, CarrierState.DELIVERED) for each in given)
        assert [(each.system_id, each.password) for each in esme.outbinds] == [("KANHE", "secret")]
        assert esme.bound == 1


async def test_a_customer_that_does_not_answer_is_owed_until_it_comes(tmp_path):
    with structlog.testing.capture_logs() as said:
        async with world(tmp_path, "smpp") as stage:
            nowhere = {"host": "127.0.0.1", "port": free_ports("carrier")["carrier"]}
            await stage.platform.file([stage.credential("smpp", options=nowhere)])
            customer = await RawCustomer("smpp", stage.platform.doors["smpp"]).connect()
            stage.stack.callback(customer.close)
            await customer.ask(BindTransmitter(0, 0, "u1", "secret"))
            given = await customer.ask(replace(SUBMIT, registered_delivery=1))
            await until(lambda: "customer-unreachable" in [line["event"] for line in said])
            receiver = await RawCustomer("smpp", stage.platform.doors["smpp"]).connect()
            stage.stack.callback(receiver.close)
            await receiver.ask(BindReceiver(0, 0, "u1", "secret"))
            receipt = await receiver.hear()
            assert read_receipt(receipt).ids[0] == given.message_id
            calls = [line for line in said if line["event"] == "customer-unreachable"]
            assert len(calls) == 1, "called again after a while, not at every tick"
            assert NUMBER not in repr(calls)


def test_a_customer_that_is_called_nowhere_is_not_looked_up_at_every_tick():
    clock, asked = FixedClock(0), []
    calls = calling.Caller(clock, asked.append, lambda where: None)
    for _ in range(3):
        calls.call("u1")
    assert asked == ["u1"]
    clock.advance(calling.CALL_AGAIN_S)
    calls.call("u1")
    assert asked == ["u1", "u1"]
