"""What webhooks say: the events, each one JSON body in the form of Standard Webhooks (type, timestamp, data)."""

import msgspec

from kanhe.domain.state import State
from kanhe.kit.clock import iso
from kanhe.ports.change import Inbound
from kanhe.ports.door import News

SETTLED = "message.settled"
RECEIVED = "inbound.received"
EXPIRING = "paper.expiring"
DECIDED = "paper.decided"
EVENTS = frozenset({SETTLED, RECEIVED, EXPIRING, DECIDED})

_encode = msgspec.json.Encoder().encode


class Settled(msgspec.Struct, frozen=True, gc=False):
    """A message has its final state."""

    id: str
    ref: str | None
    state: str
    at: str
    code: str
    segments: int


class Received(msgspec.Struct, frozen=True, gc=False):
    """A person has written."""

    id: str
    number: str
    to: str
    text: str
    at: str
    act: str
    missing: int  # segments that never came; 0: the text is whole


class Expiring(msgspec.Struct, frozen=True, gc=False):
    """A paper ends soon; after its last day nothing goes that rests on it."""

    id: str
    kind: str
    key: str
    valid_to: str
    days_left: int


class Decided(msgspec.Struct, frozen=True, gc=False):
    """A version of a paper was decided on."""

    id: str
    kind: str
    name: str
    version: int
    decision: str  # an act of the paper's history
    reason: str
    at: str


class Event(msgspec.Struct, frozen=True, gc=False):
    """The body of a webhook."""

    type: str
    timestamp: str
    data: Settled | Received | Expiring | Decided


def settled(news: News) -> bytes:
    """The body that tells of a final state."""
    assert isinstance(news.state, State), "news are of states"
    at, message = iso(news.at), news.message
    return _encode(
        Event(SETTLED, at, Settled(str(message.id), message.ref, news.state.word, at, news.code, news.segments))
    )


def received(inbound: Inbound) -> bytes:
    """The body that tells of a message from a person."""
    at = iso(inbound.at)
    data = Received(str(inbound.id), f"+{inbound.number}", inbound.to, inbound.text, at, inbound.act, inbound.missing)
    return _encode(Event(RECEIVED, at, data))


def expiring(paper: Expiring, now: int) -> bytes:
    """The body that warns of a paper's end."""
    return _encode(Event(EXPIRING, iso(now), paper))


def decided(paper: Decided) -> bytes:
    """The body that tells what became of a paper."""
    return _encode(Event(DECIDED, paper.at, paper))
