"""How the platform is, and what needs a person: a line for each matter, with what to do. For `kanhe doctor` and whoever watches."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from kanhe.carriers.links import Connector
from kanhe.domain.state import State
from kanhe.kit.clock import Clock, iso
from kanhe.offices.registers import registers_too_old
from kanhe.ports.dossiers import Cabinet
from kanhe.ports.store import HeldUp
from kanhe.records.duties import WAITING_MAX
from kanhe.records.papers import today_of
from kanhe.upkeep.ends import ending, over
from kanhe.upkeep.notary import Notary
from kanhe.world import World

# What to do about what stands in the way of every write.
TO_CLEAR = {
    HeldUp.FULL: "make room",
    HeldUp.LOCKED: "end it (`fuser` on the database names it)",
    HeldUp.DISK: "look at the disk and how it is mounted",
}
assert set(TO_CLEAR) == set(HeldUp)


class Watched(Protocol):
    """What is asked of the platform."""

    world: World
    clock: Clock
    cabinet: Cabinet
    notary: Notary
    connectors: dict[str, Connector]
    doors: dict[str, int]

    def ended_loops(self) -> Sequence[str]:
        """The loops that have ended by themselves."""
        ...

    def undelivered(self) -> Sequence[str]:
        """What is to be said of webhooks."""
        ...


def health(platform: Watched) -> dict[str, object]:
    """Figures, papers that end soon, and what needs a person."""
    world, now = platform.world, platform.clock.now_ms()
    return {
        "doors": platform.doors,
        "on_their_way": len(world.board),
        "in_doubt": sum(live.state is State.IN_DOUBT for live in world.board.lives.values()),
        "waiting_for_their_time": len(world.due),
        "queued": len(world.intake),
        "ledger_size": platform.notary.size,
        "ending": [
            f"{each.dossier.kind} `{each.dossier.key}` ends on {each.version.valid_to}, in {each.days_left} days"
            for each in ending(platform.cabinet.dossiers, today_of(world.books, now))
        ],
        "complaints": [said for matter in MATTERS for said in matter(platform, now)],
    }


def _connectors(platform: Watched, now: int) -> Iterator[str]:
    for each in platform.connectors.values():
        if each.stopped:
            yield f"connector `{each.name}` has stopped: {each.stopped}; mend its paper and `kanhe apply` it"
    for each in platform.connectors.values():
        if not each.stopped and not each.bound:
            why = each.unreachable or "its carrier has not let us in yet"
            yield f"connector `{each.name}` is not bound: {why}; it is tried again by itself"


def _loops(platform: Watched, now: int) -> Iterator[str]:
    return (f"{name} has ended" for name in platform.ended_loops())


def _papers(platform: Watched, now: int) -> Iterator[str]:
    return (
        f"{d.kind} `{d.key}` ended on {v.valid_to}: nothing goes that rests on it until a new version is approved"
        for d, v in over(platform.cabinet.dossiers)
    )


def _clock(platform: Watched, now: int) -> Iterator[str]:
    if jumped := platform.world.steadiness.jumped_ms:
        yield f"the clock jumped by {jumped / 1000:+.0f} s: nothing leaves until `kanhe doctor --clock-is-right`"


def _registers(platform: Watched, now: int) -> Iterator[str]:
    return iter(registers_too_old(platform.world))


def _disk(platform: Watched, now: int) -> Iterator[str]:
    if platform.world.unwritten:
        why = platform.world.held_up
        yield f"{why.value}: {TO_CLEAR[why]}, and everything goes on by itself; the doors are closed until then"


def _duties(platform: Watched, now: int) -> Iterator[str]:
    return (
        f"duty `{duty.id}` is overdue: {duty.work} under `{duty.rule}` ({duty.about}) was due {iso(duty.due)}"
        for duty in platform.cabinet.duties.waiting(WAITING_MAX)
        if duty.overdue(now)
    )


def _faults(platform: Watched, now: int) -> Iterator[str]:
    return (fault.complaint for fault in platform.world.faults.standing(now))


def _webhooks(platform: Watched, now: int) -> Iterator[str]:
    return iter(platform.undelivered())


# What can need a person, in the order in which it is said.
MATTERS: Sequence[Callable[[Watched, int], Iterator[str]]] = (
    _connectors,
    _loops,
    _papers,
    _clock,
    _registers,
    _disk,
    _duties,
    _faults,
    _webhooks,
)
