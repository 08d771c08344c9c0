"""Links that come and go all day leave nothing behind; two peers at the edge of a window neither stall nor step over it."""

import asyncio

import pytest
from tests.contract.carriers.raw_customer import RawCustomer
from tests.contract.carriers.test_customers import ONE, TEXT
from tests.contract.carriers.world_of_carriers import FAMILIES, LOGIN, Customer, world
from tests.patience import until

from kanhe.doors.links import LinkDoor
from kanhe.sim.papers import CARRIER

ROUNDS, EACH = 40, 5
CUTS = 4
WINDOW, MANY = 4, 60


def door_of(stage, family):
    doors = [door for door in stage.platform.world.tellers if isinstance(door, LinkDoor)]
    return next(door for door in doors if door._dialect.kind == family)


@pytest.mark.parametrize("family", FAMILIES)
async def test_customers_that_come_and_go_leave_nothing_behind(family, tmp_path):
    """Half of them cut the line with everything unanswered, half read one answer first."""
    async with world(tmp_path, family) as stage:
        await stage.platform.file([stage.credential(family)])
        door = door_of(stage, family)
        tasks = len(asyncio.all_tasks())
        for round_ in range(ROUNDS):
            customer = await RawCustomer(family, stage.platform.doors[family]).connect()
            await customer.login()
            for _ in range(EACH):
                customer.say(ONE[family])
            if round_ % 2:
                await customer.hear()
            customer.writer.transport.abort()
        await until(lambda: not door._streams)
        assert not door._streams
        assert door._endpoint._accounts[LOGIN].sessions == []
        assert not door._endpoint._sessions
        assert not door._endpoint._awake
        assert len(asyncio.all_tasks()) <= tasks + 2
        last = await stage.customer(family)
        last.send("8613800138002", TEXT)
        await until(lambda: "8613800138002" in stage.carrier.handsets)
        assert stage.carrier.handsets["8613800138002"] == [TEXT]


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_carrier_that_cuts_the_line_again_and_again_is_found_again(family, tmp_path):
    async with world(tmp_path, family) as stage:
        customer = await stage.customer(family)
        connector = stage.platform.connectors[CARRIER]
        for _ in range(CUTS):
            for stream in list(connector._streams.values()):
                if stream.transport is not None:
                    stream.transport.abort()
            await until(lambda: connector.bound)
        customer.send("8613800138001", TEXT)
        await until(lambda: customer.receipts)
        assert [state for _, state in customer.receipts] == ["delivered"]
        await until(lambda: len(connector._streams) <= 1)
        assert len(connector._streams) <= 1, "streams of lost lines are forgotten"
        assert len(connector._arms) <= 1


@pytest.mark.parametrize("family", FAMILIES)
async def test_two_peers_with_the_same_window_never_step_over_it(family, tmp_path):
    async with world(tmp_path, family) as stage:
        await stage.platform.file([stage.credential(family, window=WINDOW)])
        edge = Edge(family, stage.platform.doors[family], WINDOW)
        await edge.run(stage)
        assert len(edge.given) == MANY
        assert not [word for word, _ in edge.heard if word == "throttled"]


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_peer_with_a_wider_window_is_throttled_and_every_submission_has_its_answer(family, tmp_path):
    async with world(tmp_path, family) as stage:
        await stage.platform.file([stage.credential(family, window=WINDOW)])
        edge = Edge(family, stage.platform.doors[family], WINDOW + 1)
        await edge.run(stage)
        ends = len(edge.given) + len([word for word, _ in edge.heard if word == "rejected"])
        assert ends == MANY, "every one is taken, or was put off as often as its sender tries"
        assert len(edge.given) >= WINDOW


class Edge(Customer):
    """A customer with more to send than fits its window."""

    async def run(self, stage):
        self.dialer.start()
        stage.stack.push_async_callback(self.dialer.stop)
        await until(lambda: self.told)
        for i in range(MANY):
            self.send(f"86138001380{i:02d}", TEXT)
        await until(lambda: len(self.given) + sum(word == "rejected" for word, _ in self.heard) >= MANY, 30)
