"""What goes wrong at a door has its specified answer, is counted, and stands in the log without content."""

import asyncio

import pytest
import structlog
from tests.contract.carriers.raw_customer import LOGINS, RawCustomer
from tests.contract.carriers.test_customers import ONE, status_of
from tests.contract.carriers.world_of_carriers import FAMILIES, world
from tests.patience import CLOCK, until

from kanhe.dispatch.watch import Seen
from kanhe.doors.http.metrics import Counts, text
from kanhe.kit.clock import SystemClock
from kanhe.protocols.cmpp import pdus as cmpp
from kanhe.protocols.exchange.digest import timestamp_of
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.sgip import pdus as sgip
from kanhe.protocols.smgp import pdus as smgp
from kanhe.protocols.smpp.pdus import DeliverSmResp, GenericNack

WITH_DIGEST = ("cmpp", "smgp")
# A number, a text, a name and a secret that no line of the log may hold.
CONTENT = ("13800138001", "包裹", "stranger", "wrongone")


class Leaping(SystemClock):
    """A clock whose monotonic time a test moves on."""

    ahead = 0.0

    def monotonic(self):
        return super().monotonic() + self.ahead


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def said():
    with structlog.testing.capture_logs() as lines:
        yield lines


class Scene:
    """A door, a way to it, and what was counted and said."""

    def __init__(self, stage, family, said):
        self.stage, self.family, self.said = stage, family, said

    async def customer(self, *, logged_in=True):
        customer = await RawCustomer(self.family, self.stage.platform.doors[self.family]).connect()
        self.stage.stack.callback(customer.close)
        if logged_in:
            await customer.login()
        return customer

    async def is_seen(self, what, why, times=1):
        """Counted, in the metrics, in the log, and there without content."""
        world = self.stage.platform.world
        seen = Seen("door", self.family, what, why)
        await until(lambda: world.watch.counts[seen] >= times)
        assert world.watch.counts[seen] == times
        labels = f'{{name="{self.family}",side="door",what="{what}",why="{why}"}}'
        assert f"kanhe_link_events_total{labels} {float(times)}" in text(world, Counts()).decode()
        assert [line for line in self.said if (line["event"], line.get("why")) == (what, why)]
        assert not [word for word in CONTENT if word in repr(self.said)]


@pytest.fixture
async def scene(family, tmp_path, said):
    skew = {f"KANHE_{name.upper()}_SKEW_S_MAX": "300" for name in WITH_DIGEST}
    async with world(tmp_path, "smpp", **skew) as stage:
        await stage.platform.file([stage.credential(family, sessions_max=3)])
        yield Scene(stage, family, said)


async def test_a_wrong_secret(scene):
    customer = await scene.customer(logged_in=False)
    answer = await customer.login(secret="wrongone")
    assert status_of(answer) == {"smpp": 0x0E, "cmpp": 3, "sgip": 1, "smgp": 21}[scene.family]
    assert await customer.hear() is None
    await scene.is_seen("login-refused", "digest" if scene.family in WITH_DIGEST else "password")


async def test_a_name_that_is_nobodys(scene):
    customer = await scene.customer(logged_in=False)
    answer = await customer.login(name="stran", secret="wrongone")
    assert status_of(answer) == {"smpp": 0x0E, "cmpp": 2, "sgip": 1, "smgp": 21}[scene.family]
    assert await customer.hear() is None
    await scene.is_seen("login-refused", "system_id" if scene.family == "smpp" else "account")


@pytest.mark.parametrize("family", WITH_DIGEST, indirect=True)
async def test_a_login_that_was_recorded_and_comes_again_later(scene):
    customer = await scene.customer(logged_in=False)
    hour_ago = timestamp_of(beijing(CLOCK)().replace(microsecond=0)) - 10_000
    assert status_of(await customer.login(at=hour_ago)) == {"cmpp": 3, "smgp": 21}[scene.family]
    await scene.is_seen("login-refused", "timestamp")


