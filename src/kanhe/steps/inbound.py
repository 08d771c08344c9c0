"""Inbound: from what a person sends to what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec import structs

from kanhe.domain.facts import Asked, Consent, Wants
from kanhe.domain.lot import Joined
from kanhe.inbound.act import Deed, OnFile
from kanhe.inbound.joining import Joint, Whole
from kanhe.inbound.keywords import Act
from kanhe.ports.carrier import Bringer, Carrier
from kanhe.ports.change import Change, KeptPart, Rank
from kanhe.ports.change import Inbound as FromPerson
from kanhe.ports.store import CommitFailedError
from kanhe.protocols.events import Inbound
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.protocols.text.joining import Part
from kanhe.world import World, jobs_of, offer, proof_is_looked_at, told, write_down

# Enough to see what an unreadable segment was.
UNREADABLE_CHARS_MAX = 2_000


@dataclass(slots=True)
class InboundBatch:
    """Segments of messages from people."""

    arrived: list[tuple[Bringer, Inbound]]
    now: int = 0
    parts: list[KeptPart] = field(default_factory=list)
    joint: Joint = field(default_factory=Joint)  # what came together, what waits for more
    deeds: list[Deed] = field(default_factory=list)
    consents: list[tuple[int, int, Consent]] = field(default_factory=list)  # (account, number, consent): given, ended
    lots: list[Joined] = field(default_factory=list)  # that they went to


async def decode_inbound(world: World, batch: InboundBatch) -> None:
    """Read the segments as their connectors do; carriers share references among all their connectors."""
    batch.now = world.clock.now_ms()
    ids = world.ids.take(len(batch.arrived))
    read = world.faults.attempt("inbound", None, [partial(carrier.part, segment) for carrier, segment in batch.arrived])
    batch.parts = [
        KeptPart(identifier, _carrier_of(world, carrier), carrier.name, batch.now, part or _as_it_came(segment))
        for (carrier, segment), part, identifier in zip(batch.arrived, read, ids, strict=True)
    ]


def _as_it_came(segment: Inbound) -> Part:
    """A segment that nobody can read is kept for a person to look at."""
    return Part("", "", repr(segment.handle)[:UNREADABLE_CHARS_MAX].encode(), Alphabet.LATIN1)


def _carrier_of(world: World, carrier: Carrier) -> str:
    paper = world.books.connectors.get(carrier.name)
    return paper.carrier if paper is not None else carrier.name


async def join(world: World, batch: InboundBatch) -> None:
    """Segments become messages, across sessions, connectors and restarts."""
    batch.joint = world.joins.take(batch.parts)


async def give_up(world: World, batch: InboundBatch) -> None:
    """What has waited too long for its other segments is a message all the same, with a mark."""
    batch.now = world.clock.now_ms()
    batch.joint = world.joins.overdue(batch.now)


async def recognise(world: World, batch: InboundBatch) -> None:
    """Refusals, returns and calls for help, in every written form; and whose message it is."""
    wholes, recognise = batch.joint.wholes, world.acts.recognise
    named = list(zip(wholes, world.ids.take(len(wholes)), strict=True))
    deeds = world.faults.attempt("inbound", None, [partial(recognise, *w, i, batch.now) for w, i in named])
    batch.deeds = [deed or _only_kept(whole, i, batch.now) for deed, (whole, i) in zip(deeds, named, strict=True)]


def _only_kept(whole: Whole, identifier: int, now: int) -> Deed:
    """A message of which nothing follows."""
    connector, said = whole
    kept = FromPerson(
        identifier, None, 0, said.destination, said.text, connector, now, Act.NONE.value, len(said.missing)
    )
    return Deed(0, Act.NONE, kept, None)


async def act(world: World, batch: InboundBatch) -> None:
    """What follows: suppressions, their lifting, consents, one confirmation each. Of one person the last word stands."""
    world.faults.each("inbound", batch.deeds, partial(_follow, world, batch, world.acts.on_file()))


def _follow(world: World, batch: InboundBatch, on_file: OnFile, deed: Deed) -> None:
    world.acts.decide(deed, on_file, batch.now)
    consents: list[tuple[int, int, Consent]] = []
    if deed.sender is not None:
        consents += [(deed.sender.account, deed.number, _numbered(world, each)) for each in deed.consents]
    if deed.agreed is not None:
        form, number, consent = deed.agreed
        taken = world.lots.take_in(form, [(number, consent)], world.ids, world.rng, proof_is_looked_at(world))
        world.lots.put(taken.lot)  # the next one in this batch joins it
        batch.lots.append(taken.joined)
        consents += taken.rows
    batch.consents += consents
    on_file.follow(deed, consents)


def _numbered(world: World, consent: Consent) -> Consent:
    return consent if consent.id else structs.replace(consent, id=world.ids.next())


async def commit_inbound(world: World, batch: InboundBatch) -> None:
    """One transaction: the messages, what follows from them, and the segments that wait for others."""
    inbound, joint = [deed.inbound for deed in batch.deeds], batch.joint
    if not (inbound or joint.kept or joint.gone):
        return  # repeats of what is kept already
    await _write(
        world,
        Change(
            Rank.INBOUND,
            batch.now,
            inbound=inbound,
            parts=joint.kept,
            parts_gone=joint.gone,
            suppressions=[pair for deed in batch.deeds for pair in deed.suppressions],
            lifted=[lift for deed in batch.deeds for lift in deed.lifted],
            consents=batch.consents,
            lots=batch.lots,
            requests=_answered(world, batch.deeds),
            jobs=jobs_of(world, (), inbound, batch.now),
        ),
    )


async def _write(world: World, change: Change) -> None:
    """Commit it. If that fails, all but the messages and their news go first, then these one by one: one of them is poison."""
    try:
        await write_down(world, change)
        return
    except CommitFailedError as error:
        world.faults.note("inbound", error)
    await write_down(world, structs.replace(change, inbound=(), jobs=()))
    for message in change.inbound:
        kept = structs.replace(message, to=_escaped(message.to), text=_escaped(message.text))
        await world.faults.endure("inbound", None, write_down(world, Change(change.rank, change.at, inbound=[kept])))
    for job in change.jobs:
        await world.faults.endure("inbound", None, write_down(world, Change(change.rank, change.at, jobs=[job])))


def _escaped(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


async def answer_inbound(world: World, batch: InboundBatch) -> None:
    """Only now does the carrier hear that we have them."""
    handles: dict[Bringer, list[object]] = {}
    for carrier, segment in batch.arrived:
        handles.setdefault(carrier, []).append(segment.handle)
    world.faults.each("inbound", handles.items(), lambda to: to[0].acknowledge(to[1]))


async def tell_inbound(world: World, batch: InboundBatch) -> None:
    """Bring the messages to their accounts, and hand our confirmations to the intake like any customer's submission."""
    inbound = [deed.inbound for deed in batch.deeds]
    told(world, (), inbound)
    for deed in batch.deeds:
        if deed.confirmation is not None:
            offer(world, deed.confirmation)


def _answered(world: World, deeds: Sequence[Deed]) -> list[tuple[int, int, Asked]]:
    """The requests for consent on record that these messages answer, with the answer."""
    pairs = {(deed.question.message.account, deed.number): deed.act for deed in deeds if deed.question is not None}
    on_record = world.store.ask(Wants(requests=frozenset(pairs))).requests if pairs else {}
    return [(*pair, Asked(asked[-1].at, pairs[pair].value)) for pair, asked in on_record.items()]
