"""SMPP as the vector runner sees it: packets, receipts, and both sides of a session with an owner who does the obvious."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from kanhe.protocols.book import ReceiptBook
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Connect, Event, Inbound, Receipt, Submission, Submitted
from kanhe.protocols.link import Session, TellReceipt
from kanhe.protocols.rehearsal import Facts, Rehearsal, Step, Subject, Tongue
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.settings import AccountLimits, ClientSettings, Credential, Timers
from kanhe.protocols.smpp.client import CarrierSettings, SmppClientSession
from kanhe.protocols.smpp.codec import HEADER_OCTETS, Reader, build
from kanhe.protocols.smpp.codec import decode as decode_pdu
from kanhe.protocols.smpp.coding import octets_of
from kanhe.protocols.smpp.faults import PduFault, PduFaultError, StreamBrokenError
from kanhe.protocols.smpp.inbound import destinations_of, read_part
from kanhe.protocols.smpp.matching import MatchMode, receipt_keys, sent_keys
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.smpp.receipts import read_receipt
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.smpp.view import from_fields, to_fields
from kanhe.protocols.states import CarrierState
from kanhe.protocols.text.alphabets import decode as decode_text
from kanhe.protocols.text.joining import Joiner
from kanhe.protocols.text.segments import segments
from kanhe.protocols.vectors import Family, Streamed, Vector, VectorFault

# --- packets -------------------------------------------------------------------------------------------------------------------


def decode(data: bytes, _case: Vector) -> dict[str, Any]:
    """One read, strictly."""
    try:
        return to_fields(decode_pdu(data))
    except PduFaultError as error:
        raise VectorFault(error.fault) from error


def encode(fields: Vector, _case: Vector) -> bytes:
    """The PDU of these fields."""
    return build(from_fields(dict(fields)))


def stream(data: bytes, cut: int, _case: Vector) -> Streamed:
    """What the stream reader makes of it."""
    reader, events, broken = Reader(), [], False
    size = cut or len(data)
    try:
        for at in range(0, len(data), size):
            events += reader.feed(data[at : at + size])
    except StreamBrokenError:
        broken = True
    faults = tuple(event.fault.value for event in events if isinstance(event, PduFault))
    return Streamed(tuple(events), faults, broken, reader.waiting and not broken)


# --- receipts ------------------------------------------------------------------------------------------------------------------

# The match modes of the vectors by our names; tlv_exact is exact, because ids from the TLV are tried first.
MODES: dict[str, MatchMode] = {
    "exact": MatchMode.EXACT,
    "tlv_exact": MatchMode.EXACT,
    "text_decimal_of_hex": MatchMode.DEC_OF_HEX,
    "hex_case": MatchMode.IGNORE_CASE,
    "leading_zeros": MatchMode.STRIP_ZEROS,
}


def receipt_facts(data: bytes) -> dict[str, Any]:
    """The reading of a receipt as plain data."""
    pdu: Any = decode_pdu(data)
    reading = read_receipt(pdu)
    line = reading.line
    dates = {name: _iso(getattr(line, name)) for name in ("submit_date", "done_date")}
    network = reading.network_error and dict(zip(("type", "code"), reading.network_error, strict=True))
    plain = {name: getattr(line, name) for name in ("sub", "dlvrd", "stat", "err")}
    return (
        plain
        | dates
        | {
            "final": reading.final,
            "text": reading.text,
            "ids": list(reading.ids),
            "state": reading.state.value,
            "extra": dict(line.extra),
            "network_error": network,
        }
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def ids_meet(sent: str, ids: Iterable[str], mode: str) -> bool:
    """True when a sent id is found from a receipt's ids under one mode."""
    modes = (MODES[mode],)
    return bool(set(sent_keys(sent, modes)) & set(receipt_keys(ids, modes)))


# --- sessions ------------------------------------------------------------------------------------------------------------------

# An event of ours in the words of the scripts: our field, their key.
WORDS: dict[str, str] = {"action": "class"}


def facts_of(event: Event) -> Facts:
    """An event as plain data."""
    name = "".join(f"_{char.lower()}" if char.isupper() else char for char in type(event).__name__).lstrip("_")
    values = {field: getattr(event, field) for field in event.__struct_fields__}
    return {"type": name} | {WORDS.get(field, field): value for field, value in values.items()}


