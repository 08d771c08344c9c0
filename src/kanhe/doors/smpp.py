"""The SMPP door's dialect: what a submission says as a draft, and how refusals are called on the wire."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from kanhe.domain.options import SmppCustomer, options_of
from kanhe.domain.papers import Credential
from kanhe.doors import smpp_questions
from kanhe.doors.calling import Calling
from kanhe.doors.credentials import CredentialBook
from kanhe.doors.customers import Customer
from kanhe.doors.dialect import Hear, Said
from kanhe.doors.drafts import category_of, sender_of, set_times, status_of
from kanhe.ports.door import Answer, Draft, Refusal
from kanhe.protocols.server import DoorSession, ServerEndpoint
from kanhe.protocols.settings import Credential as Login
from kanhe.protocols.smpp import status, tlvs
from kanhe.protocols.smpp.inbound import read_multi, read_part
from kanhe.protocols.smpp.pdus import DataSm, Outbind, SmeAddress, SubmitMulti, SubmitMultiResp, SubmitSm, UnsuccessSme
from kanhe.protocols.smpp.server import DoorSettings, SmppServerSession
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.world import World

Submit: TypeAlias = SubmitSm | SubmitMulti | DataSm

# type_of_number (5.2.5): a number that its country must complete. registered_delivery (5.2.17): the two lowest bits ask for a receipt.
NATIONAL = 2
RECEIPT_MASK = 3

# password (5.2.2): who has a longer one cannot bind, and is called in vain.
PASSWORD_CHARS_MAX = 8

# Refusals before the verdict, by the first word of their code.
STATUS_OF_CODE: dict[str, int] = {
    "number": status.RINVDSTADR,
    "list": status.RINVDLNAME,
    "sender": status.RINVSRCADR,
    "text": status.RINVMSGLEN,
    "schedule": status.RINVSCHED,
    "validity": status.RINVEXPIRY,
    "money": status.RSUBMITFAIL,
}
# Refusals of the gate, by the stage that decided; anything else is a failed submission.
STATUS_OF_STAGE: dict[str, int] = {"sender_id": status.RINVSRCADR}

NO_LISTS = Refusal("list.unknown", "distribution lists are not kept here: name the numbers")


class SmppDoorDialect:
    """SMPP 3.4 as our customers speak it."""

    kind = "smpp"
    full = status.RTHROTTLED

    def __init__(self, system_id: str) -> None:
        self._settings = DoorSettings(system_id, requests=smpp_questions.ANSWERED)

    def endpoint(self, credentials: CredentialBook, hear: Hear) -> ServerEndpoint:
        """Server sessions as the door is set."""
        return ServerEndpoint(credentials, lambda endpoint, now: SmppServerSession(endpoint, self._settings, now))

    def read(self, pdu: object, credential: Credential, world: World) -> Said | Refusal:
        """What a submission says, its text in short_message or message_payload, whole or a segment by UDH or SAR."""
        assert isinstance(pdu, Submit), "the session hands over nothing else"
        default = _alphabet(credential) if credential.options and not pdu.data_coding else Alphabet.GSM7
        if isinstance(pdu, SubmitMulti):
            to_all = [to for to in pdu.dest_address if type(to) is SmeAddress]
            numbers = tuple([_to(to.dest_addr_ton, to.destination_addr) for to in to_all])
            if len(numbers) < len(pdu.dest_address):
                return NO_LISTS
            part = read_multi(pdu, default)
        else:
            numbers, part = (_to(pdu.dest_addr_ton, pdu.destination_addr),), read_part(pdu, default)
        draft = Draft(
            numbers[0],
            "",
            sender_of(pdu.source_addr, credential, world),
            category_of(pdu.service_type, credential),
            receipt_wanted=bool(pdu.registered_delivery & RECEIPT_MASK),
        )
        _set_times(draft, pdu, world)
        reference = tlvs.find_integer(pdu.tlvs, tlvs.USER_MESSAGE_REFERENCE) if pdu.tlvs else None
        return Said(part, numbers, draft, reference)

    def names(self, message: int, ref: str | None) -> Sequence[str]:
        """Our id in decimal digits; a submit_multi has one for all its numbers, that of the first (4.5.2)."""
        return (str(message - smpp_questions.place_of(ref) if ref else message),)

    def ref(self, place: int, numbers: int, ref: str | None) -> str | None:
        """The place of a number in its submit_multi."""
        return smpp_questions.ref_of(place, numbers) if numbers > 1 else ref

    def partly(self, pdu: object, name: str, refused: Mapping[int, Answer]) -> object:
        """A submit_multi_resp that names who was refused (4.5.2)."""
        assert isinstance(pdu, SubmitMulti), "nothing else has several numbers"
        failures = [
            UnsuccessSme(to.dest_addr_ton, to.dest_addr_npi, to.destination_addr, self.status(refused[place]))
            for place, to in enumerate(pdu.dest_address)
            if place in refused and isinstance(to, SmeAddress)
        ]
        return SubmitMultiResp(pdu.sequence_number, status.ROK, name, tuple(failures))

    def calling(self, paper: Credential, login: Login) -> Calling | None:
        """By outbind (4.1.7), with the password that we share: so it knows us."""
        options = options_of(paper)
        assert isinstance(options, SmppCustomer), "an SMPP credential"
        if not options.host or len(login.secret) > PASSWORD_CHARS_MAX:
            return None
        pdu = Outbind(system_id=self._settings.system_id, password=login.secret)

        def greet(session: DoorSession) -> None:
            assert isinstance(session, SmppServerSession), "a session of this door"
            session.call(pdu)

        return Calling(options.host, options.port, greet)

    def status(self, answer: Answer) -> int:
        """The status of a refusal: by its code, or by the stage that decided."""
        return status_of(answer, STATUS_OF_CODE, STATUS_OF_STAGE, status.RSUBMITFAIL)

    async def reply(self, asked: object, customer: Customer) -> object:
        """query_sm, cancel_sm, replace_sm."""
        return await smpp_questions.reply(asked, customer)


def _to(ton: int, address: str) -> str | int:
    """A destination as drafts name it: digits, unless its country must be completed."""
    number = int(address) if address.isdigit() and ton != NATIONAL else 0
    return number or f"+{address.lstrip('+')}"


def _set_times(draft: Draft, pdu: Submit, world: World) -> None:
    """Schedule and validity; a data_sm has its validity in a parameter, as seconds (5.3.2.9)."""
    if isinstance(pdu, DataSm):
        draft.validity_s = tlvs.find_integer(pdu.tlvs, tlvs.QOS_TIME_TO_LIVE)
    elif pdu.validity_period or pdu.schedule_delivery_time:
        set_times(draft, pdu.schedule_delivery_time, pdu.validity_period, world.clock.now_ms())


def _alphabet(credential: Credential) -> Alphabet:
    """What this customer means by data_coding 0."""
    options = options_of(credential)
    assert isinstance(options, SmppCustomer), "an SMPP credential"
    return Alphabet(options.default_alphabet)
