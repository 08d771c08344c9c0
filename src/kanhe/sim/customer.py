"""A simulated customer for benches and demos: sends distinct tagged messages over SMPP, counts what comes back, and reconciles.

Every text has a tag no other has; what the handsets got is compared with what was accepted: lost, doubled.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from kanhe.dispatch.dialer import Dialer
from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.protocols.client import ClientEndpoint
from kanhe.protocols.events import Deferred, Event, Inbound, InDoubt, Receipt, Rejected, Stopped, Submitted, Throttled
from kanhe.protocols.link import ClientSession
from kanhe.protocols.settings import ClientSettings
from kanhe.protocols.smpp.client import CarrierSettings, SmppClientSession
from kanhe.protocols.smpp.coding import CODINGS, UDHI
from kanhe.protocols.smpp.pdus import SubmitSm
from kanhe.protocols.text.segments import segments
from kanhe.sim.handsets import Counters

# How often a paced customer looks whether more may go; the rate is met in steps of this length.
STEP_S = 0.01
# Where a text has its tag.
TAG = "{tag}"
# A tag looks like an order number, letters and a digit first: were it digits alone by chance, it could be a telephone number, and
# the content engine would read each text whole, at three times the cost of the road.
ORDER = "k7"
UCS2 = 8


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """What a customer does."""

    host: str
    port: int
    messages: int
    system_id: str = "customer"
    password: str = field(default="secret", repr=False)
    sessions: int = 1
    window: int = 100
    rate_per_s: float = 0.0  # 0: as fast as the windows allow
    source: str = "KANHE"
    service_type: str = ""
    text: str = "{tag} Your parcel has arrived and waits for you at the counter until Friday."
    first_number: int = 447_700_900_100
    numbers: int = 1_000_000  # recipients before the first comes again
    receipts: bool = True
    quiet_s: float = 5.0  # nothing came for so long, counted in steps of our own: what is missing is missing


class CustomerReport(Struct, frozen=True):
    """What came of it."""

    sent: int
    accepted: int
    refused: dict[int, int]  # by status
    throttled: int
    in_doubt: int  # segments that got no answer
    receipts: dict[str, int]  # by state, each message once
    receipts_missing: int
    receipts_doubled: int
    inbound: int
    seconds: float
    accepted_per_s: float
    receipts_per_s: float
    p50_ms: float  # submission to response
    p99_ms: float
    receipt_p50_ms: float  # submission to receipt
    receipt_p99_ms: float
    lost: int  # accepted, and on no handset
    doubled: int  # on a handset more than once


async def run_customer(plan: CustomerPlan, clock: Clock, rng: Rng, carrier: Counters | None = None) -> CustomerReport:
    """Send everything, wait for what comes back, and compare with the carrier's counters where they are at hand."""
    customer = Customer(plan, clock, rng)
    await customer.run()
    return customer.report(carrier)


