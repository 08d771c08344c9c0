"""What both sides of an SMPP session do alike: cut bytes, number requests, keep the link alive, gather what is to be written."""

from kanhe.protocols.settings import Timers
from kanhe.protocols.smpp.codec import WRITERS, Event, Limits, Reader, build
from kanhe.protocols.smpp.pdus import EnquireLink, Pdu

# Sequence numbers rise from 1 and wrap here (3.2; 5.1.4).
SEQUENCE_MAX = 0x7FFFFFFF


class Line:
    """One connection, below all meaning."""

    def __init__(self, timers: Timers, limits: Limits, now: float, first_sequence: int = 1) -> None:
        self.closed = False
        self.out: list[bytes] = []
        self._timers = timers
        self._reader = Reader(limits)
        self._next_sequence = first_sequence
        self._heard_at = now
        self._half_since = now
        self._enquiries: list[int] = []  # our own, unanswered

    def feed(self, data: bytes, now: float) -> list[Event]:
        """The PDUs that are whole now; StreamBrokenError passes."""
        was_waiting = self._reader.waiting
        events = self._reader.feed(data)
        self._heard_at = now
        if events or not was_waiting:
            self._half_since = now
        return events

    def write(self, pdu: Pdu) -> None:
        """A response, under the number it has."""
        self.out.append(build(pdu))

    def request(self, pdu: Pdu) -> int:
        """A request, under our next number."""
        number = self._next_sequence
        self._next_sequence = number + 1 if number < SEQUENCE_MAX else 1
        self.out.append(WRITERS[type(pdu)](pdu, number))
        return number

    def take(self) -> bytes:
        """Everything to write."""
        data = b"".join(self.out)
        self.out.clear()
        return data

    def answered(self, sequence: int) -> bool:
        """An enquire_link of ours was answered; False when it was not ours."""
        if sequence not in self._enquiries:
            return False
        self._enquiries.clear()
        return True

    def overdue(self, now: float) -> str | None:
        """Why the link is to be given up, if it is; asks for a sign of life when it has been silent (7.2)."""
        if self._reader.waiting and now >= self._half_since + self._timers.half_frame_s:
            return "half_frame"
        if now < self._silent_until():
            return None
        if len(self._enquiries) >= self._timers.keep_alive_tries:
            return "keep_alive"
        self._enquiries.append(self.request(EnquireLink()))
        return None

    def deadline(self) -> float:
        """When overdue must be asked next."""
        if self._reader.waiting:
            return min(self._half_since + self._timers.half_frame_s, self._silent_until())
        return self._silent_until()

    def _silent_until(self) -> float:
        """Each unanswered enquiry buys the link one more interval of silence."""
        return self._heard_at + self._timers.keep_alive_s * (len(self._enquiries) + 1)
