"""Plays a file of scenarios: everything of one moment at once, through both doors, on one platform and one virtual clock."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.dossier import Attached, Dossier
from kanhe.domain.facts import Consent, DncAnswer, Suppression
from kanhe.domain.verdict import Verdict
from kanhe.gate.casefile import merged
from kanhe.gate.explain import explain
from kanhe.gate.scenario import deciding
from kanhe.kit.clock import DAY_MS, from_ms
from kanhe.law.source import read_document
from kanhe.ledger.bundle import verify_bundle
from kanhe.ports.change import Change, Rank
from kanhe.ports.store import Filter, Row
from kanhe.records.contents import AuthorityContent
from kanhe.records.documents import key_of
from kanhe.records.filing import written
from kanhe.records.kinds import KINDS
from kanhe.records.papers import Author, attach, decide, file_new
from kanhe.sim.papers import ACCOUNT, API_KEY
from tests.journeys.stage import PROOFS, STATES, Stage

from .customers import Answered, HttpCustomer, SmppCustomer
from .scenes import PAPERS, Earlier, Expect, File, OnFile, Scenario, Step, ms, number_of

TEST_KEY = "kanhe_test_court_" + "1" * 64
# The carrier takes a message and reports it delivered within seconds; two rounds of waiting are enough.
SETTLES = timedelta(seconds=20)

Moment = tuple[datetime, int]
Wrong = list[str]


class Court:
    """One run: what was said, what came of it, where that is not what the file expects."""

    def __init__(self, stage: Stage, file: File) -> None:
        self.stage, self.file = stage, file
        self.wrong: Wrong = []
        self.http: HttpCustomer
        self.smpp = SmppCustomer(stage)

    async def sit(self) -> None:
        """Play everything in the order of time, then look at every proof."""
        await self._prepare()
        for at, plays in self._agenda():
            await asyncio.sleep(max(0.0, (ms(at) - self.stage.clock.now_ms()) / 1000))
            await self._moment(plays)
        await asyncio.sleep(60)
        for scenario, door in self._each():
            self._prove(scenario, door)
        self.http.close()

    async def _prepare(self) -> None:
        platform = self.stage.platform
        test_key = {"account": ACCOUNT, "kind": "api_key", "name": "court", "live": False}
        await platform.file([("credential", {**test_key, "secret": platform.vault.digest(TEST_KEY)})])
        await self._file(_papers())
        await self._file(self.file.file)
        await asyncio.sleep(1)
        self.http = HttpCustomer(self.stage, {"live": API_KEY, "test": TEST_KEY})

    def _each(self) -> Iterator[tuple[Scenario, str]]:
        return ((scenario, door) for scenario in self.file.scenarios for door in scenario.doors)

    # --- the agenda ---

    def _agenda(self) -> list[tuple[datetime, list[tuple[Scenario, object]]]]:
        """What happens, by moment: messages, later steps, and a look at what became of them."""
        found: dict[datetime, list[tuple[Scenario, object]]] = defaultdict(list)
        for scenario in self.file.scenarios:
            at = scenario.at or self.file.starts + timedelta(minutes=1)
            for earlier in scenario.earlier:
                found[earlier.at].append((scenario, earlier))
            found[at].append((scenario, None))
            found[at + SETTLES].append((scenario, scenario.expect))
            for step in scenario.then:
                found[step.at].append((scenario, step))
                if step.expect is not None:
                    found[step.at + SETTLES].append((scenario, step.expect))
        return sorted((at.astimezone(UTC), plays) for at, plays in found.items())

    async def _moment(self, plays: Sequence[tuple[Scenario, object]]) -> None:
        for scenario, play in plays:
            if play is None or (isinstance(play, Earlier) and play is scenario.earlier[0]):
                await self._put_on_file(scenario, first=play is not None or not scenario.earlier)
            elif isinstance(play, Step):
                await self._step(scenario, play)
        await self._send([scenario for scenario, play in plays if play is None], True)
        await self._send([_as(scenario, play) for scenario, play in plays if isinstance(play, Earlier)], False)
        for scenario, play in plays:
            if isinstance(play, Expect):
                for door in scenario.doors:
                    self._look(scenario, door, play)

    async def _send(self, scenarios: Sequence[Scenario], answered: bool) -> None:
        """Through both doors; a door says no exactly when the message is refused."""
        if not scenarios:
            return
        for door, customer in (("http", self.http), ("smpp", self.smpp)):
            sent = [scenario for scenario in scenarios if door in scenario.doors]
            if not sent:
                continue
            for scenario, answer in zip(sent, await customer.send(sent), strict=True):
                if answered:
                    self._hear(scenario, door, answer)

    def _hear(self, scenario: Scenario, door: str, answer: Answered) -> None:
        expect = scenario.expect
        refused = expect.refused_with is not None or expect.verdict == "refuse"
        if answer.taken is refused:
            self.wrong.append(f"{scenario.id} {door}: answered {answer.status}, {answer.problem.get('code')}")
        if door == "http" and expect.refused_with not in (None, answer.problem.get("code")):
            self.wrong.append(f"{scenario.id} {door}: problem `{answer.problem.get('code')}`: {answer.problem}")

    # --- what is on file ---

    async def _put_on_file(self, scenario: Scenario, *, first: bool) -> None:
        if not first:
            return
        now, ids = self.stage.clock.now_ms(), self.stage.platform.world.ids
        sender = self.stage.platform.world.books.senders[ACCOUNT, scenario.sender]
        on_file, change = scenario.on_file, Change(Rank.INBOUND, now)
        for door in scenario.doors:
            if on_file == OnFile():
                continue
            number = number_of(scenario, door)
            if on_file.consent is not None:
                consent = consent_of(on_file.consent, ids.next(), sender.entity, now)
                change.consents = [*change.consents, (ACCOUNT, number, consent)]
            if on_file.refusal is not None:
                refusal = refusal_of(on_file.refusal, ids.next(), sender.entity, now)
                change.suppressions = [*change.suppressions, (number, refusal)]
            for register, said in on_file.registers.items():
                answer = DncAnswer(bool(said.get("listed")), now - int(said.get("days_old", 1) * DAY_MS))
                change.dnc = [*change.dnc, (register, number, answer)]
        await self.stage.platform.store.commit(change)

    async def _step(self, scenario: Scenario, step: Step) -> None:
        await self._file(step.file)
        if step.recipient_writes is not None:
            shown = self.stage.platform.world.books.senders[ACCOUNT, scenario.sender].id.value
            for door in scenario.doors:
                assert self.stage.carrier.inject(str(number_of(scenario, door)), shown, step.recipient_writes)
        if step.consents is not None:
            await self._put_on_file(msgspec.structs.replace(scenario, on_file=OnFile(step.consents)), first=True)

    async def _file(self, papers: Sequence[Mapping[str, Mapping[str, Any]]]) -> None:
        """Papers as they differ from those on file: maps merge, lists and values replace."""
        books = self.stage.platform.world.books
        for paper in papers:
            if "authority" in paper:
                await self._approve_mandate(paper["authority"])
                continue
            for kind, body in paper.items():
                told = {"account": ACCOUNT, **body} if kind in ("sender", "template") else dict(body)
                known = books.find(kind, key_of(kind, told))
                whole = merged(written(known), told) if known is not None else told
                await self.stage.platform.file([(kind, whole)])

    async def _approve_mandate(self, body: Mapping[str, Any]) -> None:
        """The account files it with its proof, and two people approve it."""
        platform, now = self.stage.platform, self.stage.clock.now_ms()
        world, store = platform.world, platform.cabinet.dossiers
        books, kind, author = world.books, KINDS["authority"], Author("key court", now)
        content = msgspec.convert(body, AuthorityContent)
        made = await file_new(store, books, world.ids.next(), ACCOUNT, kind, content, author)
        assert isinstance(made, Dossier), made
        mandate = Attached(made.id, 1, "0" * 64, "mandate", "m.pdf", "application/pdf", 16, now, author.by)
        assert await attach(store, books, made, mandate, now) is None
        assert await decide(store, books, str(made.id), "approve", "genuine", ("An", "Bo"), now) is None

    # --- what became of it ---

    def _row(self, scenario: Scenario, door: str) -> Row | None:
        """The newest message with the scenario's text; not our own confirmations."""
        rows = self.stage.platform.store.rows(Filter(account=ACCOUNT, number=number_of(scenario, door), limit=20))
        row = next((row for row in rows if row.message.text == scenario.text or scenario.more), None)
        live = self.stage.platform.world.board.lives.get(row.message.id) if row is not None else None
        if row is not None and live is not None:
            row.state, row.verdict = live.state, live.verdict
        return row

    def _look(self, scenario: Scenario, door: str, expect: Expect) -> None:
        if expect.refused_with is not None:
            return
        row = self._row(scenario, door)
        if row is None:
            self.wrong.append(f"{scenario.id} {door}: no message was written")
            return
        differs = list(differences(row, expect))
        shown = self.stage.carrier.handsets.get(str(row.message.recipient), ())
        final = row.verdict.text or scenario.text
        arrived = final in shown if not scenario.more else bool(shown)
        if arrived is not (row.state.word == "delivered") and not scenario.earlier:
            differs.append(f"on the handset: {list(shown)}")
        if differs:
            told = ", ".join(f"{f.rule or f.code}={f.code}:{f.effect.name.lower()}" for f in row.verdict.shape.findings)
            self.wrong.append(f"{scenario.id} {door} at {from_ms(self.stage.clock.now_ms())}: {differs}\n    [{told}]")

    def _prove(self, scenario: Scenario, door: str) -> None:
        """Every verdict is explained in both languages, a legal one with its provision, and stands in the ledger."""
        if scenario.expect.refused_with is not None or (row := self._row(scenario, door)) is None:
            return
        platform = self.stage.platform
        told = explain(row.verdict, row.message, platform.world.gate.library)
        for one in told.findings:
            told_in = [one.words[language].what for language in ("en", "zh")]
            if one.decided and not (all(told_in) and (one.rule is None or one.citation)):
                self.wrong.append(f"{scenario.id} {door}: `{one.code}` is not explained")
        octets = platform.ledger.bundle(row)
        if octets is None:
            self.wrong.append(f"{scenario.id} {door}: no evidence")
        else:
            verify_bundle(octets, platform.notary.verifier)


