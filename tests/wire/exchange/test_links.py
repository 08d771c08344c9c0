"""Both ends of each protocol against each other, without sockets: texts intact, windows kept, nothing lost, nothing doubled."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanhe.protocols import events, link
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.cmpp import client as cmpp_client
from kanhe.protocols.cmpp import pdus as cmpp
from kanhe.protocols.cmpp import server as cmpp_server
from kanhe.protocols.cmpp import texts as cmpp_texts
from kanhe.protocols.cmpp.layouts import Version
from kanhe.protocols.exchange.content import Format, NumberForm
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import AccountLimits, ClientSettings, Credential
from kanhe.protocols.sgip import client as sgip_client
from kanhe.protocols.sgip import pdus as sgip
from kanhe.protocols.sgip import server as sgip_server
from kanhe.protocols.sgip import texts as sgip_texts
from kanhe.protocols.sgip.sequence import Sequences
from kanhe.protocols.smgp import client as smgp_client
from kanhe.protocols.smgp import pdus as smgp
from kanhe.protocols.smgp import server as smgp_server
from kanhe.protocols.smgp import texts as smgp_texts
from kanhe.protocols.states import CarrierState
from kanhe.protocols.text.joining import Joiner

VECTORS = Path(__file__).parents[1] / "vectors"
# The status with which each fault of a submission is answered.
ANSWERED = {
    "body_truncated": {"cmpp": 1, "smgp": 10, "sgip": 5},
    "content_length_beyond_body": {"cmpp": 4, "smgp": 36, "sgip": 8},
    "extra_bytes_in_body": {"cmpp": 1, "smgp": 10, "sgip": 5},
    "tlv_header_truncated": {"smgp": 10},
    "tlv_length_beyond_body": {"smgp": 10},
}
AT = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
TEXT = "【示例】您的包裹到了，请凭取件码 482913 到驿站领取。" * 5 + "😀𠮷" * 10


def wall():
    return AT


@dataclass(frozen=True)
class Kit:
    """What the tests ask of one protocol."""

    login: str
    door: Callable[[], Any]
    connector: Callable[[ClientSettings, str], Any]
    submits: Callable[[str], list[Any]]
    read_submit: Callable[[Any], Any]
    read_deliver: Callable[[Any], Any]
    message_id: Callable[[int, Any], str]
    common: ClientSettings


def cmpp_kit(version):
    return Kit(
        "901234",
        lambda: cmpp_server.new_session(cmpp_server.DoorSettings(wall, version_of={"901234": version}.get)),
        lambda common, secret: cmpp_client.new_session(
            cmpp_client.CarrierSettings("901234", wall, secret, version, check_server_digest=True, common=common)
        ),
        lambda text: cmpp_texts.write_submits(
            cmpp.Submit(Src_Id="106901"), "+8613800138000", text, Format.AUTO, NumberForm.WITH_86, 7
        ),
        cmpp_texts.read_submit,
        cmpp_texts.read_deliver,
        lambda n, _pdu: f"{n:016x}",
        cmpp_client.COMMON,
    )


SMGP = Kit(
    "12345678",
    lambda: smgp_server.new_session(smgp_server.DoorSettings(wall)),
    lambda common, secret: smgp_client.new_session(
        smgp_client.CarrierSettings("12345678", wall, secret, check_server_digest=True, common=common)
    ),
    lambda text: smgp_texts.write_submits(
        smgp.Submit(SrcTermID="106901"), "+8613800138000", text, Format.GB, NumberForm.NATIONAL, 7
    ),
    smgp_texts.read_submit,
    smgp_texts.read_deliver,
    lambda n, _pdu: f"{n:020d}",
    smgp_client.COMMON,
)
SGIP = Kit(
    "splogin",
    lambda: sgip_server.new_session(sgip_server.gateway(Sequences(110100, 0), wall)),
    lambda common, secret: sgip_client.new_session(
        sgip_client.CarrierSettings("splogin", Sequences(3010099999, 0), wall, secret, common=common)
    ),
    lambda text: sgip_texts.write_submits(
        sgip.Submit(SPNumber="106901"), "+8613800138000", text, Format.AUTO, NumberForm.WITH_86, 7
    ),
    sgip_texts.read_submit,
    sgip_texts.read_deliver,
    lambda _n, pdu: sgip_client.pack(pdu.Sequence).hex(),
    sgip_client.COMMON,
)
KITS = {"cmpp-2.0": cmpp_kit(Version.V20), "cmpp-3.0": cmpp_kit(Version.V30), "smgp": SMGP, "sgip": SGIP}
PUSHING = {name: kit for name, kit in KITS.items() if name != "sgip"}
kits = pytest.mark.parametrize("kit", [pytest.param(kit, id=name) for name, kit in KITS.items()])
pushing = pytest.mark.parametrize("kit", [pytest.param(kit, id=name) for name, kit in PUSHING.items()])


class World:
    """One connector and one door, and the octets between them."""

    def __init__(self, kit, *, window=16, secret="secret", timers=None, sessions_max=10):
        self.kit = kit
        limits = AccountLimits(window=window, sessions_max=sessions_max)
        credential = Credential(kit.login, "secret", limits)
        self.door = ServerEndpoint({kit.login: credential}.get, kit.door())
        common = replace(kit.common, window=window, jitter=0.0, stay_connected=True)
        common = replace(common, timers=timers or common.timers)
        self.connector = ClientEndpoint(common, kit.connector(common, secret), lambda: 0.5)
        self.now = 0.0
        self.pairs = []
        self.ours, self.theirs = [], []
        self.hear(self.connector.start(self.now))

    def hear(self, heard, session=None):
        for event in heard:
            self.ours.append((session, event))
            if isinstance(event, events.Connect):
                self.pairs.append((self.connector.opened(event.slot, self.now), self.door.open(self.now)))

    def move(self):
        """Carry octets until both are silent."""
        while any(self._carry(client, server) for client, server in list(self.pairs)):
            pass

    def _carry(self, client, server):
        up = client.take()
        if up and not server.closed:
            self.theirs += [(server, event) for event in server.receive(up, self.now)]
        down = server.take()
        if down and not client.closed:
            self.hear(client.receive(down, self.now), client)
        if server.closed and not down and not client.closed:
            self.hear(client.lost("peer_closed", self.now), client)
        if client.closed and not up and not server.closed:
            self.theirs += [(server, event) for event in server.lost("peer_closed", self.now)]
        return bool(up or down)

    def wait(self, seconds):
        self.now += seconds
        self.hear(self.connector.tick(self.now))
        self.door.tick(self.now)
        for client, server in list(self.pairs):
            self.hear(client.tick(self.now), client)
            self.theirs += [(server, event) for event in server.tick(self.now)]
        self.move()

    def told(self, kind):
        return [event for _, event in self.ours if isinstance(event, kind)]

    def received(self, kind):
        return [(session, event) for session, event in self.theirs if isinstance(event, kind)]


@kits
def test_a_long_chinese_text_with_emoji_arrives_whole_and_its_ids_come_back(kit):
    world = World(kit)
    world.move()
    submits = kit.submits(TEXT)
    assert len(submits) > 1
    world.connector.submit("m1", submits, world.now)
    world.move()
    joiner, whole = Joiner(), None
    for number, (session, event) in enumerate(world.received(events.Submission)):
        whole = joiner.add(kit.read_submit(event.handle), world.now) or whole
        session.accept(event.handle, kit.message_id(number, event.handle))
    world.move()
    assert whole.text == TEXT
    answered = world.told(events.Submitted)
    assert [event.part for event in answered] == list(range(len(submits)))
    ids = [kit.message_id(n, event.handle) for n, (_, event) in enumerate(world.received(events.Submission))]
    assert [event.message_id for event in answered] == ids


@pushing
def test_receipts_and_long_inbound_texts_come_down_the_link(kit):
    world = World(kit)
    world.move()
    message_id = kit.message_id(5, None)
    receipt = link.TellReceipt("r1", message_id, CarrierState.EXPIRED, "8613800138000", "106901", AT, AT)
    assert world.door.deliver(kit.login, receipt, world.now)
    assert world.door.deliver(kit.login, link.TellInbound("i1", "8613800138000", "106901", TEXT), world.now)
    world.move()
    (told,) = world.told(events.Receipt)
    assert (told.message_id, told.state, told.final) == (message_id, "expired", True)
    assert not world.received(events.ReceiptTaken)
    joiner, whole = Joiner(), None
    for session, event in list(world.ours):
        if isinstance(event, events.Inbound):
            whole = joiner.add(kit.read_deliver(event.handle), world.now) or whole
        if isinstance(event, events.Inbound | events.Receipt):
            session.accept(event.handle)
    world.move()
    assert whole.text == TEXT
    assert [event.ref for _, event in world.received(events.ReceiptTaken)] == ["r1", "i1"]


@kits
@settings(max_examples=25)
@given(data=st.data(), window=st.integers(1, 5), count=st.integers(1, 25))
def test_the_window_is_kept_whatever_the_order_of_answers(kit, data, window, count):
    world = World(kit, window=window)
    world.move()
    world.connector.submit_many([(n, kit.submits(f"hello {n}")) for n in range(count)], world.now)
    world.move()
    waiting, taken = deque(world.received(events.Submission)), 0
    while waiting:
        assert len(waiting) <= window
        waiting.rotate(data.draw(st.integers(0, len(waiting))))
        session, event = waiting.popleft()
        before = len(world.received(events.Submission))
        session.accept(event.handle, kit.message_id(taken, event.handle))
        taken += 1
        world.move()
        waiting.extend(world.received(events.Submission)[before:])
    assert sorted(event.ref for event in world.told(events.Submitted)) == list(range(count))
    assert not world.told(events.Throttled)


@kits
def test_a_wrong_secret_is_refused_thrice_and_then_a_person_must_look(kit):
    world = World(kit, secret="wrong")
    for _ in range(10):
        world.move()
        world.wait(5)
    assert len(world.told(events.BindRefused)) == 3
    assert len(world.told(events.Stopped)) == 1
    assert len(world.received(events.BindRefused)) == 3


@kits
def test_one_session_too_many_is_refused_and_tried_again(kit):
    world = World(kit, sessions_max=0)
    world.move()
    assert world.told(events.BindRefused)[0].status
    assert not world.told(events.Stopped)
    assert world.connector.next_deadline() is not None


@kits
def test_an_unanswered_submission_is_in_doubt_and_a_late_answer_settles_it(kit):
    world = World(kit)
    world.move()
    world.connector.submit("m1", kit.submits("hello"), world.now)
    world.move()
    timers = kit.common.timers
    world.wait(timers.response_s / 2)
    world.wait(timers.response_s / 2)
    assert [event.ref for event in world.told(events.InDoubt)] == ["m1"]
    ((session, event),) = world.received(events.Submission)
    session.accept(event.handle, kit.message_id(1, event.handle))
    world.move()
    assert [(event.ref, event.late) for event in world.told(events.Submitted)] == [("m1", True)]


@kits
def test_an_unanswered_submission_is_written_again_where_the_carrier_wants_it(kit):
    """The same octets under the same sequence, as often as the settings say; then it is in doubt."""
    world = World(replace(kit, common=replace(kit.common, resend=2)))
    world.move()
    world.connector.submit("m1", kit.submits("hello"), world.now)
    client, _server = world.pairs[0]
    first = client.take()
    written = []
    for _ in range(3):
        world.now += kit.common.timers.response_s
        world.hear(client.tick(world.now), client)
        written.append(client.take().count(first))
    assert written == [1, 1, 0]
    assert [event.ref for event in world.told(events.InDoubt)] == ["m1"]


@kits
def test_what_is_open_when_the_link_breaks_is_in_doubt_and_never_sent_again(kit):
    world = World(kit)
    world.move()
    world.connector.submit("m1", kit.submits("hello"), world.now)
    world.move()
    client, server = world.pairs[0]
    world.hear(client.lost("peer_closed", world.now), client)
    world.theirs += [(server, event) for event in server.lost("peer_closed", world.now)]
    world.wait(2)
    world.wait(2)
    assert len(world.pairs) == 2
    assert [event.ref for event in world.told(events.InDoubt)] == ["m1"]
    assert len(world.received(events.Submission)) == 1


@pushing
def test_an_unanswered_receipt_is_resent_then_owed_to_the_next_login(kit):
    world = World(kit)
    world.move()
    receipt = link.TellReceipt("r1", kit.message_id(5, None), CarrierState.DELIVERED, "138", "106901", AT, AT)
    world.door.deliver(kit.login, receipt, world.now)
    for _ in range(14):
        world.wait(15)
    (told,) = world.told(events.Receipt)  # sent three times, handed over once
    assert [event.ref for _, event in world.received(events.ReceiptInDoubt)] == ["r1"]
    client, server = world.pairs[0]
    world.hear(client.lost("peer_closed", world.now), client)
    server.lost("peer_closed", world.now)
    world.wait(2)
    assert len(world.told(events.Receipt)) == 2
    session = next(session for session, event in reversed(world.ours) if isinstance(event, events.Receipt))
    session.accept(world.told(events.Receipt)[1].handle)
    world.move()
    assert [event.ref for _, event in world.received(events.ReceiptTaken)] == ["r1"]
    assert told.state == "delivered"


@pushing
def test_a_refused_receipt_comes_again_and_is_handed_over_again(kit):
    world = World(kit)
    world.move()
    receipt = link.TellReceipt("r1", kit.message_id(5, None), CarrierState.DELIVERED, "138", "106901", AT, AT)
    world.door.deliver(kit.login, receipt, world.now)
    world.move()
    session, event = next((s, e) for s, e in world.ours if isinstance(e, events.Receipt))
    session.refuse(event.handle, 9)
    world.move()
    for _ in range(5):
        world.wait(15)
    assert len(world.told(events.Receipt)) == 2


@kits
def test_parting_in_good_order_answers_what_is_open(kit):
    world = World(kit)
    world.move()
    world.connector.submit("m1", kit.submits("hello"), world.now)
    world.move()
    world.hear(world.connector.stop(world.now))
    ((session, event),) = world.received(events.Submission)
    session.accept(event.handle, kit.message_id(1, event.handle))
    world.move()
    client, server = world.pairs[0]
    assert client.closed
    assert server.closed
    assert [event.ref for event in world.told(events.Submitted)] == ["m1"]


@kits
def test_half_a_packet_for_too_long_closes_and_a_busy_stream_of_halves_does_not(kit):
    world = World(kit)
    world.move()
    client, server = world.pairs[0]
    client.submit_many([(link.Parcel("m1", kit.submits("hello")), 0)], world.now)
    data = client.take()
    halves = [data[:30]]
    for _ in range(4):
        client.submit_many([(link.Parcel("m", kit.submits("hello")), 0)], world.now)
        following = client.take()
        halves.append(data[30:] + following[:30])
        data = following
    for number, half in enumerate(halves):
        world.theirs += [(server, event) for event in server.receive(half, number * 20.0)]
        world.theirs += [(server, event) for event in server.tick(number * 20.0 + 19.0)]
    assert not server.closed
    world.theirs += [(server, event) for event in server.tick(200.0)]
    assert server.closed
    assert any(event.reason in {"half_frame", "idle"} for _, event in world.received(events.SessionLost))


@kits
@given(st.lists(st.binary(max_size=120), max_size=5), st.booleans())
def test_any_octets_end_in_events_or_a_closed_session(kit, pieces, bound):
    world = World(kit)
    if bound:
        world.move()
    for session in world.pairs[0]:
        for piece in pieces:
            if not session.closed:
                session.receive(piece, world.now)
        session.take()
        session.tick(10_000.0)
        assert session.closed or session.next_deadline() is not None


MALFORMED = [
    (protocol, case)
    for protocol in ("cmpp", "smgp", "sgip")
    for case in json.loads((VECTORS / f"{protocol}.json").read_text("utf-8"))["vectors"]
    if not case["valid"] and case["error"] in ANSWERED and "bad_" in case["name"]
]


@pytest.mark.parametrize(("protocol", "case"), [pytest.param(p, c, id=f"{p}-{c['name']}") for p, c in MALFORMED])
def test_an_unreadable_submission_gets_its_status_and_the_link_lives(protocol, case):
    kit = KITS[{"cmpp": "cmpp-2.0"}.get(protocol, protocol)]
    world = World(kit)
    world.move()
    client, server = world.pairs[0]
    told = server.receive(bytes.fromhex(case["hex"]), world.now)
    assert [(event.fault, event.status) for event in told] == [(case["error"], ANSWERED[case["error"]][protocol])]
    (answer,) = client._wire.feed(server.take())
    assert type(answer).__name__ == "SubmitResp"
    assert client._dialect.status_of(answer) == told[0].status
    assert not server.closed


@kits
@pytest.mark.parametrize("count", [0, 101, 120])
def test_a_submission_to_nobody_or_to_too_many_is_refused(kit, count):
    world = World(kit)
    world.move()
    (submit,) = kit.submits("hello")
    field = next(name for name in ("Dest_terminal_Id", "DestTermID", "UserNumber") if hasattr(submit, name))
    world.connector.submit("m1", [msgspec.structs.replace(submit, **{field: ("138",) * count})], world.now)
    world.move()
    assert [event.ref for event in world.told(events.Rejected)] == ["m1"]
    assert [event.fault for _, event in world.received(events.PeerFault)] == ["recipients"]


@kits
def test_a_sequence_that_is_still_open_is_refused(kit):
    world = World(kit)
    world.move()
    client, server = world.pairs[0]
    client.submit_many([(link.Parcel("m1", kit.submits("hello")), 0)], world.now)
    packet = client.take()
    assert [type(event) for event in server.receive(packet, 0.0)] == [events.Submission]
    (fault,) = server.receive(packet, 0.0)
    assert fault.fault == "sequence_repeated"


@kits
def test_a_flood_over_the_accounts_rate_is_put_off_and_comes_again(kit):
    world = World(kit)
    limits = AccountLimits(window=16, rate_per_s=2.0)
    credential = Credential(kit.login, "secret", limits)
    world.door._credentials = {kit.login: credential}.get
    world.move()
    world.connector.submit_many([(n, kit.submits("hello")) for n in range(5)], world.now)
    answered = 0
    for _ in range(40):
        world.move()
        submissions = world.received(events.Submission)
        for session, event in submissions[answered:]:
            session.accept(event.handle, kit.message_id(answered, event.handle))
            answered += 1
        world.wait(1)
    assert world.told(events.Throttled)
    assert sorted(event.ref for event in world.told(events.Submitted)) == list(range(5))
