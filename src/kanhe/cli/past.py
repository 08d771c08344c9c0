"""Past traffic for `kanhe law replay`: each message with the facts of its moment, as far as the store still tells them.

Each message is judged at the instant at which it was handed in, by the papers, refusals and consents that stood then and what had been
sent by then. Of what the store keeps no older state (`OF_TODAY`) today's is taken, and the answer says so.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from msgspec import Struct, structs

from kanhe.app.content import load_policies
from kanhe.app.law import packs_in_force
from kanhe.cli.output import counted
from kanhe.domain.facts import Consent, Facts, Power, Recipient, Sent, Suppression
from kanhe.domain.message import Message
from kanhe.emergency.proofs import Announced
from kanhe.gate.gate import Gate
from kanhe.gate.replay import Changed, replay
from kanhe.gate.wants import HISTORY_MS
from kanhe.intake.content import ContentEngine
from kanhe.law.clock import FOREVER_MS
from kanhe.law.library import Library
from kanhe.law.load import with_draft
from kanhe.moderation.engine import Moderator
from kanhe.records.books import Books
from kanhe.records.past import Papers
from kanhe.routing.candidates import Routes
from kanhe.store.sqlite.past import Handed, PastTraffic

# Facts that are those of today, whenever a message was handed in.
OF_TODAY = (
    "the operator's and the accounts' own papers, routes",
    "what registries and carriers say of senders and templates",
    "do-not-call registers",
    "reviews of consents, confirmations of consents, answers to requests",
    "content policies",
)

Ever = Mapping[int, Sequence[tuple[Suppression, int | None]]]


class Rebuilt:
    """The past, batch by batch."""

    def __init__(self, past: PastTraffic, papers: Papers, content: ContentEngine, libraries: Sequence[Library]) -> None:
        self._past, self._papers, self._content = past, papers, content
        self._announcements = past.announcements()
        self._gates = [Gate(library) for library in libraries]
        self._numbers = libraries[0].numbers
        self._routes = Routes(papers.at(FOREVER_MS).routes.values())
        self._history: dict[int, list[Sent]] = defaultdict(list)
        self.erased = 0

    def batches(self, since_ms: int) -> Iterator[tuple[Sequence[Message], Facts]]:
        """What was handed in at one instant since then; what was sent before it only counts under caps."""
        for page in self._past.pages(since_ms - HISTORY_MS):
            fresh = [handed for handed in page if handed.message.accepted_at >= since_ms]
            self.erased += sum(handed.erased for handed in fresh)
            readable = [handed for handed in fresh if not handed.erased]
            for handed in page[: len(page) - len(fresh)]:
                self._count(handed)
            for _, together in groupby(readable, key=lambda handed: self._papers.epoch(handed.message.accepted_at)):
                yield from self._judged(list(together))

    def _judged(self, page: Sequence[Handed]) -> Iterator[tuple[Sequence[Message], Facts]]:
        """A page under the same papers."""
        standing = self._standing([handed.message for handed in page])
        for now, group in groupby(page, key=lambda handed: handed.message.accepted_at):
            together = list(group)
            yield [handed.message for handed in together], self._at(now, together, *standing)
            for handed in together:
                self._count(handed)

    def _standing(self, messages: Sequence[Message]) -> tuple[Facts, Ever]:
        """The facts of a page that do not depend on the moment, and every refusal of its numbers."""
        books, past = self._papers.at(messages[-1].accepted_at), self._past
        recipients: dict[int, Recipient] = {m.recipient: self._numbers.recipient(m.recipient) for m in messages}
        ways = {(m.account, recipients[m.recipient].country) for m in messages}
        facts = Facts(
            now=messages[-1].accepted_at,
            operator=books.operator,
            accounts=books.accounts,
            senders=books.senders,
            templates=books.templates,
            recipients=recipients,
            routes={way: self._routes.candidates(True, way[1]) for way in ways},
            texts=self._content.describe(messages),
        )
        wants = [gate.wants(messages, facts) for gate in self._gates]
        told = structs.replace(
            facts,
            powers=self._powers(books, messages, recipients),
            consents=past.consents({pair for one in wants for pair in one.consents}),
            requests=past.requests({pair for one in wants for pair in one.requests}),
            dnc=past.dnc({pair for one in wants for pair in one.dnc}),
        )
        return told, past.suppressions({message.recipient for message in messages})

    def _powers(self, books: Books, messages: Sequence[Message], places: Mapping[int, Recipient]) -> dict[int, Power]:
        """By whose power they went; announcements that were stopped later are none any more."""
        announced = Announced(books)
        for each in self._announcements:
            announced.put(each)
        return announced.powers(messages, places, messages[-1].accepted_at)

    def _at(self, now: int, group: Sequence[Handed], standing: Facts, ever: Ever) -> Facts:
        numbers = {handed.message.recipient for handed in group}
        return structs.replace(
            standing,
            now=now,
            suppressions={
                n: [one for one, lifted in ever[n] if _stood(one, lifted, now)] for n in numbers if n in ever
            },
            consents={
                pair: [
                    _as_it_stood(one, now, self._past.registers.reassigned_at(pair[1]))
                    for one in standing.consents[pair]
                ]
                for handed in group
                if (pair := (handed.message.account, handed.message.recipient)) in standing.consents
            },
            history={n: sends for n in numbers if (sends := self._history.get(n))},
            requests={
                pair: [one for one in asked if one.at < now]
                for pair, asked in standing.requests.items()
                if pair[1] in numbers
            },
        )

    def _count(self, handed: Handed) -> None:
        if handed.sent is None:
            return
        sends = self._history[handed.message.recipient]
        if sends and sends[0].at < handed.sent.at - HISTORY_MS:
            sends[:] = [sent for sent in sends if sent.at >= handed.sent.at - HISTORY_MS]
        sends.append(handed.sent)


def _stood(one: Suppression, lifted: int | None, now: int) -> bool:
    return one.at <= now and (lifted is None or lifted > now)


def _as_it_stood(one: Consent, now: int, reassigned_at: int) -> Consent:
    """A consent before it was taken back, void once its number changed hands; whether it was given by then, the gate asks."""
    if one.captured_at < reassigned_at <= now:
        return structs.replace(one, status="superseded")
    return one if one.ended_at is None or one.ended_at <= now else structs.replace(one, status="active")


class Told(Struct, frozen=True):
    """What a replay prints."""

    messages: int
    changed: int
    by_rule: dict[str, int]
    by_outcome: dict[str, int]
    changes: Sequence[Changed]  # the first ones, each with the rules whose findings differ
    erased: int  # messages without a text: nothing to judge
    of_today: Sequence[str]  # facts of which no older state is kept
    seconds: float
    messages_per_s: float
    cpu_us_per_message: float  # of this process: what one core does, whatever else the machine is busy with


def replay_store(database: Path, pack: Path, since_ms: int) -> Told:
    """Replay a store's past under a draft, telling on stderr how far it is. Raises `PackError`."""
    in_force = packs_in_force(database.parent)
    draft = with_draft(in_force, pack)
    with closing(PastTraffic(database)) as past:
        papers = Papers(past.documents(), past.lives())
        content = ContentEngine(Moderator(load_policies(database.parent)[0]), papers.at(FOREVER_MS))
        rebuilt = Rebuilt(past, papers, content, (in_force, draft))
        begun, spent, batches = time.perf_counter(), time.process_time(), rebuilt.batches(since_ms)
        found = replay(batches, in_force, draft, describe=content.describe_amended, progress=counted("messages judged"))
        seconds, spent = time.perf_counter() - begun, time.process_time() - spent
    return Told(
        **structs.asdict(found),
        erased=rebuilt.erased,
        of_today=OF_TODAY,
        seconds=round(seconds, 3),
        messages_per_s=round(found.messages / seconds, 1) if found.messages else 0.0,
        cpu_us_per_message=round(spent * 1e6 / found.messages, 1) if found.messages else 0.0,
    )
