"""A foreign client, smpplib, against the simulated SMSC: the three binds, long texts, receipts, inbound messages."""

import asyncio

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

TO = "447700900100"


class Foreign:
    """smpplib's client, its answers gathered."""

    def __init__(self, port, bind="transceiver", system_id="foreign", password="secret"):
        self.sent, self.received = [], []
        self.client = smpplib.client.Client("127.0.0.1", port, timeout=5, allow_unknown_opt_params=True)
        self.client.set_message_sent_handler(lambda pdu: self.sent.append(pdu.message_id.decode()))
        self.client.set_message_received_handler(self._received)
        self.client.connect()
        try:
            getattr(self.client, f"bind_{bind}")(system_id=system_id, password=password)
        except smpplib.exceptions.PDUError:
            self.client.disconnect()
            raise

    def _received(self, pdu):
        self.received.append(pdu)
        return 0

    def send(self, to, text):
        parts, coding, esm_class = smpplib.gsm.make_parts(text)
        for part in parts:
            self.client.send_message(
                source_addr="1000",
                destination_addr=to,
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=True,
            )

    def read(self, sent, received):
        """Until so many answers and deliveries are here; the socket's own time-out ends a wait for nothing."""
        while len(self.sent) < sent or len(self.received) < received:
            self.client.read_once()

    def part(self):
        self.client.unbind()
        self.client.disconnect()


async def test_texts_of_all_alphabets_arrive_and_their_receipts_name_them(stage):
    carrier = await stage.carrier()
    texts = ["hello {world} €", "你好，世界", "emoji 👍🏽 " * 20, "x" * 400]

    def run():
        foreign = Foreign(carrier.port)
        for text in texts:
            foreign.send(TO, text)
        foreign.read(9, 9)
        foreign.part()
        return foreign

    foreign = await asyncio.to_thread(run)
    assert carrier.handsets[TO] == texts
    assert len(foreign.sent) == len(set(foreign.sent)) == len(foreign.received)
    stats = [pdu.short_message.decode() for pdu in foreign.received]
    assert [line.split()[0].removeprefix("id:") for line in stats] == foreign.sent
    assert all("stat:DELIVRD err:000" in line for line in stats)
    assert {pdu.receipted_message_id.decode().rstrip("\0") for pdu in foreign.received} == set(foreign.sent)
    assert (carrier.counters.faults, carrier.counters.deliveries_answered) == (0, len(foreign.sent))


async def test_hex_ids_in_answers_are_decimal_in_receipts(stage):
    carrier = await stage.carrier(hex_ids=True)

    def run():
        foreign = Foreign(carrier.port)
        foreign.send(TO, "hello")
        foreign.read(1, 1)
        foreign.part()
        return foreign.sent[0], foreign.received[0].short_message.decode().split()[0]

    answered, told = await asyncio.to_thread(run)
    assert told == f"id:{int(answered, 16)}" != f"id:{answered}"


async def test_a_transmitter_submits_and_a_receiver_of_the_same_account_is_told(stage):
    carrier = await stage.carrier(accounts={"foreign": "secret"})

    def run():
        transmitter, receiver = Foreign(carrier.port, "transmitter"), Foreign(carrier.port, "receiver")
        transmitter.send("447700900013", "hello")
        transmitter.read(1, 0)
        receiver.read(0, 2)
        transmitter.part()
        receiver.part()
        return [pdu.short_message for pdu in receiver.received]

    told = await asyncio.to_thread(run)
    assert told[0].startswith(b"id:")
    assert told[1] == b"STOP"


async def test_a_wrong_password_and_an_unknown_name_are_refused(stage):
    carrier = await stage.carrier(accounts={"foreign": "secret"})

    def try_to_bind(system_id, password):
        try:
            Foreign(carrier.port, system_id=system_id, password=password)
        except smpplib.exceptions.PDUError as error:
            return error.args[1]
        return 0

    assert await asyncio.to_thread(try_to_bind, "foreign", "wrong") == smpplib.consts.SMPP_ESME_RINVPASWD
    assert await asyncio.to_thread(try_to_bind, "stranger", "secret") == smpplib.consts.SMPP_ESME_RINVPASWD
