"""Our side at a carrier beyond the scripts: windows, parts of one message, what is put off, several sessions, odd carriers."""

import pytest

from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import (
    Bound,
    Connect,
    Deferred,
    Inbound,
    InDoubt,
    NumberState,
    PeerFault,
    Receipt,
    Rejected,
    SessionLost,
    Stopped,
    Submitted,
    Throttled,
    UnmatchedResponse,
)
from kanhe.protocols.settings import ClientSettings, Timers
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.client import CarrierSettings, SmppClientSession
from kanhe.protocols.smpp.codec import Reader, build
from kanhe.protocols.smpp.pdus import (
    AlertNotification,
    BindTransceiverResp,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    SubmitSm,
    SubmitSmResp,
    Unbind,
)
from kanhe.protocols.states import Action


def connector(*, carrier=None, **common):
    common.setdefault("jitter", 0.0)
    common.setdefault("timers", Timers(keep_alive_s=3600))
    settings = ClientSettings(**common)
    made = CarrierSettings("esme01", "secret08", common=settings, **(carrier or {}))
    return ClientEndpoint(settings, lambda hub, now: SmppClientSession(hub, made, now), lambda: 0.5)


def bound(endpoint, slot=0, now=0.0):
    session = endpoint.opened(slot, now)
    (bind,) = sent(session)
    (event,) = session.receive(build(BindTransceiverResp(bind.sequence_number, 0, "SMSC")), now)
    assert isinstance(event, Bound)
    return session


def started(endpoint):
    assert endpoint.start(0.0)[0] == Connect(0)
    return bound(endpoint)


def sent(session):
    return Reader().feed(session.take())


def text(body):
    return SubmitSm(destination_addr="8613800138000", short_message=body)


def answer(pdu, ident="id", wrong=0):
    return build(SubmitSmResp(pdu.sequence_number, wrong, "" if wrong else ident, body_absent=bool(wrong)))


def test_parts_of_one_message_keep_their_order_and_their_session():
    endpoint = connector(window=1, sessions=2)
    one = started(endpoint)
    two = bound(endpoint, 1)
    endpoint.submit("long", [text(b"1"), text(b"2"), text(b"3")], 0.0)
    (first,) = sent(one)
    assert first.short_message == b"1"
    assert sent(two) == []
    endpoint.submit("short", [text(b"s")], 0.0)
    assert [pdu.short_message for pdu in sent(two)] == [b"s"]
    assert one.receive(answer(first, "a"), 0.0) == [Submitted("long", "a", 0)]
    (second,) = sent(one)
    assert one.receive(answer(second, "b"), 0.0) == [Submitted("long", "b", 1)]
    assert [pdu.short_message for pdu in sent(one)] == [b"3"]


def test_a_lost_session_leaves_the_written_in_doubt_and_hands_the_rest_on():
    endpoint = connector(window=1, sessions=2)
    one = started(endpoint)
    endpoint.submit("long", [text(b"1"), text(b"2")], 0.0)
    sent(one)
    assert one.lost("peer_closed", 1.0) == [SessionLost("peer_closed"), InDoubt("long", 0)]
    assert endpoint.next_deadline() == 2.0
    two = bound(endpoint, 1, 1.0)
    assert [pdu.short_message for pdu in sent(two)] == [b"2"]
    assert one.lost("peer_closed", 1.0) == []


def test_the_first_lane_goes_first_and_what_was_not_begun_can_be_recalled():
    endpoint = connector(window=1)
    session = started(endpoint)
    endpoint.submit_many([("m1", [text(b"m1")]), ("m2", [text(b"m2")])], 0.0, lane=3)
    endpoint.submit("otp", [text(b"otp")], 0.0, lane=1)
    (written,) = sent(session)
    session.receive(answer(written), 0.0)
    assert [pdu.short_message for pdu in sent(session)] == [b"otp"]
    assert endpoint.recall() == ["m2"]
    assert endpoint.waiting == 0


def test_a_throttled_segment_goes_again_later_each_time_and_then_fails():
    endpoint = connector(retry_tries=2)
    session = started(endpoint)
    endpoint.submit("m", [text(b"x")], 0.0)
    now, events = 0.0, []
    while not (events and isinstance(events[-1], Rejected)):
        (written,) = sent(session)
        events += session.receive(answer(written, wrong=status.RTHROTTLED), now)
        while endpoint.next_deadline() is not None and not session._out:
            now = endpoint.next_deadline()
            endpoint.tick(now)
    assert events == [Throttled("m", 0x58), Throttled("m", 0x58), Rejected("m", 0x58, Action.THROTTLE)]
    assert now >= 3.0


def test_with_retry_elsewhere_the_owner_gets_it_back_at_once():
    endpoint = connector(retry_here=False)
    session = started(endpoint)
    endpoint.submit("m", [text(b"x")], 0.0)
    assert session.receive(answer(sent(session)[0], wrong=status.RMSGQFUL), 0.0) == [
        Deferred("m", 0x14, "ESME_RMSGQFUL")
    ]
    assert endpoint.waiting == 0


def test_a_second_of_throttling_halves_the_rate_and_it_recovers():
    endpoint = connector(rate_per_s=100.0, window=1000)
    session = started(endpoint)
    endpoint.submit_many([(number, [text(b"x")]) for number in range(500)], 0.0)
    first = sent(session)
    assert len(first) == 100
    session.receive(b"".join(answer(written, wrong=status.RTHROTTLED) for written in first), 0.0)
    endpoint.tick(1.0)
    second = sent(session)
    session.receive(answer(second[0], wrong=status.RTHROTTLED), 1.0)
    sent(session)
    endpoint.tick(2.0)
    in_the_next = len(sent(session))
    assert 45 <= in_the_next <= 55
    endpoint.tick(3.0)
    assert in_the_next < len(sent(session)) <= 60