def _timers(settings: Mapping[str, Any]) -> Timers:
    names = {
        "session_init_s": "login_wait_s",
        "enquire_link_s": "keep_alive_s",
        "enquire_link_tries": "keep_alive_tries",
        "response_s": "response_s",
        "half_pdu_s": "half_frame_s",
    }
    return Timers(**{ours: settings[theirs] for theirs, ours in names.items() if theirs in settings})


class DoorSubject:
    """Our door, with an owner who follows the script."""

    def __init__(self, settings: Mapping[str, Any], start: datetime) -> None:
        self._start = start
        self._credentials = {
            name: Credential(name, account["password"], AccountLimits(account["window"], account["rate_per_s"]))
            for name, account in settings["accounts"].items()
        }
        door = DoorSettings(settings["system_id_of_ours"], _timers(settings))
        self._endpoint = ServerEndpoint(
            self._credentials.get, lambda endpoint, now: SmppServerSession(endpoint, door, now)
        )
        self._sender_of: dict[str, SubmitSm] = {}
        self._session_of: dict[int, SmppServerSession] = {}

    def connected(self, by_peer: bool, now: float) -> Session:
        """A customer connects."""
        assert by_peer, "a door opens no connections"
        return self._endpoint.open(now)

    def wants_connection(self) -> bool:
        """A door never does."""
        return False

    def told(self, session: Session | None, events: list[Event], _now: float) -> list[Facts]:
        """Submissions are remembered with their session, so that the script may answer them by name."""
        return [
            self._submission(session, event) if isinstance(event, Submission) else facts_of(event) for event in events
        ]

    def _submission(self, session: Session | None, event: Submission) -> Facts:
        pdu: Any = event.handle
        assert isinstance(session, SmppServerSession)
        self._session_of[id(pdu)] = session
        part = read_part(pdu)
        text = decode_text(part.octets, part.alphabet, part.shift)
        to = destinations_of(pdu)[0]
        return {"type": "submission", "handle": pdu, "sequence": pdu.sequence_number, "to": to, "text": text}

    def owner(self, step: Step, submissions: Mapping[str, Facts], now: float) -> list[Facts]:
        """accepted, receipt, stop."""
        match step["do"]:
            case "accepted":
                handle = submissions[step["ref"]]["handle"]
                self._sender_of[step["message_id"]] = handle
                self._session_of[id(handle)].accept(handle, step["message_id"])
            case "receipt":
                assert self._endpoint.deliver(next(iter(self._credentials)), self._receipt(step, submissions, now), now)
            case "stop":
                return self.told(None, self._endpoint.stop(now), now)
            case _:
                raise AssertionError(f"a door's owner cannot {step['do']}")
        return []

    def _receipt(self, step: Step, submissions: Mapping[str, Facts], now: float) -> TellReceipt:
        """A receipt that came before our answer belongs to the submission that is still open."""
        pdu = self._sender_of.get(step["message_id"]) or next(
            (facts["handle"] for facts in submissions.values()), SubmitSm()
        )
        at = self._start + timedelta(seconds=now)
        state = CarrierState(step["state"])
        ident = step["message_id"]
        return TellReceipt(ident, ident, state, pdu.destination_addr, pdu.source_addr, at, at)

    def tick(self, now: float) -> list[Event]:
        """Receipts that are owed go again."""
        self._endpoint.tick(now)
        return []

    def next_deadline(self) -> float | None:
        """Sessions have their own deadlines."""
        return None


