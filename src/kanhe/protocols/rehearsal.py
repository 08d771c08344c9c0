"""Plays a scripted session: one fake clock, one in-memory pipe a connection, and a subject that is our own endpoint.

The script's steps (vectors/README of the rehearsal files) are the table STEPS. A Subject wraps an endpoint of any protocol; what a
protocol must tell the rehearsal about its packets is a Tongue.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from kanhe.protocols.events import Event
from kanhe.protocols.link import Session

Step: TypeAlias = Mapping[str, Any]
Facts: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a rehearsal must know about a protocol's packets."""

    frame_octets: Callable[[bytes], int | None]  # the length of the first packet; None while it is not whole
    decode: Callable[[bytes, Step], Facts]
    sequence_hex: Callable[[bytes], str]
    sequence_octets: int
    receipt_text: Callable[[Facts], str]


class Subject(Protocol):
    """The side under test, with its owner. Events are told as plain facts: `type` and what the scripts ask for."""

    def connected(self, by_peer: bool, now: float) -> Session:
        """A connection stands: the peer's, or the one we asked for."""

    def wants_connection(self) -> bool:
        """We asked for a connection and have none yet."""

    def told(self, session: Session | None, events: list[Event], now: float) -> list[Facts]:
        """What the events mean, in the script's words; what an owner does at once is done here."""

    def owner(self, step: Step, submissions: Mapping[str, Facts], now: float) -> list[Facts]:
        """The owner acts."""

    def tick(self, now: float) -> list[Event]:
        """Do what is due above the sessions."""

    def next_deadline(self) -> float | None:
        """When tick must be called next."""


@dataclass(slots=True)
class Pipe:
    """One connection."""

    session: Session
    sent: bytes = b""  # by the subject, not yet expected


# Events the script must name when they come; the others (faults, lost links in a wrong-password script) may go unmentioned.
MUST_BE_NAMED = frozenset({"submission", "submitted", "rejected", "throttled", "in_doubt", "receipt", "message"})

# The steps that look at what a connection carries; one that is only opened, as a script's last act, is nobody's business.
WATCHING = frozenset({"send", "expect", "quiet"})

# What other protocols' scripts call the same events.
SAME_EVENT: dict[str, str] = {"logged_in": "bound", "login_refused": "bind_refused"}

# An hour with a keep-alive a second has 3,600 deadlines; more is a deadline that never passes.
FIRINGS_MAX = 20_000

# The clock moves in the peer's favour: a deadline that falls on the edge of an interval has come.
EDGE_S = 1e-6