class Customer:
    """One run."""

    def __init__(self, plan: CustomerPlan, clock: Clock, rng: Rng) -> None:
        self._plan, self._clock = plan, clock
        self._writer = Writer(plan, ORDER + rng.token(2).hex())
        common = ClientSettings(window=plan.window, sessions=plan.sessions, reconnect_s=(0.2,))
        settings = CarrierSettings(plan.system_id, plan.password, common=common)
        self._endpoint = ClientEndpoint(common, lambda hub, now: SmppClientSession(hub, settings, now), rng.random)
        self._dialer = Dialer(self._endpoint, plan.host, plan.port, clock, self._hear)
        self._begun = 0.0
        self._quiet_steps = 0
        self._sent_at: list[float] = []  # by the message's number
        self._waits: list[float] = []
        self._answered_at = self._told_at = 0.0
        self._answers = 0  # of segments: taken, refused, given up
        self._accepted: dict[str, int] = {}  # our number by the id we were given
        self._taken: set[int] = set()
        self._finals: dict[str, tuple[str, float]] = {}
        self._refused: Counter[int] = Counter()
        self._throttled = self._in_doubt = self._doubled = self._inbound = 0
        self._stopped = ""

    async def run(self) -> None:
        """Until everything is answered and told, or nothing comes any more."""
        self._dialer.start()
        try:
            while not self._is_done():
                await asyncio.sleep(STEP_S)
                self._quiet_steps += 1
                self._feed(self._clock.monotonic())
                self._dialer.flush()
        finally:
            await self._dialer.stop()

    def _is_done(self) -> bool:
        if self._stopped:
            return True
        answered = len(self._sent_at) == self._plan.messages and not self._open
        told = not self._plan.receipts or len(self._finals) >= len(self._accepted)
        return (answered and told) or self._quiet_steps * STEP_S > self._plan.quiet_s

    @property
    def _open(self) -> int:
        """Segments that were sent and have no answer of any kind."""
        return len(self._sent_at) * self._writer.segments - self._answers

    # --- sending ---

    def _feed(self, now: float) -> None:
        """Give the endpoint what it can write at once, so that waits are measured from the writing."""
        sent = len(self._sent_at)
        room = sum(session.room() for session in self._endpoint.sessions) - self._endpoint.waiting
        if room > 0 and not sent and not self._begun:
            self._begun = now
        if self._plan.rate_per_s:
            room = min(room, int((now - self._begun) * self._plan.rate_per_s) - sent)
        end = min(sent + room, self._plan.messages)
        if end > sent:
            self._sent_at += [now] * (end - sent)
            self._endpoint.submit_many([(number, self._writer.pdus(number)) for number in range(sent, end)], now)
            self._quiet_steps = 0

    # --- hearing ---

    def _hear(self, session: ClientSession, events: Sequence[Event], now: float) -> None:
        self._quiet_steps = 0
        arrived: list[object] = []
        for event in events:
            match event:
                case Submitted(ref=int(number)):
                    self._answers += not event.late
                    self._submitted(number, event.message_id, now)
                case Receipt():
                    arrived.append(event.handle)
                    self._receipt(event, now)
                case _:
                    self._note(event, arrived)
        if arrived:
            session.accept_many(arrived)
        self._feed(now)

    def _submitted(self, number: int, message_id: str, now: float) -> None:
        self._answered_at = now
        self._waits.append(now - self._sent_at[number])
        self._accepted[message_id] = number
        self._taken.add(number)

    def _receipt(self, receipt: Receipt, now: float) -> None:
        if not receipt.final:
            return
        if receipt.message_id in self._finals:
            self._doubled += 1
            return
        self._told_at = now
        self._finals[receipt.message_id] = (receipt.state.value, now)

    def _note(self, event: Event, arrived: list[object]) -> None:
        match event:
            case Inbound():
                arrived.append(event.handle)
                self._inbound += 1
            case Rejected():
                self._answers += 1
                self._refused[event.status] += 1
            case Throttled() | Deferred():
                self._throttled += 1
            case InDoubt():
                self._answers += 1
                self._in_doubt += 1
            case Stopped():
                self._stopped = event.reason
            case _:
                pass

    # --- the report ---

    def report(self, carrier: Counters | None) -> CustomerReport:
        """Rates over the time between the first submission and the last answer or receipt."""
        waits = sorted(self._waits)
        told = sorted(
            at - self._sent_at[self._accepted[ident]]
            for ident, (_, at) in self._finals.items()
            if ident in self._accepted
        )
        begun = self._sent_at[0] if self._sent_at else self._begun
        times = [carrier.tags[self._writer.tag(number)] for number in self._taken] if carrier else []
        return CustomerReport(
            sent=len(self._sent_at),
            accepted=len(self._taken),
            refused=dict(self._refused),
            throttled=self._throttled,
            in_doubt=self._in_doubt + self._open,
            receipts=dict(Counter(state for state, _ in self._finals.values())),
            receipts_missing=len(self._accepted) - len(told),
            receipts_doubled=self._doubled,
            inbound=self._inbound,
            seconds=max(self._answered_at, self._told_at, begun) - begun,
            accepted_per_s=_rate(len(self._taken), self._answered_at - begun),
            receipts_per_s=_rate(len(self._finals), self._told_at - begun),
            p50_ms=_quantile_ms(waits, 0.50),
            p99_ms=_quantile_ms(waits, 0.99),
            receipt_p50_ms=_quantile_ms(told, 0.50),
            receipt_p99_ms=_quantile_ms(told, 0.99),
            lost=times.count(0),
            doubled=sum(count > 1 for count in times),
        )


class Writer:
    """The messages of a run: one text with a tag where it says `{tag}`, numbers in turn."""

    def __init__(self, plan: CustomerPlan, run: str) -> None:
        assert TAG in plan.text, "a text has a place for its tag"
        self._plan, self._run = plan, run
        self._cut = segments(plan.text.replace(TAG, self.tag(0)))
        self._before, _, self._after = self._cut.parts[0].partition(self._tag_octets(0))
        ton, npi = (1, 1) if plan.source.isdigit() else (5, 0)
        self._head = (plan.service_type, ton, npi, plan.source, 1, 1)
        self._asked = int(plan.receipts)

    def tag(self, number: int) -> str:
        """What no other text of this run, and hardly one of another, has in it."""
        return f"{self._run}-{number:07}"

    @property
    def segments(self) -> int:
        """How many each message has."""
        return len(self._cut.parts)

    def pdus(self, number: int) -> list[SubmitSm]:
        """The message: one submit_sm a segment."""
        to = str(self._plan.first_number + number % self._plan.numbers)
        return [self._pdu(to, body) for body in self._bodies(number)]

    def _bodies(self, number: int) -> list[bytes]:
        """A text of one segment is its tag between octets that are always the same."""
        if len(self._cut.parts) == 1:
            return [self._before + self._tag_octets(number) + self._after]
        return segments(self._plan.text.replace(TAG, self.tag(number))).user_data(number)

    def _tag_octets(self, number: int) -> bytes:
        """Digits and a dash are the same in GSM 7 as in ASCII."""
        return self.tag(number).encode("utf-16-be" if CODINGS[self._cut.alphabet] == UCS2 else "ascii")

    def _pdu(self, to: str, body: bytes) -> SubmitSm:
        esm_class = UDHI if self._cut.with_header else 0
        coding = CODINGS[self._cut.alphabet]
        return SubmitSm(0, 0, *self._head, to, esm_class, 0, 0, "", "", self._asked, 0, coding, 0, body)


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 1) if seconds > 0 else 0.0


def _quantile_ms(ordered: Sequence[float], share: float) -> float:
    return round(ordered[int(share * (len(ordered) - 1))] * 1000, 2) if ordered else 0.0
