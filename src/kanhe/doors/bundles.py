"""What shares one answer at a door: the segments of a customer's long message, and the numbers of one submission."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kanhe.protocols.server import DoorSession
from kanhe.protocols.text.joining import JoinKey, Part, join, join_key

# Segments of one message come in one burst. A customer's own response timer is 30 s or longer: it is to hear our refusal before.
JOIN_WAIT_S = 20.0
# Unfinished long messages of one door; each holds at most a customer's window of segments.
JOINS_MAX = 5_000


class Request(NamedTuple):
    """A submission that waits for its answer, and where it came."""

    session: DoorSession
    pdu: object
    ref: str | None = None  # how its customer names it (SGIP: by its sequence)


@dataclass(slots=True, eq=False)
class Bundle:
    """Submissions that are answered alike."""

    requests: list[Request]

    @property
    def ref(self) -> str | None:
        """How their customer names them all."""
        return " ".join([request.ref for request in self.requests if request.ref is not None]) or None


@dataclass(slots=True)
class Waiting:
    """A long message whose segments are still coming."""

    since: float
    parts: dict[int, Part] = field(default_factory=dict)
    bundle: Bundle = field(default_factory=lambda: Bundle([]))


class Segments:
    """Long messages by (customer, source, destinations, reference, total), across the sessions of a customer."""

    def __init__(self, wait_s: float = JOIN_WAIT_S, joins_max: int = JOINS_MAX) -> None:
        self._wait_s, self._joins_max = wait_s, joins_max
        self._open: OrderedDict[tuple[str, Sequence[str | int], JoinKey], Waiting] = OrderedDict()

    def add(
        self, customer: str, numbers: Sequence[str | int], part: Part, request: Request, now: float
    ) -> tuple[str, Bundle] | None:
        """The whole text with all its requests, once the last segment is here."""
        joining = join_key(part)
        if joining is None or part.concat is None:
            return join({1: part}, 1).text, Bundle([request])
        key = customer, numbers, joining
        waiting = self._open.setdefault(key, Waiting(now))
        waiting.parts[part.concat.sequence] = part
        waiting.bundle.requests.append(request)
        if len(waiting.parts) < part.concat.total:
            return None
        del self._open[key]
        return join(waiting.parts, part.concat.total).text, waiting.bundle

    def overdue(self, now: float) -> list[Bundle]:
        """What stayed incomplete for too long, or is too much to keep: to be refused."""
        given_up = []
        while self._open:
            waiting = next(iter(self._open.values()))
            if now < waiting.since + self._wait_s and len(self._open) <= self._joins_max:
                break
            self._open.popitem(last=False)
            given_up.append(waiting.bundle)
        return given_up