@dataclass(slots=True)
class Rehearsal:
    """A play: the clock, the pipes, what was captured, what was told and not yet asked for."""

    subject: Subject
    tongue: Tongue
    cut: int = 0
    now: float = 0.0
    pipes: dict[str, Pipe] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)
    told: list[Facts] = field(default_factory=list)
    awaited: list[Step] = field(default_factory=list)
    submissions: dict[str, Facts] = field(default_factory=dict)

    def play(self, steps: list[Step]) -> None:
        """Walk the steps; AssertionError names the first that does not hold."""
        self.hear(None, self.subject.tick(self.now))
        for number, step in enumerate(steps, start=1):
            try:
                STEPS[step["step"]](self, step)
            except AssertionError as error:
                raise AssertionError(f"step {number} {dict(step)!r}: {error}") from error
        self.settle()
        watched = {step["on"] for step in steps if step["step"] in WATCHING}
        for name, pipe in self.pipes.items():
            assert name not in watched or not pipe.sent, f"left over on {name}: {pipe.sent.hex()}"
        unasked = [facts for facts in self.told if facts["type"] in MUST_BE_NAMED]
        assert not unasked, f"told and not asked for: {unasked!r}"

    # --- time and bytes ---

    def hear(self, session: Session | None, events: list[Event]) -> None:
        """Take down what was told, and what everybody wants to write."""
        self.told += self.subject.told(session, events, self.now)
        for pipe in self.pipes.values():
            pipe.sent += pipe.session.take()

    def run_until(self, then: float) -> None:
        """Move the clock, firing what falls due in order."""
        fired = 0
        while (due := self._next_due()) is not None and due <= then + EDGE_S:
            fired += 1
            assert fired < FIRINGS_MAX, f"the deadline {due} never passes"
            self.now = max(self.now, due)
            self.hear(None, self.subject.tick(self.now))
            for pipe in list(self.pipes.values()):
                self.hear(pipe.session, pipe.session.tick(self.now))
        self.now = max(self.now, then)

    def wait_for(self, happened: Callable[[], bool], within_s: float, what: str) -> None:
        """Let time pass until it happened."""
        last = self.now + within_s
        while not happened():
            due = self._next_due()
            if due is None or due > last + EDGE_S:
                raise AssertionError(f"{what} within {within_s} s")
            self.run_until(due)

    def _next_due(self) -> float | None:
        times = [self.subject.next_deadline(), *(pipe.session.next_deadline() for pipe in self.pipes.values())]
        return min((time for time in times if time is not None), default=None)

    def settle(self) -> None:
        """Before the clock moves: every event asked for so far has been told."""
        for step in self.awaited:
            assert self._ask(step), f"event {dict(step)!r} was not told; told: {self.told!r}"
        self.awaited.clear()

    def _ask(self, step: Step) -> bool:
        for facts in self.told:
            if _is_told(facts, step, self.captured):
                self.told.remove(facts)
                if "ref" in step and facts["type"] == "submission":
                    self.submissions[step["ref"]] = facts
                return True
        return False

    def _packet(self, name: str) -> bytes | None:
        sent = self.pipes[name].sent
        octets = self.tongue.frame_octets(sent)
        return None if octets is None else sent[:octets]

    def _filled(self, template: str) -> str:
        """Bytes as a pattern: captured sequences stand for themselves, others for any."""
        any_sequence = f"[0-9a-f]{{{self.tongue.sequence_octets * 2}}}"
        return re.sub(r"\{(\w+)\}", lambda match: self.captured.get(match[1], any_sequence), template)

    # --- steps ---

    def connect(self, step: Step) -> None:
        """A connection arrives, or must be asked for."""
        by_peer = step["by"] == "peer"
        if not by_peer:
            self.wait_for(self.subject.wants_connection, step.get("within_s", 1), "must open a connection")
        self.pipes[step["on"]] = Pipe(self.subject.connected(by_peer, self.now))
        self.hear(None, [])

    def send(self, step: Step) -> None:
        """The peer's bytes, in the cut the script or the runner wants."""
        pipe, data = self.pipes[step["on"]], bytes.fromhex(self._filled(step["hex"]))
        size = step.get("chunk_octets") or self.cut or len(data)
        for at in range(0, len(data), size):
            if not pipe.session.closed:
                self.hear(pipe.session, pipe.session.receive(data[at : at + size], self.now))

    def expect(self, step: Step) -> None:
        """The next packet of a connection."""
        name = step["on"]
        self.wait_for(lambda: self._packet(name) is not None, step.get("within_s", 1), f"must send {step['pdu']}")
        frame = self._packet(name) or b""
        self.pipes[name].sent = self.pipes[name].sent[len(frame) :]
        if "hex" in step:
            assert re.fullmatch(self._filled(step["hex"]), frame.hex()), f"sent {frame.hex()}"
        self._compare(self.tongue.decode(frame, step), step)
        for captured in step.get("capture", {}):
            self.captured[captured] = self.tongue.sequence_hex(frame)

    def _compare(self, fields: Facts, step: Step) -> None:
        assert fields["command"] == step["pdu"], f"sent {fields!r}"
        for key, wanted in step.get("fields", {}).items():
            found = self._inside(fields, key, wanted)
            assert found == wanted, f"`{key}` is {found!r}, wanted {wanted!r}"

    def _inside(self, fields: Facts, key: str, wanted: Any) -> Any:
        """`report.X` and `tlv_0x...` reach inside; receipt_text_has lists what must stand in the text."""
        if key == "receipt_text_has":
            return [words for words in wanted if words in self.tongue.receipt_text(fields)]
        if key.startswith("tlv_"):
            value = next((bytes.fromhex(tlv["value_hex"]) for tlv in fields["tlvs"] if tlv["tag"] == key[4:]), b"")
            return int.from_bytes(value, "big") if isinstance(wanted, int) else value.rstrip(b"\0").decode("latin-1")
        first, _, rest = key.partition(".")
        return fields.get(first, {}).get(rest) if rest else fields.get(first)

    def event(self, step: Step) -> None:
        """Told already, or to be told before the clock moves."""
        if not self._ask(step):
            self.awaited.append(step)

    def owner(self, step: Step) -> None:
        """The owner acts."""
        self.told += self.subject.owner(step, self.submissions, self.now)
        self.hear(None, [])

    def advance(self, step: Step) -> None:
        """The clock moves on."""
        self.settle()
        self.run_until(self.now + step["seconds"])

    def quiet(self, step: Step) -> None:
        """The clock moves on and nothing is sent."""
        self.settle()
        self.run_until(self.now + step["for_s"])
        sent = self.pipes[step["on"]].sent
        assert not sent, f"sent {sent.hex()}"

    def no_connect(self, step: Step) -> None:
        """The clock moves on and no connection is opened."""
        self.settle()
        self.run_until(self.now + step["for_s"])
        assert not self.subject.wants_connection(), "asked for a connection"

    def close(self, step: Step) -> None:
        """The link breaks, or must be closed by the subject."""
        pipe = self.pipes[step["on"]]
        if step["by"] == "subject":
            self.wait_for(lambda: pipe.session.closed, step.get("within_s", 1), "must close")
        else:
            pipe.sent = b""  # what the peer never read is no business of the script
        self.hear(pipe.session, pipe.session.lost("peer_closed", self.now))


def _is_told(facts: Facts, step: Step, captured: Mapping[str, str]) -> bool:
    wanted = {key: value for key, value in step.items() if key not in ("step", "note", "type")}
    if facts["type"] != SAME_EVENT.get(step["type"], step["type"]):
        return False
    if facts["type"] == "submission":
        wanted.pop("ref", None)
    return all(_equal(facts.get(key), value, captured) for key, value in wanted.items())


def _equal(found: Any, wanted: Any, captured: Mapping[str, str]) -> bool:
    if isinstance(found, int) and not isinstance(found, bool) and isinstance(wanted, str):
        return found == int(wanted, 0)
    if isinstance(wanted, str):
        wanted = re.sub(r"\{(\w+)\}", lambda match: captured.get(match[1], match[0]), wanted)
    return bool(found == wanted)


STEPS: dict[str, Callable[[Rehearsal, Step], None]] = {
    "connect": Rehearsal.connect,
    "send": Rehearsal.send,
    "expect": Rehearsal.expect,
    "event": Rehearsal.event,
    "owner": Rehearsal.owner,
    "advance": Rehearsal.advance,
    "quiet": Rehearsal.quiet,
    "no_connect": Rehearsal.no_connect,
    "close": Rehearsal.close,
}
