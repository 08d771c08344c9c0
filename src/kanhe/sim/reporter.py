"""How a simulated SMG tells its SPs: over connections of its own, to the listener each SP has (SGIP 1.2, 4.2.3.1)."""

from collections.abc import Callable, Sequence

from kanhe.dispatch.dialer import Dialer
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Event
from kanhe.protocols.exchange.local import beijing
from kanhe.protocols.link import ClientSession, Tell
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.sgip.client import CarrierSettings, new_report_session, write_tell
from kanhe.protocols.sgip.logins import LoginType
from kanhe.protocols.sgip.sequence import Sequences
from kanhe.sim.endpoint import WAITING_MAX, Guests
from kanhe.sim.families.sgip import NODE

# An SP's listener that is not there yet is tried again soon: a rehearsal has no patience.
RECONNECT_S = (0.2, 1.0, 5.0)
# 32 unanswered commands (text, 4.1.5).
WINDOW = 32


class Reporter:
    """One connection at a time to each SP that submitted here; it closes when idle and opens when there is something to tell."""

    def __init__(
        self, listener: tuple[str, int], guests: Guests, clock: Clock, rng: Rng, hear: Callable[[Sequence[Event]], None]
    ) -> None:
        self._listener = listener
        self._guests = guests
        self._clock, self._rng = clock, rng
        self._hear = hear
        self._sequences = Sequences(NODE, clock.now_ms())
        self._lines: dict[str, tuple[ClientEndpoint, Dialer]] = {}

    def hand_over(self, name: str, tells: Sequence[Tell], now: float) -> int:
        """Send reports and inbound messages to the SP; how many were too much to keep."""
        endpoint, dialer = self._lines.get(name) or self._open(name)
        room = max(0, WAITING_MAX - endpoint.waiting)
        endpoint.submit_many([(tell, write_tell(tell)) for tell in tells[:room]], now)
        dialer.flush()
        return max(0, len(tells) - room)

    async def stop(self) -> None:
        """Part from every SP."""
        for _, dialer in self._lines.values():
            await dialer.stop()

    def _open(self, name: str) -> tuple[ClientEndpoint, Dialer]:
        credential = self._guests(name)
        assert credential is not None, "only who was let in is told"
        common = ClientSettings(window=WINDOW, reconnect_s=RECONNECT_S, stay_connected=False)
        settings = CarrierSettings(
            name,
            self._sequences,
            beijing(self._clock),
            credential.secret,
            LoginType.SMG_TO_SP,
            common=common,
        )
        endpoint = ClientEndpoint(common, new_report_session(settings), self._rng.random)
        dialer = Dialer(endpoint, *self._listener, self._clock, self._heard)
        self._lines[name] = endpoint, dialer
        dialer.start()
        return endpoint, dialer

    def _heard(self, _session: ClientSession, events: Sequence[Event], _now: float) -> None:
        self._hear(events)
