"""CMPP, SGIP and SMGP as the vector runner sees them: the owner of a door and of a connector, who does the obvious."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kanhe.protocols.book import ReceiptBook
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Connect, Event, Inbound, Receipt, Submission, Submitted
from kanhe.protocols.exchange.client import ClientExchange
from kanhe.protocols.exchange.local import Wall
from kanhe.protocols.exchange.server import ServerExchange
from kanhe.protocols.framing import PduFault, StreamBrokenError
from kanhe.protocols.link import Session, TellReceipt
from kanhe.protocols.rehearsal import Facts, Step
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import AccountLimits, ClientSettings, Credential, Timers
from kanhe.protocols.states import CarrierState
from kanhe.protocols.text.alphabets import decode as decode_text
from kanhe.protocols.text.joining import Joiner, Part
from kanhe.protocols.vectors import Streamed

# --- packets ------------------------------------------------------------------------------------------------------------------


def streamed(reader: Any, data: bytes, cut: int) -> Streamed:
    """What a stream reader makes of some octets."""
    events: list[Any] = []
    broken, size = False, cut or len(data)
    try:
        for at in range(0, len(data), size):
            events += reader.feed(data[at : at + size])
    except StreamBrokenError as error:
        events += error.events
        broken = True
    faults = tuple(event.fault.value for event in events if isinstance(event, PduFault))
    return Streamed(tuple(events), faults, broken, reader.waiting > 0)


def packet_octets(sent: bytes) -> int | None:
    """The length of the first packet; None while it is not whole."""
    length = int.from_bytes(sent[:4], "big")
    return length if sent and len(sent) >= max(length, 4) else None


# --- settings and events in the words of the scripts --------------------------------------------------------------------------

TIMER_NAMES = {
    "login_wait_s": "login_wait_s",
    "active_test_s": "keep_alive_s",
    "answer_s": "response_s",
    "tries": "keep_alive_tries",
    "idle_s": "idle_s",
}


def timers_of(settings: Mapping[str, Any], default: Timers) -> Timers:
    """The timers a script sets."""
    named = {ours: settings[theirs] for theirs, ours in TIMER_NAMES.items() if theirs in settings}
    values = {name: getattr(default, name) for name in Timers.__slots__}
    return Timers(**(values | named))


def common_of(settings: Mapping[str, Any], default: Timers) -> ClientSettings:
    """What a script says to any connector."""
    return ClientSettings(
        window=settings["window"],
        reconnect_s=tuple(settings.get("reconnect_s", (1.0, 2.0, 4.0))),
        jitter=settings.get("jitter", 0.0),
        refused_tries=settings.get("login_refused_tries", 3),
        timers=timers_of(settings, default),
    )


def credentials_of(settings: Mapping[str, Any], key: str) -> dict[str, Credential]:
    """The accounts of a script's door."""
    return {
        name: Credential(name, account[key], AccountLimits(window=account.get("window", 16)))
        for name, account in settings["accounts"].items()
    }


def facts_of(event: Event) -> Facts:
    """An event as plain data: its name, its fields, and what the scripts call them."""
    name = "".join(f"_{char.lower()}" if char.isupper() else char for char in type(event).__name__).lstrip("_")
    facts = {field: getattr(event, field) for field in event.__struct_fields__}
    if "action" in facts:
        facts["class"] = facts["action"].value
        facts.setdefault("reason", facts["class"])
    return {"type": name} | facts


