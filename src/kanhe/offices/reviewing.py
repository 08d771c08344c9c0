"""The review desk: what waits for people, and what follows from what they decide. For console, orders and the HTTP door alike.

Held messages come into the queue when somebody looks at it (`collect`): the road itself only remembers that they are held. What
is decided of a message is a fact of its next verdict, by the road of everything that waited (`journey.take_up`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from itertools import islice

from msgspec import structs

from kanhe.domain.facts import Reviewed
from kanhe.domain.review import Decision, Item, Kind, Opinion, Says
from kanhe.domain.state import FINAL, State
from kanhe.domain.users import User
from kanhe.journey import take_up
from kanhe.judging import cost_of
from kanhe.ledger.entry import Reviewers, commit_entries, review_statement
from kanhe.offices.waiting import WHATEVER, Brought, Samples, Wanted, place_of
from kanhe.ports.change import Change, Rank
from kanhe.ports.reviews import ReviewStore
from kanhe.ports.store import CommitFailedError, Row, StoreHeldUpError
from kanhe.records import reviews
from kanhe.records.checks import Wrong
from kanhe.records.reviews import Denied
from kanhe.world import BATCH_MAX, World

# Decided messages looked at in one round of the house: some milliseconds.
LOOK_MAX = 500
# Samples that wait to be put into the queue; more in one round tell reviewers nothing new.
SAMPLES_MAX = 200


class Reviews:
    """The queue, in memory; every change is written before it counts."""

    def __init__(
        self,
        world: World,
        store: ReviewStore,
        samples: Samples | None = None,
        papers: Brought | None = None,
        consents: Brought | None = None,
    ) -> None:
        self.world, self.store = world, store
        self._samples = samples
        bringers = {Kind.PAPER: papers, Kind.CONSENT: consents}
        self._bringers = {kind: bringer for kind, bringer in bringers.items() if bringer is not None}
        self._items: dict[int, Item] = {item.id: item for item in store.open()}
        self._of = {(item.kind, item.subject): item.id for item in self._items.values()}
        self._on_file: set[tuple[Kind, str]] = set()  # papers and consents that wait
        world.reviewed.update(store.reviewed())

    # --- what waits ---

    async def items(self, wanted: Wanted = WHATEVER) -> list[Item]:
        """What waits, the longest first."""
        await self.collect()
        now = self._now()
        found = sorted((item for item in self._items.values() if wanted.fits(item, now)), key=place_of)
        return found[: wanted.limit]

    def waiting(self) -> tuple[int, int]:
        """How many items wait as of the last collection, and since when the first of them does (ms; 0: none)."""
        return len(self._items), min((item.created_at for item in self._items.values()), default=0)

    def item(self, identifier: int) -> Item | None:
        """One item, open or closed."""
        return self._items.get(identifier) or self.store.item(identifier)

    def history(self, kinds: Collection[Kind], account: int | None, before: int, limit: int) -> Sequence[Item]:
        """What was decided or ended by itself, below an id, newest first."""
        return self.store.history(kinds, account, before, limit)

    def messages(self, item: Item) -> Sequence[int]:
        """The messages that an open item stands for, oldest first."""
        return list(self.world.held.groups.get(item.subject, ())) if item.kind is Kind.MESSAGE else ()

    async def collect(self) -> None:
        """Bring what came up since somebody looked into the queue, and end what nobody can decide any more."""
        new = [*self._held(), *self._sampled(), *self._submitted()]
        lapsed = [structs.replace(item, closed_at=self._now()) for item in self._items.values() if self._over(item)]
        for item in new:
            self._keep(item)
        for item in lapsed:
            self._close(item)
        if new or lapsed:
            await self.store.save([*new, *lapsed])

    def _held(self) -> list[Item]:
        held, found = self.world.held, []
        for subject in held.fresh:
            if (Kind.MESSAGE, subject) in self._of:
                continue
            row = self.world.store.row(next(iter(held.groups[subject])))
            if row is not None:
                seen = self.world.content.describe([row.message])[row.message.text]
                found.append(reviews.item_of(self.world.ids.next(), subject, row.message, row.verdict, seen))
        held.fresh.clear()
        return found

    def _sampled(self) -> list[Item]:
        drawn = {one.key: one for one in self._samples.drawn()} if self._samples else {}
        return [
            Item(
                self.world.ids.next(),
                Kind.SAMPLE,
                key,
                one.account,
                self._now(),
                sender=one.sender,
                category=one.category,
                text=reviews.masked(one.text),
                labels=one.labels,
            )
            for key, one in islice(drawn.items(), SAMPLES_MAX)
            if not self.store.known(Kind.SAMPLE, key)
        ]

    def _submitted(self) -> list[Item]:
        waiting = [item for bringer in self._bringers.values() for item in bringer.waiting()]
        self._on_file = {(item.kind, item.subject) for item in waiting}
        new = [item for item in waiting if (item.kind, item.subject) not in self._of]
        return [structs.replace(item, id=self.world.ids.next()) for item in new]

    def _over(self, item: Item) -> bool:
        """Whether its messages have expired or were cancelled, its paper or consent was withdrawn or decided elsewhere."""
        if item.kind is Kind.MESSAGE:
            return item.subject not in self.world.held.groups
        return item.kind in self._bringers and (item.kind, item.subject) not in self._on_file

    # --- what people do ---

    async def claim(self, identifier: int, user: User) -> Item | Wrong:
        """Take an item in hand."""
        return await self._put(identifier, lambda item: reviews.claim(item, user.id, user.name, self._now()))

    async def give_back(self, identifier: int, user: User) -> Item | Wrong:
        """Put an item back into the queue before its time in hand is over."""
        return await self._put(identifier, lambda item: reviews.give_back(item, user.id, self._now()))

    async def decide(
        self, identifier: int, user: User, says: Says, reason: str, label: str | None = None
    ) -> Item | Wrong:
        """A person's word on an item; the item as it stands then."""
        decision = Decision(self._now(), user.id, user.name, says, reason.strip(), label or None)
        if (item := self._items.get(identifier)) is None:
            return told(Denied.GONE)
        decided = reviews.decide(item, decision)
        if isinstance(decided, Denied):
            return told(decided)
        if decided.closed_at is None:
            return await self._put(identifier, lambda _: decided)
        if says is Says.RELEASE and not self._covered(item):
            return told(Denied.NO_MONEY)
        return await FOLLOWS[item.kind](self, item, decided, decision)

    # --- what another thinks ---

    def without_opinion(self, items_max: int) -> list[Item]:
        """Held texts that wait for a look and that no other has seen, the longest first."""
        return list(islice((item for item in self._items.values() if reviews.asks_another(item)), items_max))

    async def hear(self, identifier: int, of: str, *, doubts: bool, labels: tuple[str, ...]) -> Item | Wrong:
        """Put another's opinion beside ours; it decides nothing, and comes too late once the item is closed."""
        opinion = Opinion(self._now(), of, doubts, labels)
        return await self._put(identifier, lambda item: structs.replace(item, opinion=opinion))

    async def _put(self, identifier: int, change: Callable[[Item], Item | Denied]) -> Item | Wrong:
        if (item := self._items.get(identifier)) is None:
            return told(Denied.GONE)
        changed = change(item)
        if isinstance(changed, Denied):
            return told(changed)
        self._items[identifier] = changed  # before it is written: the next in line sees it
        try:
            await self.store.save([changed])
        except CommitFailedError:
            self._items[identifier] = item
            raise
        return changed

    def _covered(self, item: Item) -> bool:
        """Whether a prepaid account can pay for what would leave: held messages have set nothing aside."""
        account = self.world.books.accounts.get(item.account) if item.account is not None else None
        messages = self.messages(item)
        row = self.world.store.row(messages[0]) if messages and account is not None and account.prepaid else None
        if row is None:
            return True
        cost = cost_of(self.world, row.message, row.verdict)[1]
        return cost * len(messages) <= self.world.purse.balance(row.message.account).free

    # --- what follows ---

    async def _decided_messages(self, item: Item, decided: Item, decision: Decision) -> Item | Wrong:
        """The messages are judged anew, a batch at a time; what a crash leaves undone is held, and comes up again."""
        messages = self.messages(item)
        decided = structs.replace(decided, touched=len(messages))
        self._close(decided)
        people = tuple(each.user for each in decided.decisions)
        said = Reviewers(item.id, people, decision.reason, decision.says is Says.RELEASE)
        for start in range(0, len(messages) or 1, BATCH_MAX):
            rows = [row for i in messages[start : start + BATCH_MAX] if (row := self._still_held(i)) is not None]
            try:
                await self._follow(decided, said, rows)
            except CommitFailedError:
                self._keep(item)
                raise
        if item.subject in self.world.held.groups:
            self.world.held.fresh.add(item.subject)  # came up meanwhile: nobody has decided of these
        return decided

    async def _follow(self, item: Item, said: Reviewers, rows: Sequence[Row]) -> None:
        now, verdict = self._now(), Reviewed(said.review, said.released)
        entries = commit_entries([review_statement(said, row.message, row.verdict, now, row.salt) for row in rows])
        marks = {row.message.id: verdict for row in rows}
        await self.store.decide(item, marks, Change(Rank.CLAIMS, now, entries=entries))
        self.world.reviewed |= marks
        for row in rows:
            take_up(self.world, row)
        await asyncio.sleep(0)

    def _still_held(self, message: int) -> Row | None:
        row = self.world.store.row(message)
        return row if row is not None and row.state is State.HELD else None

    async def _decided_elsewhere(self, item: Item, decided: Item, decision: Decision) -> Item | Wrong:
        """The paper or consent itself is decided; what is wrong with it by now is said, and it stays in the queue."""
        made = await self._bringers[item.kind].decide(decided, decision)
        return made if isinstance(made, Wrong) else await self._decided_alone(item, made, decision)

    async def _decided_alone(self, item: Item, decided: Item, decision: Decision) -> Item | Wrong:
        """Nothing follows but what is learned from it."""
        self._close(decided)
        await self.store.save([decided])
        return decided

    # --- keeping ---

    async def run(self, every_s: float) -> None:
        """Every few seconds: nothing waits unseen, nothing is remembered for nothing."""
        while True:
            await asyncio.sleep(every_s)
            with suppress(StoreHeldUpError):  # the journeys say so, and wait
                await self.collect()
                await self._tidy()

    async def _tidy(self) -> None:
        """Forget what was decided of messages that have come to their end."""
        looked = dict(islice(self.world.reviewed.items(), LOOK_MAX))
        ended = [message for message in looked if self._ended(message)]
        for message, said in looked.items():
            del self.world.reviewed[message]
            if message not in ended:
                self.world.reviewed[message] = said  # behind the others: their turn is next
        if ended:
            await self.store.forget(ended)

    def _ended(self, message: int) -> bool:
        row = self.world.store.row(message)
        return message not in self.world.board.lives and (row is None or row.state in FINAL)

    def _keep(self, item: Item) -> None:
        self._items[item.id] = item
        self._of[item.kind, item.subject] = item.id

    def _close(self, item: Item) -> None:
        self._items.pop(item.id, None)
        self._of.pop((item.kind, item.subject), None)

    def _now(self) -> int:
        return self.world.clock.now_ms()


FOLLOWS: dict[Kind, Callable[[Reviews, Item, Item, Decision], Awaitable[Item | Wrong]]] = {
    Kind.MESSAGE: Reviews._decided_messages,
    Kind.PAPER: Reviews._decided_elsewhere,
    Kind.CONSENT: Reviews._decided_elsewhere,
    Kind.SAMPLE: Reviews._decided_alone,
}
assert set(FOLLOWS) == set(Kind)

DETAILS: dict[Denied, str] = {
    Denied.GONE: "there is no such open item in the review queue",
    Denied.CLAIMED: "another reviewer has it in hand",
    Denied.SAME_PERSON: "you have released it already; a second person must agree",
    Denied.NO_REASON: "a decision needs a reason",
    Denied.TOO_LONG: f"a reason has at most {reviews.REASON_CHARS_MAX} characters",
    Denied.NOT_LIFTED: "no look at the text ends what holds these messages: a paper, a register or a moment does",
    Denied.NO_LABEL: "this is no category of the taxonomy",
    Denied.NO_MONEY: "the account's balance does not cover these messages",
}
assert set(DETAILS) == set(Denied)


def told(denied: Denied) -> Wrong:
    """Why it is not done, as the API says it."""
    return Wrong(denied.value, DETAILS[denied])
