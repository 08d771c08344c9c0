"""Announcements of authorities: asked for, looked at, confirmed by a second person, and only then handed to the intake.

Their messages go the way of every message, in the lane of their category. Which rules do not hold them is said by the
exemptions of the packs alone; by whose power stands in the ledger before the first of them is offered.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from msgspec import structs

from kanhe.domain.announcement import DOOR, MOVES, Act, Announcement, Stage, Word
from kanhe.domain.category import Category
from kanhe.domain.message import Message
from kanhe.domain.users import User
from kanhe.domain.verdict import Outcome
from kanhe.emergency.proofs import power_of
from kanhe.emergency.rules import NUMBERS_MAX, Denied, act, authority_of
from kanhe.gate.explain import Explained, explain
from kanhe.gate.findings import Mode
from kanhe.intake.normalise import TEXT_CHARS_MAX, VALIDITY_S, VALIDITY_S_MAX
from kanhe.judging import cost_of, gather_facts, judge_in_slices
from kanhe.kit.ids import first_of
from kanhe.ledger.entry import Power, commit_entries, power_statement
from kanhe.ports.announcements import AnnouncementStore
from kanhe.ports.change import Change, Rank
from kanhe.ports.door import Answer, Draft, Refusal, Submission
from kanhe.records.checks import Wrong
from kanhe.records.papers import PLATFORM, today_of
from kanhe.world import BATCH_MAX, World, offer

# What authorities send; everything else is a campaign's business.
CATEGORIES = (Category.EMERGENCY, Category.PUBLIC_SERVICE)
# A full intake drains in two seconds.
AGAIN_S = 0.2
# Of numbers that lie in no country; the gate refuses them.
NOWHERE = "–"
# Wrong numbers that are named; the list is mended as a whole.
WRONG_SHOWN = 5


class Asked(NamedTuple):
    """What somebody asks for."""

    account: int
    authority: str
    sender: str
    category: Category
    danger: bool
    text: str
    numbers: Sequence[str]
    why: str
    validity_s: int | None = None


class Preview(NamedTuple):
    """What the gate would say today of the numbers of one country."""

    country: str
    numbers: int
    outcome: Outcome
    segments: int
    cost: int  # micro-units, of all of them
    lifted: Sequence[str]  # rules that the exemption lifts
    decided: Sequence[Explained]


class Announcements:
    """All announcements; a loop hands confirmed ones to the intake, a batch at a time."""

    def __init__(self, world: World, store: AnnouncementStore) -> None:
        self.world, self.store = world, store
        self._waiting: asyncio.Queue[int] = asyncio.Queue()
        self._changing = asyncio.Lock()  # held from reading an announcement until its new stage is written
        since = first_of(self._now() - VALIDITY_S_MAX * 1000)
        for found in store.standing([Stage.CONFIRMED, Stage.SENT], since):
            world.announced.put(found)
            if found.stage is Stage.CONFIRMED:
                self._waiting.put_nowait(found.id)

    # --- what people do ---

    async def ask(self, asked: Asked, user: User) -> Announcement | Wrong:
        """The first person: nothing leaves by it."""
        numbers = self._numbers(asked)
        if isinstance(numbers, Wrong):
            return numbers
        now, books = self._now(), self.world.books
        validity = asked.validity_s or VALIDITY_S[asked.category]
        word = Word(now, user.id, user.name, Act.ASK, asked.why.strip())
        made = Announcement(
            self.world.ids.next(), asked.account, asked.authority, asked.sender, asked.category, asked.danger,
            asked.text, min(validity, VALIDITY_S_MAX), len(numbers), Stage.ASKED, (word,),
        )  # fmt: skip
        if (wrong := self._wrong(made)) is not None:
            return wrong
        if authority_of(books, made, today_of(books, now)) is None:
            return told(Denied.NO_AUTHORITY, "authority")
        await self.store.add(made, numbers)
        return made

    async def decide(self, identifier: int, user: User, does: Act, reason: str) -> Announcement | Wrong:
        """Confirm (another person than the one who asked), refuse, or stop what is on its way."""
        async with self._changing:
            return await self._decide(identifier, user, does, reason)

    async def _decide(self, identifier: int, user: User, does: Act, reason: str) -> Announcement | Wrong:
        found = self.store.announcement(identifier)
        if found is None or does in (Act.ASK, Act.FINISH):
            return told(Denied.UNKNOWN)
        now, books = self._now(), self.world.books
        decided = act(found, Word(now, user.id, user.name, does, reason.strip()))
        if isinstance(decided, Denied):
            return told(decided, "reason" if decided is Denied.NO_REASON else None)
        if does is Act.CONFIRM and authority_of(books, decided, today_of(books, now)) is None:
            return told(Denied.NO_AUTHORITY)
        await self.store.save(decided, self._entry(decided, does, now))
        self.world.announced.put(decided)
        if does is Act.CONFIRM:
            self._waiting.put_nowait(decided.id)
        return decided

    async def preview(self, found: Announcement) -> Sequence[Preview]:
        """What the gate would say now of one number of each country, once it is confirmed. Nothing is written."""
        world, now, first, counts = self.world, self._now(), dict[str, int](), Counter[str]()
        for number in self.store.numbers(found.id):
            country = world.numbers.recipient(number).country or NOWHERE
            first.setdefault(country, number)
            counts[country] += 1
        messages = [self._message(found, number, place, now) for place, number in enumerate(first.values())]
        power = power_of(world.books, found, now)
        facts = {
            live: structs.replace(each, powers={m.id: power for m in messages} if power is not None else {})
            for live, each in gather_facts(world, messages, now).items()
        }
        shown = []
        for country, message, verdict in zip(
            first, messages, await judge_in_slices(world, messages, facts), strict=True
        ):
            segments, cost = cost_of(world, message, verdict)
            findings = explain(verdict, message, world.gate.library).findings
            lifted = [one.rule for one in findings if one.mode == Mode.LIFTED and one.rule is not None]
            decided = [one for one in findings if one.decided]
            count = counts[country]
            shown.append(Preview(country, count, verdict.outcome, segments, cost * count, lifted, decided))
        return shown

    # --- what follows ---

    async def run(self) -> None:
        """Hand confirmed announcements to the intake, one after the other."""
        while True:
            await self._hand_on(await self._waiting.get())

    async def _hand_on(self, identifier: int) -> None:
        numbers = self.store.numbers(identifier)
        while (found := self.store.announcement(identifier)) is not None and found.stage is Stage.CONFIRMED:
            if found.handed >= len(numbers) or (left := self._usable_s(found)) <= 0:
                await self._finish(identifier)
                return
            answers = await self._batch(found, numbers[found.handed : found.handed + BATCH_MAX], left)
            await self._taken(identifier, found.handed, answers)

    async def _taken(self, identifier: int, handed: int, answers: Sequence[Answer]) -> None:
        async with self._changing:
            now = self.store.announcement(identifier)
            assert now is not None, "announcements are never deleted"
            became = Counter(now.became) + Counter(_became(answer) for answer in answers)
            await self.store.save(structs.replace(now, handed=handed + len(answers), became=dict(became)))

    async def _finish(self, identifier: int) -> None:
        async with self._changing:
            now = self.store.announcement(identifier)
            assert now is not None, "announcements are never deleted"
            if Act.FINISH in MOVES[now.stage]:
                word = Word(self._now(), 0, PLATFORM, Act.FINISH, "all of it was handed on, or its time was over")
                await self.store.save(structs.replace(now, stage=Stage.SENT, words=(*now.words, word)))

    async def _batch(self, found: Announcement, numbers: Sequence[int], left_s: int) -> Sequence[Answer]:
        """Offer a batch under a key of its own: after a crash the intake's answer is known again, and nothing goes twice."""
        key = f"{DOOR}-{found.id}-{found.handed}"
        if self.world.store.keyed(found.account, key) is not None:
            return [Answer(None, None, None)] * len(numbers)
        drafts = [
            Draft(number, found.text, found.sender, found.category, ref=str(found.id), validity_s=left_s)
            for number in numbers
        ]
        answered: asyncio.Future[Sequence[Answer]] = asyncio.get_running_loop().create_future()
        offered = Submission(
            self, found.account, drafts, door=DOOR, handle=answered, key=key, digest=sha256(key.encode()).digest()
        )
        while not offer(self.world, offered):  # noqa: ASYNC110 - the intake has no event for room
            await asyncio.sleep(AGAIN_S)
        return await answered

    # --- as the intake sees it ---

    def answer(self, submission: Submission, answers: Sequence[Answer]) -> None:
        """The commit is done."""
        waiting = submission.handle
        assert isinstance(waiting, asyncio.Future), "submissions of announcements carry one"
        if not waiting.done():
            waiting.set_result(answers)

    def render(self, submission: Submission, answers: Sequence[Answer]) -> bytes:
        """That the key was used is all that is asked later."""
        return b""

    # --- what is asked of an announcement ---

    def _numbers(self, asked: Asked) -> Sequence[int] | Wrong:
        """The numbers, each once; or which of them are none."""
        read: dict[int, None] = {}
        wrong = []
        for written in asked.numbers:
            number = self.world.normaliser.number(written)
            if isinstance(number, Refusal):
                wrong.append(written)
            else:
                read[number] = None
        if wrong:
            return Wrong("number.invalid", ", ".join(wrong[:WRONG_SHOWN]), "numbers")
        if not 0 < len(read) <= NUMBERS_MAX:
            return Wrong("announcement.numbers", f"{len(read)} numbers; 1 to {NUMBERS_MAX} are possible", "numbers")
        return list(read)

    def _wrong(self, made: Announcement) -> Wrong | None:
        books = self.world.books
        if made.account not in books.accounts:
            return Wrong("body.invalid", f"there is no account `{made.account}`", "account")
        if (made.account, made.sender) not in books.senders:
            return Wrong("sender.unknown", f"account `{made.account}` has no sender `{made.sender}`", "sender")
        if made.category not in CATEGORIES:
            return Wrong("body.invalid", f"an announcement is {' or '.join(CATEGORIES)}", "category")
        if not made.text.strip() or len(made.text) > TEXT_CHARS_MAX:
            return Wrong("text.empty" if not made.text.strip() else "text.too-long", "", "text")
        if not made.words[0].reason:
            return told(Denied.NO_REASON, "why")
        return None

    def _entry(self, decided: Announcement, does: Act, now: int) -> Change | None:
        """What the ledger says of a confirmation: by whose power, by which two people, which text."""
        if does is not Act.CONFIRM:
            return None
        authority = self.world.books.authorities[decided.account, decided.authority]
        people = tuple(word.user for word in decided.words)
        power = Power(decided.id, decided.account, people, authority.revision, authority.name, authority.power)
        said = power_statement(power, decided.text, decided.count, now, self.world.gate.library.digest)
        return Change(Rank.CLAIMS, now, entries=commit_entries([said]))

    def _usable_s(self, found: Announcement) -> int:
        confirmed = found.word(Act.CONFIRM)
        assert confirmed is not None, "what is on its way was confirmed"
        return found.validity_s - (self._now() - confirmed.at) // 1000

    def _message(self, found: Announcement, number: int, place: int, now: int) -> Message:
        """A message of it as the gate would see it; its number of order is its id."""
        expires = now + found.validity_s * 1000
        return Message(place, found.account, number, found.text, found.sender, found.category, now, expires, door=DOOR)

    def _now(self) -> int:
        return self.world.clock.now_ms()


def _became(answer: Answer) -> str:
    if answer.refusal is not None:
        return answer.refusal.code
    return answer.state.word if answer.state is not None else "known"


DETAILS: dict[Denied, str] = {
    Denied.UNKNOWN: "there is no such announcement",
    Denied.DECIDED: "it was decided already",
    Denied.SAME_PERSON: "you have asked for it yourself; another person must confirm",
    Denied.NO_REASON: "an announcement and every word on it need a reason of at most 500 characters",
    Denied.NO_AUTHORITY: "no authority of this account is on file, approved, for this category and today",
}
assert set(DETAILS) == set(Denied)


def told(denied: Denied, field: str | None = None) -> Wrong:
    """Why it is not done, as the API says it."""
    return Wrong(denied.value, DETAILS[denied], field)