def test_a_carriers_own_statuses_have_the_meaning_its_settings_give_them():
    endpoint = connector(carrier={"throttle_statuses": frozenset({0x45}), "status_map": ((0x401, Action.BLACKLIST),)})
    session = started(endpoint)
    endpoint.submit_many([("a", [text(b"x")]), ("b", [text(b"x")]), ("c", [text(b"x")])], 0.0)
    one, two, three = sent(session)
    events = session.receive(answer(one, wrong=0x45) + answer(two, wrong=0x401) + answer(three, wrong=0x402), 0.0)
    assert events == [
        Throttled("a", 0x45),
        Rejected("b", 0x401, Action.BLACKLIST),
        Rejected("c", 0x402, Action.PERMANENT),
    ]


def test_delivery_failure_is_retried_only_when_it_answers_data_sm():
    endpoint = connector(retry_here=False)
    session = started(endpoint)
    endpoint.submit("s", [text(b"x")], 0.0)
    endpoint.submit("d", [DataSm(destination_addr="1")], 0.0)
    one, two = sent(session)
    events = session.receive(answer(one, wrong=0xFE), 0.0)
    events += session.receive(build(DataSmResp(two.sequence_number, 0xFE, body_absent=True)), 0.0)
    assert events == [Rejected("s", 0xFE, Action.PERMANENT), Deferred("d", 0xFE, "ESME_RDELIVERYFAILURE")]


def test_a_response_whose_body_is_cut_still_settles_its_segment():
    endpoint = connector()
    session = started(endpoint)
    endpoint.submit("m", [text(b"x")], 0.0)
    (written,) = sent(session)
    cut = build(SubmitSmResp(written.sequence_number, 0, "abc"))[:16]
    events = session.receive(b"\0\0\0\x10" + cut[4:], 0.0)
    assert [type(event) for event in events] == [PeerFault, Submitted]
    assert session.receive(answer(written), 0.0) == [UnmatchedResponse("submit_sm_resp", written.sequence_number)]


@pytest.mark.parametrize(
    ("wrong", "stops"), [(status.RINVSYSID, True), (status.RALYBND, False), (status.RSYSERR, False)]
)
def test_only_a_refusal_a_person_must_mend_stops_the_connector(wrong, stops):
    endpoint = connector(refused_tries=2)
    endpoint.start(0.0)
    events, now = [], 0.0
    for _ in range(2):
        session = endpoint.opened(0, now)
        (bind,) = sent(session)
        events = session.receive(build(BindTransceiverResp(bind.sequence_number, wrong, body_absent=True)), now)
        assert session.closed
        now = endpoint.next_deadline() or now
        endpoint.tick(now)
    assert isinstance(events[-1], Stopped) is stops
    assert (endpoint.next_deadline() is None) or not stops


def test_a_connection_that_cannot_be_opened_is_tried_again_with_back_off():
    endpoint = connector(reconnect_s=(1.0, 2.0, 4.0))
    endpoint.start(0.0)
    waits, now = [], 0.0
    for _ in range(4):
        endpoint.failed(0, now)
        waits.append(endpoint.next_deadline() - now)
        now += waits[-1]
        assert endpoint.tick(now) == [Connect(0)]
    assert waits == [1.0, 2.0, 4.0, 4.0]


def test_what_arrives_is_answered_only_when_it_is_kept():
    endpoint = connector()
    session = started(endpoint)
    message = DeliverSm(9, source_addr="1", short_message=b"STOP")
    receipt = DeliverSm(10, source_addr="1", esm_class=4, short_message=b"id:1 stat:DELIVRD")
    parameter_cut = DeliverSm(11, source_addr="1", esm_class=4, tlvs=((0x0427, b"\0\2"), (0x001E, b"1")))
    events = session.receive(
        build(message) + build(receipt) + build(parameter_cut) + build(AlertNotification(12, source_addr="1")), 0.0
    )
    assert [type(event) for event in events] == [Inbound, Receipt, Receipt, NumberState]
    assert session.take() == b""
    session.accept_many([events[1].handle, events[0].handle])
    session.refuse(events[2].handle, status.RX_T_APPN)
    assert sent(session) == [DeliverSmResp(10), DeliverSmResp(9), DeliverSmResp(11, status.RX_T_APPN, body_absent=True)]


def test_stopping_parts_from_every_session_and_connects_no_more():
    endpoint = connector(sessions=2)
    one = started(endpoint)
    assert endpoint.stop(1.0) == []
    assert [pdu.command for pdu in sent(one)] == ["unbind"]
    assert one.tick(100.0) == [SessionLost("stopped")]
    assert one.closed
    assert endpoint.next_deadline() is None


def test_a_carrier_that_wants_a_new_bind_gets_one():
    endpoint = connector()
    session = started(endpoint)
    endpoint.submit("m", [text(b"x")], 0.0)
    events = session.receive(answer(sent(session)[0], wrong=status.RINVBNDSTS), 0.0)
    assert events == [Deferred("m", 4, "ESME_RINVBNDSTS"), SessionLost("carrier_wants_a_new_bind")]
    assert session.closed
    assert endpoint.tick(1.0) == [Connect(0)]
    again = bound(endpoint, now=1.0)
    endpoint.tick(2.0)
    assert [pdu.short_message for pdu in sent(again)] == [b"x"]
    again.receive(build(Unbind(3)), 3.0)
    assert again.closed
