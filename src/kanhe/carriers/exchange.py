"""What connectors of CMPP, SGIP and SMGP have in common: how a text is cut, what sessions are told, how numbers read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from msgspec import structs

from kanhe.carriers.smpp import reference_of
from kanhe.dispatch.board import Sendable
from kanhe.domain.options import CmppCarrier, SgipCarrier, SmgpCarrier, options_of
from kanhe.domain.papers import ConnectorPaper
from kanhe.kit.clock import from_ms
from kanhe.kit.vault import Vault
from kanhe.protocols.exchange import content
from kanhe.protocols.exchange.content import Format, NumberForm, read_number
from kanhe.protocols.exchange.local import BEIJING
from kanhe.protocols.exchange.outcome import OF_STATE, STAT_WORDS, Outcome
from kanhe.protocols.exchange.status import Status, status_of
from kanhe.protocols.settings import ClientSettings, Timers
from kanhe.protocols.states import Action, CarrierState
from kanhe.protocols.text.byte_order import ByteOrder
from kanhe.protocols.text.joining import Part, in_our_order
from kanhe.protocols.text.segments import Segments

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Writing:
    """How a gateway wants texts and numbers."""

    format: Format
    numbers: NumberForm
    bits: int = 8  # of the reference
    signature_added: bool = False  # the gateway writes it: counted, and not sent


def writing_of(paper: ConnectorPaper) -> Writing:
    """As the options of a connector say."""
    options = options_of(paper)
    assert isinstance(options, CmppCarrier | SgipCarrier | SmgpCarrier), "one of the three families"
    return Writing(Format(options.format), NumberForm(options.numbers), options.reference_bits, options.signature_added)


def cut_text(text: str, writing: Writing) -> Segments:
    """Segments as the handset gets them, its signature among them: what the price and the preview count."""
    return content.cut_text(text, writing.format, writing.bits)


def submissions(text: str, cut: Segments, writing: Writing) -> int:
    """How many submissions that is."""
    return len(cut_text(sent(text), writing).parts) if writing.signature_added else len(cut.parts)


def sent(text: str) -> str:
    """What is left to send where the gateway writes the signature itself."""
    return SIGNATURE.sub("", text, count=1)


# A signature stands in front: 【...】.
SIGNATURE = re.compile(r"^【[^】]*】")


def actions_of(paper: ConnectorPaper, statuses: Mapping[int, Status]) -> Mapping[int, Status]:
    """The table of statuses with what this gateway means by its own."""
    own = {int(value, 0): Action(word) for value, word in paper.status_map.items()}
    return {**statuses, **{value: status_of(value, statuses)._replace(action=word) for value, word in own.items()}}


def common_of(
    paper: ConnectorPaper, *, resend: int, sessions: int | None = None, stay_connected: bool = True
) -> ClientSettings:
    """What sessions of any family are told; what the carrier puts off comes back to us, to be judged anew."""
    return ClientSettings(
        window=paper.window,
        sessions=sessions or paper.sessions,
        rate_per_s=paper.rate_per_s,
        retry_here=False,
        resend=resend,
        stay_connected=stay_connected,
        timers=Timers(keep_alive_s=paper.enquire_link_s, response_s=paper.response_s),
    )


def secret_of(paper: ConnectorPaper, vault: Vault) -> str:
    """The shared secret with this carrier."""
    return vault.open(paper.secret, f"connector/{paper.name}") if paper.secret else ""


def validity_of(live: Sendable) -> str:
    """Until when the gateway may try, in the time where it stands: `yymmddhhmmsstnnp`."""
    until: datetime = from_ms(live.usable_until).astimezone(BEIJING)
    return f"{until:%y%m%d%H%M%S}032+"


def write_segments(
    write: Callable[[P, str, str, Format, NumberForm, int, int], list[P]],
    pattern: P,
    writing: Writing,
    live: Sendable,
    wanted: Sequence[int],
) -> Sequence[P]:
    """The submissions of these segments of a message, all under one reference; its text is the one the gate left."""
    text = live.message.text if live.verdict.text is None else live.verdict.text
    to, reference = str(live.message.recipient), reference_of(live.message.id)
    if writing.signature_added:
        text = sent(text)
    whole = write(pattern, to, text, writing.format, writing.numbers, reference, writing.bits)
    return whole if len(wanted) == len(whole) else [whole[i] for i in wanted]


def words_of(words: Mapping[str, str]) -> Mapping[str, Outcome]:
    """The words of reports, with what this gateway means by its own."""
    return {**STAT_WORDS, **{word.upper(): OF_STATE[CarrierState(state)] for word, state in words.items()}}


def part_of(part: Part, order: ByteOrder) -> Part:
    """A segment of a message from a person, its number as we write it, its octets in our order."""
    return structs.replace(in_our_order(part, order), source=str(read_number(part.source)))