class ConnectorSubject:
    """Our connector, with an owner who keeps every receipt at once and joins every part."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        common = ClientSettings(
            window=settings["window"],
            reconnect_s=tuple(settings["reconnect_s"]),
            jitter=settings["jitter"],
            refused_tries=settings.get("bind_refused_tries", 3),
            connect_itself="listen_outbind" not in settings,
            timers=_timers(settings),
        )
        carrier = CarrierSettings(
            settings["system_id"],
            settings["password"],
            (settings["bind"],),
            common=common,
            first_sequence=settings.get("first_sequence", 1),
            outbind_password=settings.get("outbind_password", ""),
        )
        self._settings = settings
        self._endpoint = ClientEndpoint(common, lambda hub, now: SmppClientSession(hub, carrier, now), lambda: 0.5)
        self._wanted: list[int] = []
        self._book = ReceiptBook()
        self._joiner = Joiner()
        self._pdus: dict[str, list[SubmitSm]] = {}
        self._started = False

    def connected(self, by_peer: bool, now: float) -> Session:
        """The connection we asked for, or the carrier's own (outbind)."""
        return self._endpoint.opened(0 if by_peer else self._wanted.pop(0), now)

    def wants_connection(self) -> bool:
        """Asked for and not opened yet."""
        return bool(self._wanted)

    def told(self, session: Session | None, events: list[Event], now: float) -> list[Facts]:
        """Receipts and inbound messages are kept, and so answered, at once."""
        return [facts for event in events for facts in self._told(session, event, now)]

    def _told(self, session: Session | None, event: Event, now: float) -> list[Facts]:
        match event:
            case Connect(slot=slot):
                self._wanted.append(slot)
                return []
            case Receipt():
                self._keep(session, event.handle)
                reading: Any = event.reading
                return [facts_of(self._book.receipt(event, receipt_keys(reading.ids)))]
            case Submitted():
                matched = self._book.submitted(event.ref, sent_keys(event.message_id))
                return [facts_of(found) for found in (event, *matched)]
            case Inbound(handle=handle):
                self._keep(session, handle)
                return self._joined(handle, now)
            case _:
                return [facts_of(event)]

    def _keep(self, session: Session | None, handle: object) -> None:
        assert isinstance(session, SmppClientSession)
        session.accept(handle)

    def _joined(self, handle: Any, now: float) -> list[Facts]:
        whole = self._joiner.add(read_part(handle), now)
        return [{"type": "message", "from": whole.source, "text": whole.text, "parts": whole.parts}] if whole else []

    def owner(self, step: Step, _submissions: Mapping[str, Facts], now: float) -> list[Facts]:
        """submit, resend, stop."""
        match step["do"]:
            case "submit":
                message = step["message"]
                self._pdus[message["ref"]] = self._written(message)
                self._endpoint.submit(message["ref"], self._pdus[message["ref"]], now)
            case "resend":
                self._endpoint.submit(step["ref"], self._pdus[step["ref"]], now)
            case "stop":
                return self.told(None, self._endpoint.stop(now), now)
            case _:
                raise AssertionError(f"a connector's owner cannot {step['do']}")
        return []

    def _written(self, message: Mapping[str, Any]) -> list[SubmitSm]:
        source, destination = self._settings["source"], self._settings["destination"]
        return [
            SubmitSm(
                source_addr_ton=source["ton"],
                source_addr_npi=source["npi"],
                source_addr=message.get("sender", "KANHE"),
                dest_addr_ton=destination["ton"],
                dest_addr_npi=destination["npi"],
                destination_addr=message["to"].lstrip("+"),
                registered_delivery=1,
                short_message=octets,
            )
            for octets in segments(message["text"]).user_data(reference=1)
        ]

    def tick(self, now: float) -> list[Event]:
        """Connect for the first time, reconnect, send what is due."""
        if not self._started:
            self._started = True
            return self._endpoint.start(now)
        return self._endpoint.tick(now)

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        return self._endpoint.next_deadline()


def _frame_octets(sent: bytes) -> int | None:
    length = int.from_bytes(sent[:4], "big")
    return length if len(sent) >= max(length, HEADER_OCTETS) else None


def _receipt_text(fields: Facts) -> str:
    pdu: Any = from_fields(fields)
    return octets_of(pdu).decode("latin-1")


TONGUE = Tongue(_frame_octets, decode, lambda frame: frame[12:16].hex(), 4, _receipt_text)


def play(case: Vector, cut: int) -> None:
    """One scripted session."""
    start = datetime.fromisoformat(case["start"])
    settings = case["settings"]
    subject: Subject = DoorSubject(settings, start) if case["subject"] == "server" else ConnectorSubject(settings)
    Rehearsal(subject, TONGUE, cut).play(list(case["steps"]))


FAMILY = Family("smpp", decode, encode, stream, receipt_facts, ids_meet, play)