@pytest.mark.parametrize("family", WITH_DIGEST, indirect=True)
async def test_a_version_that_is_too_high(scene):
    customer = await scene.customer(logged_in=False)
    login = LOGINS[scene.family]("u1", "secret", timestamp_of(beijing(CLOCK)()))
    field = {"cmpp": "Version", "smgp": "ClientVersion"}[scene.family]
    answer = await customer.ask(
        type(login)(**{name: getattr(login, name) for name in login.__struct_fields__} | {field: 0x40})
    )
    assert status_of(answer) == {"cmpp": 4, "smgp": 22}[scene.family]
    await scene.is_seen("login-refused", "version")


async def test_a_flood_of_logins(scene):
    customers = [await scene.customer(logged_in=False) for _ in range(20)]
    answers = [status_of(answer) for answer in await asyncio.gather(*[each.login() for each in customers])]
    full = {"smpp": 0x0D, "cmpp": 5, "sgip": 3, "smgp": 2}[scene.family]
    assert sorted(answers) == [0] * 3 + [full] * 17
    await scene.is_seen("login-refused", "sessions", times=17)


@pytest.mark.parametrize("logged_in", [False, True])
async def test_a_frame_that_claims_four_gigabytes(scene, logged_in):
    customer = await scene.customer(logged_in=logged_in)
    customer.raw(b"\xff\xff\xff\xf0" + bytes(60))
    if scene.family == "smpp":
        assert isinstance(await customer.hear(), GenericNack)
    assert await customer.hear() is None
    broken = "command_length_beyond_data" if scene.family == "smpp" else "length_beyond_data"
    await scene.is_seen("peer-fault", broken)
    await scene.is_seen("session-lost", "broken_stream")


async def test_half_a_frame_for_ten_minutes(family, tmp_path, said):
    clock = Leaping()
    async with world(tmp_path, "smpp", clock=clock) as stage:
        await stage.platform.file([stage.credential(family)])
        scene = Scene(stage, family, said)
        customer = await scene.customer()
        customer.raw(customer.wire.build(ONE[family], customer.number())[:30])
        door = next(door for door in stage.platform.world.tellers if hasattr(door, "ports"))
        assert door is not None
        await asyncio.sleep(0.2)
        clock.ahead = 600.0
        while (heard := await customer.hear()) is not None:
            assert type(heard).__name__ in ("EnquireLink", "ActiveTest"), "nothing else is said meanwhile"
        await scene.is_seen("session-lost", "half_frame")


UNASKED = {
    "smpp": DeliverSmResp(command_status=0),
    "cmpp": cmpp.DeliverResp(),
    "sgip": sgip.DeliverResp(),
    "smgp": smgp.DeliverResp(),
}


async def test_a_response_that_nobody_asked_for(scene):
    customer = await scene.customer()
    customer.say(UNASKED[scene.family], (1, 2, 3) if scene.family == "sgip" else 77_777)
    assert not status_of(await customer.ask(ONE[scene.family])), "nothing is answered to it, and the session lives"
    await scene.is_seen("peer-fault", "unmatched_response")


async def test_a_sequence_that_is_used_again_while_it_is_open(scene):
    customer = await scene.customer()
    number = customer.number()
    customer.raw(customer.wire.build(ONE[scene.family], number) * 2)
    answers = sorted([status_of(await customer.hear()), status_of(await customer.hear())])
    if scene.family == "smpp":  # has no rule for it: both are messages, both are answered
        assert answers == [0, 0]
    else:
        assert answers == [0, {"cmpp": 3, "sgip": 9, "smgp": 12}[scene.family]]
    await scene.is_seen("peer-fault", "sequence_repeated")


async def test_a_stranger_who_submits(scene):
    customer = await scene.customer(logged_in=False)
    answer = await customer.ask(ONE[scene.family])
    if scene.family == "smpp":
        assert status_of(answer) == 0x04
        await scene.is_seen("peer-fault", "wrong_state")
        return
    assert (answer is None) if scene.family != "sgip" else (status_of(answer) == 1)
    await scene.is_seen("peer-fault", "before_login")


async def test_faults_by_the_thousand_are_few_lines(scene):
    customer = await scene.customer()
    for _ in range(1000):
        customer.say(UNASKED[scene.family], (1, 2, 3) if scene.family == "sgip" else 77_777)
    await scene.is_seen("peer-fault", "unmatched_response", times=1000)
    lines = [line for line in scene.said if line.get("why") == "unmatched_response"]
    assert 1 <= len(lines) <= 5
