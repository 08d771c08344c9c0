"""What webhooks say: the events, each one JSON body in the form of Standard Webhooks (type, timestamp, data)."""

import msgspec

from kanhe.domain.state import State
from kanhe.kit.clock import iso
from kanhe.ports.change import Inbound
from kanhe.ports.door import News

SETTLED = "message.settled"
RECEIVED = "inbound.received"
EVENTS = frozenset({SETTLED, RECEIVED})

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


class Event(msgspec.Struct, frozen=True, gc=False):
    """The body of a webhook."""

    type: str
    timestamp: str
    data: Settled | Received


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
    data = Received(str(inbound.id), f"+{inbound.number}", inbound.to, inbound.text, at, inbound.act)
    return _encode(Event(RECEIVED, at, data))
