"""What is to be seen of links: logins, refused logins, faults of peers, lost sessions. Counted, and said in the log without content."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import structlog

from kanhe.protocols.events import BindRefused, Bound, Event, PeerFault, SessionLost, Stopped, UnmatchedResponse

log = structlog.get_logger()

# A peer that goes wrong does so thousands of times a second; one line tells how often it was.
LINE_EVERY_S = 1.0

DOOR, CONNECTOR = "door", "connector"


LOGIN = "login"
# How links end in good order, or for want of work: nobody need look (SGIP closes idle links by its own rule).
ORDERLY = frozenset({"idle", "stopped", "peer_unbind", "peer_terminate", "peer_exit", "papers"})


class Seen(NamedTuple):
    """One thing that happens at links, as it is counted: on which side, where, what, why."""

    side: str
    name: str  # the family of a door, the name of a connector
    what: str
    why: str


class Line(NamedTuple):
    """When a thing was last said in the log, and how often it had happened by then."""

    at: float
    times: int


# What each event is called, and its reason. The name that a stranger gave himself is content: it is not among them.
NOTED: Mapping[type[Any], tuple[str, Callable[[Any], str]]] = {
    Bound: (LOGIN, lambda _: ""),
    BindRefused: ("login-refused", lambda event: event.reason),
    PeerFault: ("peer-fault", lambda event: event.fault),
    UnmatchedResponse: ("peer-fault", lambda _: "unmatched_response"),
    SessionLost: ("session-lost", lambda event: event.reason),
    Stopped: ("stopped", lambda event: event.reason),
}


class Watch:
    """All links of a process."""

    def __init__(self) -> None:
        self.counts: Counter[Seen] = Counter()
        self._said: dict[Seen, Line] = {}

    def note(self, side: str, name: str, events: Sequence[Event], now: float) -> None:
        """Count what is to be counted among events, and say it."""
        if NOTED.keys().isdisjoint(map(type, events)):
            return
        for event in events:
            if (noted := NOTED.get(type(event))) is not None:
                what, why = noted
                self.see(Seen(side, name, what, str(why(event))), now, getattr(event, "status", None))

    def see(self, seen: Seen, now: float, status: int | None = None) -> None:
        """Count one thing. It is said at once, and again no sooner than after a second, with how often it was meanwhile."""
        self.counts[seen] += 1
        said = self._said.get(seen, Line(-LINE_EVERY_S, 0))
        if now < said.at + LINE_EVERY_S:
            return
        times = self.counts[seen]
        self._said[seen] = Line(now, times)
        more = {} if status is None else {"status": status}
        say = log.info if seen.what == LOGIN or seen.why in ORDERLY else log.warning
        say(seen.what, **{seen.side: seen.name}, why=seen.why, times=times - said.times, **more)
