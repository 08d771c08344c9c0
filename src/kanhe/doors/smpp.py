"""The SMPP door's dialect: what a submit_sm says as a draft, and how refusals are called on the wire."""

from kanhe.domain.category import Category
from kanhe.domain.papers import Credential
from kanhe.domain.verdict import Effect
from kanhe.doors.links import CredentialBook
from kanhe.kit.clock import from_ms, to_ms
from kanhe.ports.door import Answer, Draft, Refusal
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.smpp.times import read_time
from kanhe.protocols.text.alphabets import decode
from kanhe.protocols.text.joining import Joiner
from kanhe.world import World

# A customer says the category of a message in service_type (5.2.11: up to five characters, otherwise ours to define).
SERVICE_TYPES: dict[str, Category] = {
    "OTP": Category.VERIFICATION,
    "TXN": Category.TRANSACTIONAL,
    "MKT": Category.MARKETING,
    "PUB": Category.PUBLIC_SERVICE,
    "EMG": Category.EMERGENCY,
    "ASK": Category.CONSENT_REQUEST,
    "2WAY": Category.TWO_WAY,
}

# Refusals before the verdict, by the first word of their code.
STATUS_OF_CODE: dict[str, int] = {
    "number": status.RINVDSTADR,
    "sender": status.RINVSRCADR,
    "text": status.RINVMSGLEN,
    "schedule": status.RINVSCHED,
    "validity": status.RINVEXPIRY,
    "money": status.RSUBMITFAIL,
}
# Refusals of the gate, by the stage that decided; anything else is a failed submission.
STATUS_OF_STAGE: dict[str, int] = {"sender_id": status.RINVSRCADR}

# Segments of one submission come in one burst; who sends no more within this time has lost one.
JOIN_WAIT_S = 60.0
# Unfinished long submissions of one door.
JOINS_MAX = 5_000


class SmppDoorDialect:
    """SMPP 3.4 as our customers speak it."""

    kind = "smpp"
    full = status.RTHROTTLED

    def __init__(self, system_id: str) -> None:
        self._settings = DoorSettings(system_id)
        self._joiner = Joiner(JOIN_WAIT_S, JOINS_MAX)
        self._waiting: dict[tuple[str, str, int], list[object]] = {}

    def endpoint(self, credentials: CredentialBook) -> ServerEndpoint:
        """Server sessions as the door is set."""
        return ServerEndpoint(credentials, lambda endpoint, now: SmppServerSession(endpoint, self._settings, now))

    def draft(self, pdu: object, credential: Credential, world: World) -> Draft | Refusal | None:
        """A submit_sm as a draft; segments wait until the last has come and share one draft."""
        if not isinstance(pdu, SubmitSm):
            return Refusal("command.not-offered", "submit_sm is the way to submit at this door")
        part = read_part(pdu)
        handle: object = pdu
        if part.concat is None:
            text = decode(part.octets, part.alphabet, part.shift)
        else:
            waiting = self._waiting.setdefault((credential.name, part.destination, part.concat.reference), [])
            waiting.append(pdu)
            joined = self._joiner.add(part._replace(source=f"{credential.name}/{part.source}"), world.clock.monotonic())
            if joined is None:
                return None
            text, handle = joined.text, self._waiting.pop((credential.name, part.destination, part.concat.reference))
        return self._written(pdu, handle, text, credential, world)

    def _written(self, pdu: SubmitSm, handle: object, text: str, credential: Credential, world: World) -> Draft:
        account = credential.account
        sender = world.books.sender_names.get((account, pdu.source_addr)) or credential.sender or pdu.source_addr
        to = pdu.destination_addr
        number = int(to) if to.isdigit() and pdu.dest_addr_ton != 2 else 0
        draft = Draft(
            number or f"+{to.lstrip('+')}",
            text,
            sender,
            SERVICE_TYPES.get(pdu.service_type, credential.category),
            handle,
            receipt_wanted=bool(pdu.registered_delivery & 3),
        )
        if pdu.validity_period or pdu.schedule_delivery_time:
            _set_times(draft, pdu, world.clock.now_ms())
        return draft

    def status(self, answer: Answer) -> int:
        """The status of a refusal: by its code, or by the stage that decided."""
        if answer.refusal is not None:
            return STATUS_OF_CODE.get(answer.refusal.code.partition(".")[0], status.RSUBMITFAIL)
        if answer.verdict is not None:
            for finding in answer.verdict.shape.findings:
                if finding.effect is Effect.REFUSE and finding.stage in STATUS_OF_STAGE:
                    return STATUS_OF_STAGE[finding.stage]
        return status.RSUBMITFAIL


def _set_times(draft: Draft, pdu: SubmitSm, now_ms: int) -> None:
    """Schedule and validity as the PDU says them; the validity counts from the schedule."""
    now = from_ms(now_ms)
    scheduled = read_time(pdu.schedule_delivery_time, now)
    until = read_time(pdu.validity_period, now)
    if scheduled is not None:
        draft.at = to_ms(scheduled)
    if until is not None:
        draft.validity_s = int((until - (scheduled or now)).total_seconds())
