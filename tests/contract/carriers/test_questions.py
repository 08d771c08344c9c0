"""Beside submitting: a customer asks where a message stands, takes one back, names several numbers at once."""

import pytest
from msgspec.structs import replace
from tests.contract.carriers.raw_customer import NODE, RawCustomer
from tests.contract.carriers.world_of_carriers import world
from tests.contract.sim.stage import SENDER
from tests.patience import CLOCK, until

from kanhe.kit.clock import from_ms
from kanhe.protocols.cmpp import pdus as cmpp
from kanhe.protocols.exchange.content import UCS2
from kanhe.protocols.exchange.local import BEIJING
from kanhe.protocols.sgip import pdus as sgip
from kanhe.protocols.sgip.sequence import pack
from kanhe.protocols.smgp import pdus as smgp
from kanhe.protocols.smpp import status, tlvs
from kanhe.protocols.smpp.pdus import DataSm, DeliverSm, DistributionList, SmeAddress, SubmitMulti, SubmitSm
from kanhe.protocols.smpp.requests import BroadcastSm, CancelSm, QuerySm, ReplaceSm
from kanhe.sim.papers import ACCOUNT_PAPER

TEXT = "【示例商城】您的包裹已送达驿站，请及时领取。"
OCTETS = TEXT.encode("utf-16-be")
NUMBER = "8613800138001"
# Relative: in two days.
LATER = "000002000000000R"
ACCEPTED, DELIVERED, DELETED = 6, 2, 4

SUBMIT = SubmitSm(source_addr=SENDER, destination_addr=NUMBER, data_coding=8, short_message=OCTETS)


async def raw(stage, family):
    """A customer on file that writes by hand, logged in."""
    await stage.platform.file([stage.credential(family)])
    customer = await RawCustomer(family, stage.platform.doors[family]).connect()
    stage.stack.callback(customer.close)
    await customer.login()
    return customer


@pytest.fixture
async def smpp(tmp_path):
    async with world(tmp_path, "smpp") as stage:
        yield stage, await raw(stage, "smpp")


async def test_query_sm_tells_where_a_message_stands(smpp):
    stage, customer = smpp
    waiting = await customer.ask(replace(SUBMIT, schedule_delivery_time=LATER))
    asked = await customer.ask(QuerySm(message_id=waiting.message_id, source_addr=SENDER))
    assert (asked.command_status, asked.message_id, asked.message_state) == (0, waiting.message_id, ACCEPTED)
    assert asked.final_date == ""
    gone = await customer.ask(SUBMIT)
    await until(lambda: stage.carrier.handsets)
    answer = await customer.ask(QuerySm(message_id=gone.message_id))
    while answer.message_state != DELIVERED:
        answer = await customer.ask(QuerySm(message_id=gone.message_id))
    assert answer.final_date.endswith("000+")


@pytest.mark.parametrize("named", ["", "1", "no number", "9" * 64])
async def test_an_id_that_is_nobodys_is_called_so(smpp, named):
    _, customer = smpp
    assert (await customer.ask(QuerySm(message_id=named))).command_status == status.RINVMSGID
    assert (await customer.ask(ReplaceSm(message_id=named))).command_status == status.RINVMSGID
    if named:
        assert (await customer.ask(CancelSm(message_id=named))).command_status == status.RINVMSGID


async def test_the_messages_of_other_accounts_and_other_doors_are_nobodys(smpp):
    stage, customer = smpp
    other = await raw(stage, "cmpp")
    theirs = await other.ask(cmpp.Submit(Src_Id=SENDER, Msg_Fmt=UCS2, Dest_terminal_Id=(NUMBER,), Msg_Content=OCTETS))
    name = str(int.from_bytes(theirs.Msg_Id, "big"))
    assert (await customer.ask(QuerySm(message_id=name))).command_status == status.RINVMSGID


async def test_cancel_sm_takes_back_what_waits_and_nothing_that_is_on_its_way(smpp):
    stage, customer = smpp
    waiting = await customer.ask(replace(SUBMIT, schedule_delivery_time=LATER))
    cancel = CancelSm(message_id=waiting.message_id, source_addr=SENDER, destination_addr=NUMBER)
    assert (await customer.ask(cancel)).command_status == 0
    assert (await customer.ask(QuerySm(message_id=waiting.message_id))).message_state == DELETED
    assert (await customer.ask(cancel)).command_status == status.RCANCELFAIL
    gone = await customer.ask(SUBMIT)
    await until(lambda: stage.carrier.handsets)
    assert (await customer.ask(CancelSm(message_id=gone.message_id))).command_status == status.RCANCELFAIL


