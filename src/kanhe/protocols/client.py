"""The endpoint above a connector's sessions: connect, reconnect with back-off, queue by lane, pace, and send again.

It owns no socket. It asks for connections with Connect events; the owner answers with opened or failed, and drives each session
by itself (link.py). What was written and never answered is in doubt and stays so: nothing is sent again unasked but what the
carrier put off.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from kanhe.protocols.events import Connect, Event, Stopped
from kanhe.protocols.link import ClientSession, NewClientSession, Parcel
from kanhe.protocols.pacing import Rate, wait_before
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.states import Action

# emergency, verification, transactional, marketing: the intake's lanes, the first goes first.
LANES = 4

# The wait before a put-off segment goes again doubles up to this (tables/states: class retry).
RETRY_WAIT_S_MAX = 60.0


@dataclass(slots=True, eq=False)
class Slot:
    """A place for one session, with its own back-off."""

    number: int
    session: ClientSession | None = None
    connecting: bool = False
    connect_at: float | None = None
    failures: int = 0
    refusals: int = 0
    backlog: deque[tuple[Parcel, int]] = field(default_factory=deque)  # the rest of a message begun on this session


class ClientEndpoint:
    """All sessions of one connector."""

    def __init__(self, settings: ClientSettings, new_session: NewClientSession, chance: Callable[[], float]) -> None:
        self._settings = settings
        self._new_session = new_session
        self._chance = chance
        self._rate = Rate(settings.rate_per_s)
        self._slots = [Slot(number) for number in range(settings.sessions)]
        self._lanes: list[deque[Parcel]] = [deque() for _ in range(LANES)]
        self._orphans: deque[tuple[Parcel, int]] = deque()
        self._later: list[tuple[float, int, Parcel, int]] = []
        self._order = count()
        self._slot_of: dict[ClientSession, Slot] = {}
        self._awake: dict[ClientSession, None] = {}
        self._paced = False
        self._ticked_at = 0.0
        self.stopping = False

    # --- connections ---

    def start(self, now: float) -> list[Event]:
        """Ask for the first connections."""
        if self._settings.connect_itself:
            for slot in self._slots:
                slot.connect_at = now
        return self.tick(now)

    def free_slot(self) -> int | None:
        """A place for a connection that the carrier opens; None when there is none, or we part."""
        free = (slot.number for slot in self._slots if slot.session is None and not slot.connecting)
        return None if self.stopping else next(free, None)

    def opened(self, slot: int, now: float) -> ClientSession:
        """The connection for a slot stands; its session has the login ready to write."""
        place = self._slots[slot]
        place.connecting, place.connect_at = False, None
        place.session = session = self._new_session(self, now)
        self._slot_of[session] = place
        return session

    def failed(self, slot: int, now: float) -> None:
        """The connection for a slot could not be opened."""
        self._back_off(self._slots[slot], now)

    @property
    def sessions(self) -> list[ClientSession]:
        """The sessions that are open, bound or not."""
        return list(self._slot_of)

    def ready(self) -> list[ClientSession]:
        """The sessions that have something to write since the last call."""
        awake = list(self._awake)
        self._awake.clear()
        return awake

    def stop(self, now: float) -> list[Event]:
        """Part from the carrier in good order; nothing reconnects afterwards."""
        self.stopping = True
        for slot in self._slots:
            slot.connect_at = None
        return [event for session in self.sessions for event in session.stop(now)]

    # --- time ---

    def tick(self, now: float) -> list[Event]:
        """Reconnect what is due; send what may go by now."""
        events: list[Event] = []
        self._ticked_at = now
        for slot in self._slots:
            if slot.connect_at is not None and slot.connect_at <= now and not self.stopping:
                slot.connect_at, slot.connecting = None, True
                events.append(Connect(slot.number))
        self._pump_all(now)
        return events

    def next_deadline(self) -> float | None:
        """When tick must be called next."""
        connects = [slot.connect_at for slot in self._slots if slot.connect_at is not None]
        sends = [self._later[0][0]] if self._later else []
        if self._paced:
            sends.append(self._rate.next_at())
        # A segment that was due at the last tick and is still here waits for room in a window, not for time.
        return min(connects + [time for time in sends if time > self._ticked_at], default=None)

    # --- submissions ---

    def submit(self, ref: object, pdus: Sequence[object], now: float, lane: int = 0) -> None:
        """Send the segments of one message, in order, on one session."""
        self._lanes[lane].append(Parcel(ref, pdus))
        self._connect_for_work(now)
        self._pump_all(now)

    def submit_many(self, messages: Iterable[tuple[object, Sequence[object]]], now: float, lane: int = 0) -> None:
        """Send a whole batch."""
        self._lanes[lane].extend([Parcel(ref, pdus) for ref, pdus in messages])
        self._connect_for_work(now)
        self._pump_all(now)

    def throttled(self, now: float) -> None:
        """The carrier asked us to slow down and the segment goes back to its owner: cut the rate all the same."""
        self._rate.cut(now)

    def recall(self) -> list[object]:
        """Take back every message of which nothing was written yet, and name them."""
        refs = [parcel.ref for lane in self._lanes for parcel in lane]
        for lane in self._lanes:
            lane.clear()
        return refs

    @property
    def waiting(self) -> int:
        """Messages queued here, not yet written."""
        return sum(map(len, self._lanes)) + len(self._orphans) + len(self._later)

    def _pump_all(self, now: float) -> None:
        for session in self._slot_of:
            if session.bound:
                self.pump(session, now)

    # --- what sessions ask (link.Hub) ---

    def bound(self, session: ClientSession, now: float) -> None:
        """The carrier let us in: earlier failures are forgotten."""
        slot = self._slot_of[session]
        slot.failures = slot.refusals = 0
        self.pump(session, now)

    def pump(self, session: ClientSession, now: float) -> None:
        """Fill the session's window, as far as the rate allows."""
        backlog = self._slot_of[session].backlog
        while (wanted := min(session.room(), len(backlog) + self._waiting_now(now))) > 0:
            granted = self._rate.grant(wanted, now)
            self._paced = granted < wanted
            session.submit_many([self._next(backlog, now) for _ in range(granted)], now)
            if self._paced:
                return

    def _next(self, backlog: deque[tuple[Parcel, int]], now: float) -> tuple[Parcel, int]:
        """First the rest of what the session began, then what was put off and is due, then the lanes."""
        if backlog:
            return backlog.popleft()
        if self._later and self._later[0][0] <= now:
            return heappop(self._later)[2:]
        if self._orphans:
            return self._orphans.popleft()
        parcel = next(filter(None, self._lanes)).popleft()
        if len(parcel.pdus) > 1:
            backlog.extend([(parcel, part) for part in range(1, len(parcel.pdus))])
        return parcel, 0

    def _waiting_now(self, now: float) -> int:
        """At least one segment for each of these may go."""
        due = 1 if self._later and self._later[0][0] <= now else 0
        return sum(map(len, self._lanes)) + len(self._orphans) + due

    def put_off(self, parcel: Parcel, part: int, action: Action, now: float) -> bool:
        """Send a segment again after a wait that doubles; False when it must not be tried here again."""
        if action is Action.THROTTLE:
            self._rate.cut(now)
        parcel.tries += 1
        if parcel.tries > self._settings.retry_tries:
            return False
        wait = min(self._settings.retry_wait_s * 2 ** (parcel.tries - 1), RETRY_WAIT_S_MAX)
        heappush(self._later, (now + wait, next(self._order), parcel, part))
        return True

    def ended(self, session: ClientSession, refused: bool, reason: str, now: float) -> list[Event]:
        """A session is over: its unwritten segments go to the others, and it reconnects unless a person must look."""
        slot = self._slot_of.pop(session)
        self._orphans.extend(slot.backlog)
        slot.backlog.clear()
        slot.session = None
        if self.stopping:
            return []
        slot.refusals = slot.refusals + 1 if refused else slot.refusals
        if slot.refusals >= self._settings.refused_tries:
            self.stopping = True
            return [Stopped(reason)]
        self._back_off(slot, now)
        return []

    def wake(self, session: ClientSession) -> None:
        """The session has something to write."""
        self._awake[session] = None

    def _connect_for_work(self, now: float) -> None:
        """Where idle links are not kept, work opens them again."""
        if self._settings.stay_connected or self.stopping:
            return
        for slot in self._slots:
            if slot.session is None and not slot.connecting and slot.connect_at is None:
                slot.connect_at = now

    def _back_off(self, slot: Slot, now: float) -> None:
        slot.connecting = False
        if self.stopping or not self._settings.connect_itself:
            return
        if not self._settings.stay_connected and not self.waiting:
            return
        wait = wait_before(slot.failures, self._settings.reconnect_s, self._settings.jitter, self._chance)
        slot.failures += 1
        slot.connect_at = now + wait