class Time:
    """The script's clock as the wall where the gateway stands."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.now = 0.0

    @property
    def wall(self) -> Wall:
        """Read it."""
        return self.at

    def at(self) -> datetime:
        """The local time now."""
        return self.start + timedelta(seconds=self.now)


@dataclass(frozen=True, slots=True)
class Tongue:
    """What the owners below ask of a protocol."""

    read_submit: Callable[[Any], Part]
    numbers: Callable[[Any], tuple[str, ...]]
    read_delivery: Callable[[Any], Part]
    write: Callable[[Mapping[str, Any]], list[Any]]
    bound: Callable[[Facts], Facts]


# --- owners -------------------------------------------------------------------------------------------------------------------


class DoorSubject:
    """Our door, with an owner who follows the script."""

    def __init__(self, endpoint: ServerEndpoint, accounts: list[str], tongue: Tongue, time: Time) -> None:
        self._endpoint = endpoint
        self._accounts = accounts
        self._tongue = tongue
        self._time = time
        self._session_of: dict[int, ServerExchange] = {}
        self._submit_of: dict[str, Any] = {}

    def connected(self, by_peer: bool, now: float) -> Session:
        """A customer connects."""
        self._time.now = now
        assert by_peer, "a door opens no connections"
        return self._endpoint.open(now)

    def wants_connection(self) -> bool:
        """A door never does."""
        return False

    def told(self, session: Session | None, events: list[Event], now: float) -> list[Facts]:
        """Submissions are remembered with their session; what a gateway brings us is kept at once."""
        self._time.now = now
        return [facts for event in events for facts in self._told(session, event)]

    def _told(self, session: Session | None, event: Event) -> list[Facts]:
        match event:
            case Submission(handle=handle):
                assert isinstance(session, ServerExchange)
                self._session_of[id(handle)] = session
                return [self._submission(handle)]
            case _:
                return [self._tongue.bound(facts_of(event))]

    def _submission(self, pdu: Any) -> Facts:
        part, numbers = self._tongue.read_submit(pdu), self._tongue.numbers(pdu)
        text = decode_text(part.octets, part.alphabet, part.shift)
        sequence = getattr(pdu, pdu.__struct_fields__[0])
        facts = {"type": "submission", "handle": pdu, "to": numbers[0], "text": text, "count": len(numbers)}
        return facts | {"sequence": sequence}

    def owner(self, step: Step, submissions: Mapping[str, Facts], now: float) -> list[Facts]:
        """accepted, receipt, stop."""
        self._time.now = now
        match step["do"]:
            case "accepted":
                handle, message_id = submissions[step["ref"]]["handle"], step.get("message_id", "")
                self._submit_of[message_id or step["ref"]] = handle
                self._session_of[id(handle)].accept(handle, message_id)
            case "receipt":
                self._deliver(self._receipt(step), now)
            case "stop":
                return self.told(None, self._endpoint.stop(now), now)
            case _:
                raise AssertionError(f"a door's owner cannot {step['do']}")
        return []

    def _deliver(self, tell: TellReceipt, now: float) -> None:
        assert self._endpoint.deliver(self._accounts[0], tell, now), "nobody takes the receipt"

    def _receipt(self, step: Step) -> TellReceipt:
        message_id = step.get("message_id", "")
        ref = step.get("ref", message_id)
        submit = self._submit_of.get(message_id or ref)
        numbers = self._tongue.numbers(submit) if submit is not None else ("",)
        at = self._time.at()
        return TellReceipt(
            ref,
            message_id or self._message_id(submit),
            CarrierState(step["state"]),
            step.get("number", numbers[0]),
            self._tongue.read_submit(submit).source if submit is not None else "",
            at,
            at,
            delivery_id=step.get("deliver_msg_id", ""),
        )

    def _message_id(self, _submit: Any) -> str:
        """The id of a message whose script gives none."""
        return ""

    def tick(self, now: float) -> list[Event]:
        """Receipts that are owed go again."""
        self._time.now = now
        self._endpoint.tick(now)
        return []

    def next_deadline(self) -> float | None:
        """Sessions have their own deadlines."""
        return None


class ConnectorSubject:
    """Our connector, with an owner who keeps every receipt at once and joins every part."""

    def __init__(self, endpoint: ClientEndpoint, tongue: Tongue, time: Time) -> None:
        self._endpoint = endpoint
        self._tongue = tongue
        self._time = time
        self._wanted: list[int] = []
        self._book = ReceiptBook()
        self._joiner = Joiner()
        self._started = False

    def connected(self, by_peer: bool, now: float) -> Session:
        """The connection we asked for."""
        self._time.now = now
        assert not by_peer, "a connector is not connected to"
        return self._endpoint.opened(self._wanted.pop(0), now)

    def wants_connection(self) -> bool:
        """Asked for and not opened yet."""
        return bool(self._wanted)

    def told(self, session: Session | None, events: list[Event], now: float) -> list[Facts]:
        """Receipts and inbound messages are kept, and so answered, at once."""
        self._time.now = now
        return [facts for event in events for facts in self._told(session, event, now)]

    def _told(self, session: Session | None, event: Event, now: float) -> list[Facts]:
        match event:
            case Connect(slot=slot):
                self._wanted.append(slot)
                return []
            case Receipt():
                self._keep(session, event.handle)
                return [facts_of(self._book.receipt(event, [event.message_id]))]
            case Submitted():
                matched = self._book.submitted(event.ref, [event.message_id])
                return [facts_of(found) for found in (event, *matched)]
            case Inbound(handle=handle):
                self._keep(session, handle)
                return self._joined(handle, now)
            case _:
                return [self._tongue.bound(facts_of(event))]

    def _keep(self, session: Session | None, handle: object) -> None:
        match session:
            case ClientExchange():
                session.accept(handle)
            case ServerExchange():
                session.accept(handle, "")
            case _:
                raise AssertionError("a delivery comes on a session")

    def _joined(self, handle: Any, now: float) -> list[Facts]:
        whole = self._joiner.add(self._tongue.read_delivery(handle), now)
        return [{"type": "message", "from": whole.source, "text": whole.text, "parts": whole.parts}] if whole else []

    def owner(self, step: Step, _submissions: Mapping[str, Facts], now: float) -> list[Facts]:
        """submit, stop."""
        self._time.now = now
        match step["do"]:
            case "submit":
                message = step["message"]
                self._endpoint.submit(message["ref"], self._tongue.write(message), now)
            case "stop":
                return self.told(None, self._endpoint.stop(now), now)
            case _:
                raise AssertionError(f"a connector's owner cannot {step['do']}")
        return []

    def tick(self, now: float) -> list[Event]:
        """Connect for the first time, reconnect, send what is due."""
        self._time.now = now
        if not self._started:
            self._started = True
            return self._endpoint.start(now)
        return self._endpoint.tick(now)

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        return self._endpoint.next_deadline()