async def test_cancel_sm_without_an_id_takes_back_all_that_wait_for_the_number(smpp):
    _, customer = smpp
    waiting = [await customer.ask(replace(SUBMIT, schedule_delivery_time=LATER)) for _ in range(3)]
    other = await customer.ask(replace(SUBMIT, schedule_delivery_time=LATER, destination_addr="8613800138002"))
    assert (await customer.ask(CancelSm(source_addr=SENDER, destination_addr=NUMBER))).command_status == 0
    states = [(await customer.ask(QuerySm(message_id=each.message_id))).message_state for each in (*waiting, other)]
    assert states == [DELETED, DELETED, DELETED, ACCEPTED]


async def test_what_is_committed_is_not_replaced_and_broadcasts_are_not_offered(smpp):
    _, customer = smpp
    waiting = await customer.ask(replace(SUBMIT, schedule_delivery_time=LATER))
    again = ReplaceSm(message_id=waiting.message_id, short_message=b"other")
    assert (await customer.ask(again)).command_status == status.RREPLACEFAIL
    assert (await customer.ask(BroadcastSm())).command_status == status.RINVCMDID


async def test_data_sm_submits(smpp):
    stage, customer = smpp
    parameters = ((tlvs.MESSAGE_PAYLOAD, OCTETS), (tlvs.QOS_TIME_TO_LIVE, (3600).to_bytes(4, "big")))
    answer = await customer.ask(DataSm(source_addr=SENDER, destination_addr=NUMBER, data_coding=8, tlvs=parameters))
    assert answer.command == "data_sm_resp"
    row = stage.platform.store.row(int(answer.message_id))
    assert (row.message.text, row.message.validity_s) == (TEXT, 3600)
    await until(lambda: stage.carrier.handsets)
    assert stage.carrier.handsets == {NUMBER: [TEXT]}


def under(reference, **more):
    return replace(SUBMIT, tlvs=((tlvs.USER_MESSAGE_REFERENCE, reference.to_bytes(2, "big")),), **more)


async def test_a_repeat_within_the_window_is_answered_with_the_first_id(smpp):
    """At once in one write, and again after the answer; another reference, text or number is another message."""
    stage, customer = smpp
    account = {**ACCOUNT_PAPER, "repeat_window_s": 60}
    await stage.platform.file([("account", account)])
    customer.raw(customer.wire.build(under(7), 101) + customer.wire.build(under(7), 102))
    first, second = await customer.hear(), await customer.hear()
    again = await customer.ask(under(7))
    assert {answer.message_id for answer in (first, second, again)} == {first.message_id}
    others = [await customer.ask(under(8)), await customer.ask(under(7, destination_addr="8613800138002"))]
    assert len({first.message_id, *(answer.message_id for answer in others)}) == 3
    await until(lambda: sum(map(len, stage.carrier.handsets.values())) == 3)
    assert stage.carrier.handsets == {NUMBER: [TEXT, TEXT], "8613800138002": [TEXT]}


async def test_without_a_window_a_repeat_is_a_message_and_a_refused_one_may_be_tried_again(smpp):
    stage, customer = smpp
    ids = {(await customer.ask(under(7))).message_id for _ in range(2)}
    assert len(ids) == 2
    await stage.platform.file([("account", {**ACCOUNT_PAPER, "repeat_window_s": 60})])
    for _ in range(2):
        assert (await customer.ask(under(9, destination_addr="86"))).command_status == status.RINVDSTADR


def multi(*numbers, **more):
    to = tuple(SmeAddress(1, 1, number) for number in numbers)
    return SubmitMulti(source_addr=SENDER, dest_address=to, data_coding=8, short_message=OCTETS, **more)


async def test_submit_multi_has_one_id_and_names_who_was_refused(smpp):
    stage, customer = smpp
    answer = await customer.ask(multi(NUMBER, "86", "8613800138002", registered_delivery=1))
    assert answer.command_status == 0
    [refused] = answer.unsuccess_sme
    assert (refused.destination_addr, refused.error_status_code) == ("86", status.RINVDSTADR)
    receipts = [await customer.hear(), await customer.hear()]
    assert {type(each) for each in receipts} == {DeliverSm}
    assert sorted(each.source_addr for each in receipts) == [NUMBER, "8613800138002"]
    ids = {tlvs.find(each.tlvs, tlvs.RECEIPTED_MESSAGE_ID).rstrip(b"\0").decode() for each in receipts}
    assert ids == {answer.message_id}
    assert stage.carrier.handsets == {NUMBER: [TEXT], "8613800138002": [TEXT]}


async def test_a_submit_multi_is_taken_back_as_a_whole(smpp):
    _, customer = smpp
    first = await customer.ask(multi(NUMBER, "8613800138002", schedule_delivery_time=LATER))
    assert (await customer.ask(CancelSm(message_id=first.message_id))).command_status == 0
    second = str(int(first.message_id) + 1)
    for name in (first.message_id, second):
        assert (await customer.ask(QuerySm(message_id=name))).message_state == DELETED


