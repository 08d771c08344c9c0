"""The door's side of a session beyond the scripts: values, limits, orders, and what an account is owed."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from msgspec import structs

from kanhe.protocols.events import (
    BindRefused,
    Bound,
    PeerFault,
    ReceiptInDoubt,
    ReceiptTaken,
    Request,
    SessionLost,
    Submission,
)
from kanhe.protocols.link import TellInbound, TellReceipt
from kanhe.protocols.server import OUTBOX_MAX, ServerEndpoint
from kanhe.protocols.settings import AccountLimits, Credential, Timers
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.codec import Reader, build
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.pdus import (
    BindReceiver,
    BindTransceiver,
    BindTransmitter,
    DataSm,
    DataSmResp,
    DeliverSm,
    DeliverSmResp,
    DistributionList,
    EnquireLink,
    GenericNack,
    Outbind,
    SmeAddress,
    SubmitMulti,
    SubmitMultiResp,
    SubmitSm,
    SubmitSmResp,
)
from kanhe.protocols.smpp.receipts import read_receipt
from kanhe.protocols.smpp.requests import QuerySm, QuerySmResp
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.states import CarrierState
from kanhe.protocols.text.joining import join

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "smpp.json").read_text("utf-8"))["vectors"]
AT = datetime(2026, 12, 31, 23, 59)
SUBMIT = SubmitSm(2, dest_addr_ton=1, dest_addr_npi=1, destination_addr="8613800138000", short_message=b"hello")


SUBMISSIONS = ("submit_sm", "submit_multi", "data_sm")


def door(*, window=10, rate_per_s=0.0, sessions_max=10, **settings):
    credential = Credential("esme01", "secret08", AccountLimits(window, rate_per_s, sessions_max))
    made = DoorSettings(timers=Timers(keep_alive_s=3600), **settings)
    return ServerEndpoint({"esme01": credential}.get, lambda endpoint, now: SmppServerSession(endpoint, made, now))


def bound(endpoint, bind=BindTransceiver, now=0.0, **fields):
    session = endpoint.open(now)
    (event,) = session.receive(build(bind(1, system_id="esme01", password="secret08", **fields)), now)
    assert isinstance(event, Bound)
    session.take()
    return session


def sent(session):
    return Reader().feed(session.take())


def receipt(ident, state=CarrierState.DELIVERED):
    return TellReceipt(ident, ident, state, "8613800138000", "KANHE", AT, AT, text="hello")


@pytest.mark.parametrize("case", [case for case in VECTORS if "answer" in case], ids=lambda case: case["name"])
def test_a_wrong_value_is_answered_and_the_session_lives(case):
    session = bound(door())
    wanted = int(case["answer"].split("(")[1].rstrip(")"), 16)
    [said] = session.receive(bytes.fromhex(case["hex"]), 0.0)
    assert said == PeerFault("value", wanted, said.command)
    (answer,) = sent(session)
    assert (answer.command_status, answer.sequence_number) == (wanted, case["fields"]["sequence_number"])
    assert session.receive(build(SUBMIT), 0.0) == [Submission(SUBMIT)]


def is_good_submission(case):
    fields = case.get("fields", {})
    return "answer" not in case and fields.get("command") in SUBMISSIONS and fields["esm_class"] & 0x3C != 0x04


@pytest.mark.parametrize("case", [case for case in VECTORS if is_good_submission(case)], ids=lambda case: case["name"])
def test_nothing_a_good_peer_submits_is_called_wrong(case):
    (event,) = bound(door()).receive(bytes.fromhex(case["hex"]), 0.0)
    assert isinstance(event, Submission)


@pytest.mark.parametrize(
    "case", [case for case in VECTORS if " ESME_" in case.get("reply", "")], ids=lambda case: case["name"]
)
def test_a_malformed_request_gets_the_reply_its_vector_names(case):
    endpoint = door()
    session = endpoint.open(0.0) if "system_id" in case["name"] or "password" in case["name"] else bound(endpoint)
    session.receive(bytes.fromhex(case["hex"]), 0.0)
    answers = sent(session)
    if not answers:
        assert case["action"] == "close"
        assert session.next_deadline() <= 30.0
        return
    name = case["reply"].split()[0]
    statuses = [status.BY_NAME[word] for word in re.findall(r"ESME_(\w+)", case["reply"])]
    if name == "deliver_sm_resp":  # a door is not sent deliver_sm, but answers it all the same
        assert answers[0].command == name
    else:
        assert (answers[0].command, answers[0].command_status in statuses) == (name, True)
    assert session.closed == (case["action"] == "close")


def test_255_octets_are_for_a_5_0_bind():
    long = SubmitSm(2, destination_addr="1", short_message=b"x" * 255)
    assert bound(door(), interface_version=0x50).receive(build(long), 0.0) == [Submission(long)]
    assert bound(door()).receive(build(long), 0.0) == [PeerFault("value", status.RINVMSGLEN, "submit_sm")]


def test_a_batch_is_answered_in_one_write_and_in_its_own_order():
    session = bound(door())
    submits = [SubmitSm(number, destination_addr="1") for number in range(2, 8)]
    events = session.receive(b"".join(map(build, submits)), 0.0)
    session.accept_many([(event.handle, f"id{event.handle.sequence_number}") for event in reversed(events)])
    assert sent(session) == [SubmitSmResp(number, 0, f"id{number}") for number in range(7, 1, -1)]


def test_an_answer_after_the_link_is_lost_is_dropped_and_twice_is_a_mistake():
    session = bound(door())
    (event,) = session.receive(build(SUBMIT), 0.0)
    session.accept(event.handle, "a")
    with pytest.raises(AssertionError):
        session.accept(event.handle, "a")
    other = bound(door())
    (event,) = other.receive(build(SUBMIT), 0.0)
    assert other.lost("peer_closed", 1.0) == [SessionLost("peer_closed")]
    other.accept(event.handle, "a")
    assert other.take() == b""
    assert other.lost("peer_closed", 1.0) == []


def test_submit_multi_and_data_sm_are_submissions_and_get_their_own_responses():
    session = bound(door())
    multi = SubmitMulti(2, dest_address=(SmeAddress(1, 1, "1"), DistributionList("all")))
    data = DataSm(3, destination_addr="1")
    assert session.receive(build(multi) + build(data), 0.0) == [Submission(multi), Submission(data)]
    session.accept_many([(multi, "m"), (data, "d")])
    assert sent(session) == [SubmitMultiResp(2, 0, "m"), DataSmResp(3, 0, "d")]


def test_other_requests_reach_the_owner_only_where_it_answers_them():
    query = QuerySm(5, message_id="a")
    plain = bound(door())
    assert plain.receive(build(query), 0.0) == [PeerFault("not_served", status.RINVCMDID, "query_sm")]
    assert sent(plain)[0].command_status == status.RINVCMDID
    session = bound(door(requests=frozenset({QuerySm})))
    assert session.receive(build(query), 0.0) == [Request(query)]
    session.reply(query, QuerySmResp(5, 0, "a", "", 2, 0))
    assert sent(session) == [QuerySmResp(5, 0, "a", "", 2, 0)]


def test_a_flood_of_binds_ends_at_the_limit_and_a_place_is_free_again_after_a_loss():
    endpoint = door(sessions_max=2)
    first, _ = bound(endpoint), bound(endpoint)
    third = endpoint.open(0.0)
    events = third.receive(build(BindTransceiver(1, system_id="esme01", password="secret08")), 0.0)
    assert events == [BindRefused("esme01", "sessions", status.RBINDFAIL)]
    assert third.closed
    first.lost("peer_closed", 0.0)
    bound(endpoint)


def test_an_unknown_login_looks_like_a_wrong_password():
    answers = []
    for login, password in (("nobody", "secret08"), ("esme01", "wrong")):
        session = door().open(0.0)
        session.receive(build(BindTransmitter(1, system_id=login, password=password)), 0.0)
        answers.append(session.take())
        assert session.closed
    assert answers[0] == answers[1]


def test_outbind_and_strange_responses_do_no_harm():
    session = bound(door())
    session.receive(build(Outbind(3)) + build(GenericNack(9, 3)) + build(EnquireLink(4)), 0.0)
    assert [answer.command for answer in sent(session)] == ["generic_nack", "enquire_link_resp"]


def test_a_receipt_reads_as_it_was_written():
    endpoint = door()
    session = bound(endpoint)
    for state in CarrierState:
        assert endpoint.deliver("esme01", receipt("4f2a9c01", state), 0.0)
        (told,) = sent(session)
        reading = read_receipt(told)
        assert (reading.ids, reading.state, reading.coherent) == (("4f2a9c01",), state, True)
        assert (reading.line.submit_date, reading.text) == (AT, "hello")
        assert session.receive(build(DeliverSmResp(told.sequence_number)), 0.0) == [
            ReceiptTaken("4f2a9c01", "4f2a9c01")
        ]


def test_an_inbound_message_arrives_whole_whatever_its_length():
    endpoint = door()
    session = bound(endpoint)
    for text in ("STOP", "退订", "你好" * 200, "x" * 300):
        assert endpoint.deliver("esme01", TellInbound("r", "8613800138000", "10690001", text), 0.0)
        (told,) = sent(session)
        assert isinstance(told, DeliverSm)
        assert join({1: read_part(told)}, 1).text == text
        session.receive(build(DeliverSmResp(told.sequence_number)), 0.0)


def test_receipts_of_a_lost_session_go_to_the_next_at_once_and_in_order():
    endpoint = door(tell_window=1)
    first = bound(endpoint, BindReceiver)
    for name in "abc":
        endpoint.deliver("esme01", receipt(name), 0.0)
    assert [read_receipt(pdu).ids for pdu in sent(first)] == [("a",)]
    second = endpoint.open(0.0)
    second.receive(build(BindReceiver(1, system_id="esme01", password="secret08")), 0.0)
    first.lost("peer_closed", 1.0)
    assert endpoint.ready()[-1] is second
    told = sent(second)[1:]
    while (newest := told[-1]) and second.receive(build(DeliverSmResp(newest.sequence_number)), 1.0):
        following = sent(second)
        if not following:
            break
        told += following
    assert [read_receipt(pdu).ids[0] for pdu in told] == ["b", "a", "c"]


def test_receipts_of_one_batch_keep_their_order_and_the_answers_of_one_read_let_as_many_follow():
    endpoint = door(tell_window=3)
    session = bound(endpoint)
    assert endpoint.deliver_many("esme01", [receipt(name) for name in "abcdefg"], 0.0) == 7
    told = sent(session)
    assert [read_receipt(pdu).ids[0] for pdu in told] == ["a", "b", "c"]
    session.receive(b"".join(build(DeliverSmResp(pdu.sequence_number)) for pdu in told), 0.0)
    assert [read_receipt(pdu).ids[0] for pdu in sent(session)] == ["d", "e", "f"]


def test_receipts_that_come_while_a_submission_is_open_wait_for_its_answer():
    endpoint = door()
    session = bound(endpoint)
    (submission,) = session.receive(build(SubmitSm(7, destination_addr="8613800138000")), 0.0)
    endpoint.deliver_many("esme01", [receipt("a"), TellInbound("r", "8613800138000", "10690001", "STOP")], 0.0)
    assert [read_part(pdu).octets for pdu in sent(session)] == [b"STOP"]
    session.accept(submission.handle, "b")
    assert [pdu.command for pdu in sent(session)] == ["submit_sm_resp", "deliver_sm"]


def test_a_refused_receipt_goes_again_after_a_minute():
    endpoint = door()
    session = bound(endpoint)
    endpoint.deliver("esme01", receipt("a"), 0.0)
    (told,) = sent(session)
    refusal = build(DeliverSmResp(told.sequence_number, status.RX_T_APPN, body_absent=True))
    assert session.receive(refusal, 0.0) == [ReceiptInDoubt("a", "a")]
    endpoint.tick(59.0)
    assert sent(session) == []
    endpoint.tick(60.0)
    assert len(sent(session)) == 1


def test_an_outbox_has_an_end_and_a_stranger_has_none():
    endpoint = door()
    assert not endpoint.deliver("nobody", receipt("a"), 0.0)
    assert endpoint.deliver_many("nobody", [receipt("a")], 0.0) == 0
    assert all(endpoint.deliver("esme01", receipt("a"), 0.0) for _ in range(OUTBOX_MAX))
    assert not endpoint.deliver("esme01", receipt("a"), 0.0)


def test_a_rate_is_of_the_account_whatever_its_sessions():
    endpoint = door(rate_per_s=2.0)
    one, two = bound(endpoint), bound(endpoint)
    taken = [session.receive(build(SUBMIT), 0.0) for session in (one, two, one, two)]
    assert [[type(event) for event in events] for events in taken] == [
        [Submission],
        [Submission],
        [PeerFault],
        [PeerFault],
    ]
    assert sent(one)[-1].command_status == status.RTHROTTLED
    assert len(one.receive(build(structs.replace(SUBMIT, sequence_number=3)), 0.5)) == 1


def test_a_sequence_that_is_still_open_and_comes_again_is_a_second_message_and_is_said():
    session = bound(door())
    events = session.receive(build(SUBMIT) * 2, 0.0)
    assert events == [Submission(SUBMIT), PeerFault("sequence_repeated", 0, "submit_sm"), Submission(SUBMIT)]
    session.accept_many([(SUBMIT, "1"), (SUBMIT, "2")])
    assert [(pdu.sequence_number, pdu.message_id) for pdu in sent(session)] == [(2, "1"), (2, "2")]
    assert session.receive(build(SUBMIT), 0.0) == [Submission(SUBMIT)]


def test_a_broken_stream_keeps_what_came_whole_before_it():
    session = bound(door())
    events = session.receive(build(SUBMIT) + b"\0\0\0\x08" + b"\0" * 12, 0.0)
    assert [type(event) for event in events] == [Submission, PeerFault, SessionLost]
    assert session.closed
    assert [pdu.command for pdu in sent(session)] == ["generic_nack"]