def differences(row: Row, expect: Expect) -> Iterator[str]:
    """Where a message is not what is expected of it."""
    verdict = row.verdict
    found = {
        "state": row.state.word,
        "verdict": verdict.outcome.value,
        "category": verdict.category.value,
        "text": verdict.text,
    }
    for name, value in found.items():
        expected = getattr(expect, name)
        if expected is not None and expected != value:
            yield f"{name} `{value}`, expected `{expected}`"
    missing = set(expect.rules) - {finding.rule for finding in verdict.shape.findings}
    if missing:
        yield f"not among the rules: {sorted(missing)}"
    deciders = _deciders(verdict)
    if expect.decided_by and set(expect.decided_by) != deciders:
        yield f"decided by {sorted(deciders)}, expected {sorted(expect.decided_by)}"
    if expect.until is not None and (row.due is None or from_ms(row.due) != expect.until):
        yield f"until {row.due and from_ms(row.due).astimezone(expect.until.tzinfo)}, expected {expect.until}"


def _deciders(verdict: Verdict) -> set[str]:
    return {finding.rule or finding.code for finding in deciding(verdict)}


def consent_of(told: Mapping[str, Any], identifier: int, entity: str | None, now: int) -> Consent:
    """A consent with everything in order, a month old, but for what is told."""
    base = {
        "id": identifier, "status": "active", "entity": entity, "categories": ["marketing"], "method": "written",
        "captured_at": now - int(told.get("days_old", 30) * DAY_MS), "proof_fields": PROOFS, "review": "approved",
        "states": STATES, "channel": "web",
    }  # fmt: skip
    own = {name: value for name, value in told.items() if name not in ("days_old", "ends_in_hours")}
    if "ends_in_hours" in told:
        own["expires_at"] = now + int(told["ends_in_hours"] * 3_600_000)
    return msgspec.convert({**base, **own}, Consent)


def refusal_of(told: Mapping[str, Any], identifier: int, entity: str | None, now: int) -> Suppression:
    """A refusal of the sender's offers, a day old, but for what is told."""
    at = now - int(told.get("days_old", 1) * DAY_MS)
    base = {
        "id": identifier, "at": at, "level": "sender", "entity": entity, "account": ACCOUNT,
        "categories": [Category.MARKETING, Category.CONSENT_REQUEST],
    }  # fmt: skip
    return msgspec.convert({**base, **{k: v for k, v in told.items() if k != "days_old"}}, Suppression)


def _as(scenario: Scenario, earlier: Earlier) -> Scenario:
    text, category = earlier.text or scenario.text, earlier.category or scenario.category
    return msgspec.structs.replace(scenario, text=text, category=category)


def _papers() -> Sequence[Mapping[str, Mapping[str, Any]]]:
    found: Any = read_document(PAPERS).data
    return list(found)