async def test_a_submit_multi_of_which_nothing_is_taken_and_one_to_a_list_are_refused(smpp):
    _, customer = smpp
    assert (await customer.ask(multi("86", "861"))).command_status == status.RINVDSTADR
    lists = replace(multi(NUMBER), dest_address=(DistributionList("friends"),))
    assert (await customer.ask(lists)).command_status == status.RINVDLNAME


# --- CMPP, SMGP, SGIP ----------------------------------------------------------------------------------------------------------


async def test_cmpp_cancel_and_query(tmp_path):
    async with world(tmp_path, "cmpp") as stage:
        customer = await raw(stage, "cmpp")
        submit = cmpp.Submit(Src_Id=SENDER, Msg_Fmt=UCS2, Dest_terminal_Id=(NUMBER,), Msg_Content=OCTETS)
        waiting = await customer.ask(replace(submit, At_Time=LATER))
        assert (await customer.ask(cmpp.Cancel(Msg_Id=waiting.Msg_Id))).Success_Id == 0
        assert (await customer.ask(cmpp.Cancel(Msg_Id=waiting.Msg_Id))).Success_Id == 1
        assert (await customer.ask(cmpp.Cancel(Msg_Id=bytes(8)))).Success_Id == 1
        await customer.ask(replace(submit, At_Time=LATER))
        today = f"{from_ms(CLOCK.now_ms()).astimezone(BEIJING):%Y%m%d}"
        counted = await customer.ask(cmpp.Query(Time=today))
        assert (counted.Time, counted.MT_TLMsg, counted.MT_Scs, counted.MT_WT, counted.MT_FL) == (today, 2, 0, 1, 1)
        for query in (cmpp.Query(Time="19990101"), cmpp.Query(Time="no day")):
            assert (await customer.ask(query)).MT_TLMsg == 0


BY_SERVICE = [("OTP", 1), ("otp", 1), ("TXN", 2), ("SVC01", 2), ("MKT", 0)]


async def test_a_day_is_counted_by_service_as_submissions_were(tmp_path):
    """Service codes stand for categories; one that we do not know for that of the credential, here as there."""
    async with world(tmp_path, "cmpp") as stage:
        today = f"{from_ms(CLOCK.now_ms()).astimezone(BEIJING):%Y%m%d}"
        customer, other = await raw(stage, "cmpp"), await raw(stage, "smgp")
        submit = cmpp.Submit(Src_Id=SENDER, Msg_Fmt=UCS2, Dest_terminal_Id=(NUMBER,), Msg_Content=OCTETS)
        for service in ("OTP", "TXN", "SVC01"):
            assert (await customer.ask(replace(submit, Service_Id=service, At_Time=LATER))).Result == 0
        for service, count in BY_SERVICE:
            by_service = await customer.ask(cmpp.Query(Time=today, Query_Type=1, Query_Code=service))
            assert (by_service.Query_Code, by_service.MT_TLMsg, by_service.MT_WT) == (service, count, count)
            told = await other.ask(smgp.Query(QueryTime=today, QueryType=1, QueryCode=service))
            assert (told.QueryCode, told.MT_TLMsg, told.MT_WT) == (service, count, count)
        whole = await customer.ask(cmpp.Query(Time=today))
        assert (whole.MT_TLMsg, whole.MT_WT) == (3, 3)


async def test_smgp_query(tmp_path):
    async with world(tmp_path, "smgp") as stage:
        customer = await raw(stage, "smgp")
        await customer.ask(smgp.Submit(SrcTermID=SENDER, MsgFormat=UCS2, DestTermID=(NUMBER,), MsgContent=OCTETS))
        today = f"{from_ms(CLOCK.now_ms()).astimezone(BEIJING):%Y%m%d}"
        counted = await customer.ask(smgp.Query(QueryTime=today))
        assert (counted.MT_TLMsg, counted.MT_TLUsr, counted.MT_FL) == (1, 1, 0)


async def test_sgip_trace(tmp_path):
    async with world(tmp_path, "sgip") as stage:
        customer = await raw(stage, "sgip")
        submit = sgip.Submit(SPNumber=SENDER, MessageCoding=UCS2, UserNumber=(NUMBER,), MessageContent=OCTETS)
        sequence = (NODE, 1_231_000_000, 77)
        assert (await customer.ask(replace(submit, ScheduleTime=LATER), sequence)).Result == 0
        [node] = (await customer.ask(sgip.Trace(SubmitSequenceNumber=pack(sequence), UserNumber=NUMBER))).Nodes
        assert (node.Result, len(node.ReceiveTime), node.SendTime) == (1, 12, "")
        [node] = (await customer.ask(sgip.Trace(SubmitSequenceNumber=bytes(12), UserNumber=NUMBER))).Nodes
        assert node.Result == 7
