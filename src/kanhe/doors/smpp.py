"""The SMPP door's dialect: what a submit_sm says as a draft, and how refusals are called on the wire."""

from collections.abc import Sequence

from kanhe.domain.options import SmppCustomer, options_of
from kanhe.domain.papers import Credential
from kanhe.doors.drafts import CATEGORIES, sender_of, set_times, status_of
from kanhe.doors.links import CredentialBook, Hear, Said
from kanhe.ports.door import Answer, Draft, Refusal
from kanhe.protocols.server import ServerEndpoint
from kanhe.protocols.smpp import status
from kanhe.protocols.smpp.inbound import read_part
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.world import World

# type_of_number (5.2.5): a number that its country must complete. registered_delivery (5.2.17): the two lowest bits ask for a receipt.
NATIONAL = 2
RECEIPT_MASK = 3

# Refusals before the verdict, by the first word of their code.
STATUS_OF_CODE: dict[str, int] = {
    "number": status.RINVDSTADR,
    "sender": status.RINVSRCADR,
    "text": status.RINVMSGLEN,
    "schedule": status.RINVSCHED,
    "validity": status.RINVEXPIRY,
    "money": status.RSUBMITFAIL,
    "command": status.RINVCMDID,
}
# Refusals of the gate, by the stage that decided; anything else is a failed submission.
STATUS_OF_STAGE: dict[str, int] = {"sender_id": status.RINVSRCADR}


class SmppDoorDialect:
    """SMPP 3.4 as our customers speak it."""

    kind = "smpp"
    full = status.RTHROTTLED

    def __init__(self, system_id: str) -> None:
        self._settings = DoorSettings(system_id)

    def endpoint(self, credentials: CredentialBook, hear: Hear) -> ServerEndpoint:
        """Server sessions as the door is set."""
        return ServerEndpoint(credentials, lambda endpoint, now: SmppServerSession(endpoint, self._settings, now))

    def read(self, pdu: object, credential: Credential, world: World) -> Said | Refusal:
        """What a submit_sm says, its text in short_message or message_payload, whole or a segment by UDH or SAR."""
        if not isinstance(pdu, SubmitSm):
            return Refusal("command.not-offered", "submit_sm is the way to submit at this door")
        to = pdu.destination_addr
        number = int(to) if to.isdigit() and pdu.dest_addr_ton != NATIONAL else 0
        draft = Draft(
            number or f"+{to.lstrip('+')}",
            "",
            sender_of(pdu.source_addr, credential, world),
            CATEGORIES.get(pdu.service_type, credential.category),
            receipt_wanted=bool(pdu.registered_delivery & RECEIPT_MASK),
        )
        if pdu.validity_period or pdu.schedule_delivery_time:
            set_times(draft, pdu.schedule_delivery_time, pdu.validity_period, world.clock.now_ms())
        default = _alphabet(credential) if credential.options and not pdu.data_coding else Alphabet.GSM7
        return Said(read_part(pdu, default), (draft.to,), draft)

    def names(self, message: int, ref: str | None) -> Sequence[str]:
        """Our id in decimal digits."""
        return (str(message),)

    def status(self, answer: Answer) -> int:
        """The status of a refusal: by its code, or by the stage that decided."""
        return status_of(answer, STATUS_OF_CODE, STATUS_OF_STAGE, status.RSUBMITFAIL)


def _alphabet(credential: Credential) -> Alphabet:
    """What this customer means by data_coding 0."""
    options = options_of(credential)
    assert isinstance(options, SmppCustomer), "an SMPP credential"
    return Alphabet(options.default_alphabet)
