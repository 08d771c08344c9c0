"""What the SMPP sessions of one message cost, step by step: a customer's at our door and ours at a carrier, without sockets.

`python -m kanhe.bench.wire` prints microseconds a message of each step, the best of many batches of 200.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time
from typing import TypeVar

import msgspec

from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Receipt, Submission, Submitted
from kanhe.protocols.link import TellReceipt
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import AccountLimits, ClientSettings, Credential
from kanhe.protocols.smpp.client import CarrierSettings, SmppClientSession
from kanhe.protocols.smpp.codec import HEADER_OCTETS, build, build_acceptance
from kanhe.protocols.smpp.compiled import HEADER
from kanhe.protocols.smpp.pdus import BindTransceiver, BindTransceiverResp, DeliverSm, SubmitSm
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.smpp.tlvs import MESSAGE_STATE, RECEIPTED_MESSAGE_ID
from kanhe.protocols.states import CarrierState

# What the sockets of a busy door bring at once.
BATCH = 200
# The best of so many batches: the machine's other work only ever adds.
RUNS = 500

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
TEXT = "【示例商城】您的包裹k701-{:07}已送达驿站，请及时领取。"
LINE = "id:{:x} sub:001 dlvrd:001 submit date:2611241000 done date:2611241000 stat:DELIVRD err:000 text:"
FIRST_NUMBER = 8_613_800_000_000
SENDER = "10690000001"
DELIVERED = b"\2"

T = TypeVar("T")


class Steps:
    """The best time of each step."""

    def __init__(self) -> None:
        self.best: dict[str, float] = {}

    def time(self, step: str, work: Callable[[], T]) -> T:
        """Do a step, and note how long it took when it was never faster."""
        before = process_time()
        done = work()
        spent = process_time() - before
        self.best[step] = min(spent, self.best.get(step, spent))
        return done


class Road:
    """A customer's session at a door, ours at a carrier, and the octets their peers would send."""

    def __init__(self) -> None:
        limits = AccountLimits(window=BATCH)
        self._door = ServerEndpoint(lambda login: Credential(login, "secret", limits), _door_session)
        self._customer = self._door.open(0.0)
        self._customer.receive(build(BindTransceiver(1, 0, "customer", "secret")), 0.0)
        common = ClientSettings(window=BATCH, retry_here=False)
        settings = CarrierSettings("platform", "secret", common=common)
        self._carriers = ClientEndpoint(common, lambda hub, now: SmppClientSession(hub, settings, now), lambda: 0.5)
        self._carriers.start(0.0)
        self._carrier = self._carriers.opened(0, 0.0)
        self._carrier.receive(build(BindTransceiverResp(1, 0, "SMSC")), 0.0)
        self._flush()

    def batch(self, run: int, steps: Steps) -> None:
        """Two hundred messages from the customer to the carrier, and their receipts back."""
        ids = range(run * BATCH, (run + 1) * BATCH)
        customer, carrier = self._customer, self._carrier
        octets = b"".join([build(_submission(message)) for message in ids])
        events = steps.time("submissions read", lambda: customer.receive(octets, 0.0))
        handles = [event.handle for event in events if isinstance(event, Submission)]
        pairs = [(handle, str(message)) for handle, message in zip(handles, ids, strict=True)]
        steps.time("submissions answered", lambda: customer.accept_many(pairs))
        customer.take()

        pdus = [(message, (_submission(message),)) for message in ids]
        steps.time("submissions written", lambda: self._carriers.submit_many(pdus, 0.0))
        written = carrier.take()
        octets = b"".join(
            [build_acceptance(SubmitSm.command_id, number, f"{number:x}") for number in _numbers(written)]
        )
        events = steps.time("responses read", lambda: carrier.receive(octets, 0.0))
        assert sum(isinstance(event, Submitted) for event in events) == BATCH, "each has its response"

        octets = b"".join([build(_receipt(message)) for message in ids])
        events = steps.time("receipts read", lambda: carrier.receive(octets, 0.0))
        handles = [event.handle for event in events if isinstance(event, Receipt)]
        steps.time("receipts answered", lambda: carrier.accept_many(handles))

        tells = [_tell(message) for message in ids]
        steps.time("receipts written", lambda: self._door.deliver_many("customer", tells[: BATCH // 2], 0.0))
        written = customer.take()
        octets = b"".join([build_acceptance(DeliverSm.command_id, number, "") for number in _numbers(written)])
        steps.time("answers to receipts read", lambda: customer.receive(octets, 0.0))
        self._flush()

    def _flush(self) -> None:
        self._customer.take()
        self._carrier.take()
        self._door.ready()
        self._carriers.ready()


def _door_session(endpoint: ServerEndpoint, now: float) -> SmppServerSession:
    return SmppServerSession(endpoint, DoorSettings(), now)


def _submission(message: int) -> SubmitSm:
    text = TEXT.format(message).encode("utf-16-be")
    head = (message + 2, 0, "", 1, 1, SENDER, 1, 1, str(FIRST_NUMBER + message))
    return SubmitSm(*head, registered_delivery=1, data_coding=8, short_message=text)


def _receipt(message: int) -> DeliverSm:
    told = ((RECEIPTED_MESSAGE_ID, f"{message:x}\0".encode()), (MESSAGE_STATE, DELIVERED))
    head = (message + 1, 0, "", 1, 1, str(FIRST_NUMBER + message), 0, 0, SENDER)
    return DeliverSm(*head, esm_class=4, short_message=LINE.format(message).encode(), tlvs=told)


def _tell(message: int) -> TellReceipt:
    return TellReceipt(message, str(message), CarrierState.DELIVERED, str(FIRST_NUMBER + message), SENDER, AT, AT)


def _numbers(octets: bytes) -> list[int]:
    """The sequence numbers of PDUs that follow each other."""
    found, at = [], 0
    while at + HEADER_OCTETS <= len(octets):
        length, _, _, number = HEADER.unpack_from(octets, at)
        found.append(number)
        at += length
    return found


def measure() -> dict[str, float]:
    """Microseconds a message by step, and all together."""
    road, steps = Road(), Steps()
    for run in range(RUNS):
        road.batch(run, steps)
    figures = {step: round(best / _messages(step) * 1e6, 2) for step, best in steps.best.items()}
    return figures | {"together": round(sum(figures.values()), 1)}


def _messages(step: str) -> int:
    """A session has at most a hundred receipts open (server.TELL_WINDOW), and a batch is two hundred."""
    return BATCH // 2 if step in ("receipts written", "answers to receipts read") else BATCH


if __name__ == "__main__":
    print(msgspec.json.format(msgspec.json.encode(measure())).decode())  # noqa: T201 - a command
