"""A paper's life: filed, proved, reviewed, in force, superseded, suspended, over; with who, when and why of each step."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec import structs

from kanhe.domain.dossier import Act, Attached, Dossier, Stand
from kanhe.domain.papers import Account, Operator, Sender
from kanhe.domain.verdict import Outcome
from kanhe.kit.clock import FixedClock
from kanhe.kit.ids import IdSource
from kanhe.ledger.entry import Kind, decode_entry
from kanhe.records.books import Books, open_books
from kanhe.records.checks import Wrong
from kanhe.records.contents import (
    AgreementContent,
    AuthorityContent,
    LicenceContent,
    OwnerContent,
    QualificationContent,
    SenderContent,
    SenderIdContent,
    TemplateContent,
    VariableContent,
)
from kanhe.records.kinds import KINDS
from kanhe.records.papers import Author, attach, decide, file_new, file_version, submitted, withdraw
from kanhe.records.past import Papers
from kanhe.store.sqlite.dossiers import SqliteDossiers
from kanhe.store.sqlite.past import PastTraffic
from kanhe.store.sqlite.store import SqliteStore, open_store

# 2026-11-24T12:00:00+08:00
NOW = 1_795_492_800_000
USCI = "91110108551385082Q"
QUALIFICATION = QualificationContent("shop", "示例商城有限公司", "company", "CN", USCI, "张三", "2027-11-24")
OWN = OwnerContent("entity")
SENDER = SenderContent("商城", SenderIdContent("numeric", "10690001"), "shop", OWN, "示例商城")
LICENCE = LicenceContent("cn.value_added_telecom", "A2.B1-2024", "示例", "2027-01-01", coverage=["nationwide"])
AUTHORITY = AuthorityContent("county", "示例县应急管理局", "突发事件应对法第四十三条", ["emergency"], "2028-01-01")
TEMPLATE = TemplateContent("code", "验证码{code}", "verification", {"code": VariableContent("code", 6)})  # type: ignore[arg-type]


@dataclass
class Desk:
    """Books, dossiers, a clock: what the surfaces hold."""

    store: SqliteStore
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    books: Books = field(default_factory=Books)

    def __post_init__(self) -> None:
        self.dossiers = SqliteDossiers(self.store)
        self.ids = IdSource(self.clock, 1)
        self.books.put(Operator(1, "Kanhe", "CN", agreements={"cn.customer_terms": (("1", "2026-01-01"),)}))
        for account in (1, 2):
            self.books.put(Account(1, account, f"account {account}"))

    def author(self, by: str = "key") -> Author:
        self.clock.advance(1)
        return Author(by, self.clock.now_ms())

    async def new(self, kind: str, content: object, account: int = 1) -> Dossier | Wrong:
        return await file_new(
            self.dossiers, self.books, self.ids.next(), account, KINDS[kind], content, self.author()  # type: ignore[arg-type]
        )  # fmt: skip

    async def filed(self, kind: str, content: object, *roles: str, account: int = 1) -> Dossier:
        dossier = await self.new(kind, content, account)
        assert isinstance(dossier, Dossier), dossier
        for role in roles:
            assert await self.proved(dossier, role) is None
        return dossier

    async def proved(self, dossier: Dossier, role: str) -> Wrong | None:
        now = self.author().now
        return await attach(
            self.dossiers, self.books, dossier, Attached(dossier.id, 0, role, role, "x.pdf", "application/pdf", 9, now, "key"), now
        )  # fmt: skip

    async def decide(
        self, dossier: Dossier, decision: str, reason: str = "", people: Sequence[str] = ("li", "wang")
    ) -> Wrong | None:
        author = self.author("li")
        return await decide(self.dossiers, self.books, str(dossier.id), decision, reason, people, author.now)

    async def approved(self, kind: str, content: object, *roles: str, account: int = 1) -> Dossier:
        dossier = await self.filed(kind, content, *roles, account=account)
        assert await self.decide(dossier, "approve") is None
        return dossier

    async def qualified(self, account: int = 1) -> Dossier:
        return await self.approved(
            "qualification", QUALIFICATION, "registration", "authorisation", "identity", account=account
        )

    def stands(self, dossier: Dossier) -> list[Stand]:
        return [version.stand for version in self.dossiers.versions(dossier.id)]

    def acts(self, dossier: Dossier) -> list[Act]:
        return [done.act for done in reversed(self.dossiers.history(dossier.id))]


Story = Callable[[Desk], Coroutine[object, object, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    def run(story: Story) -> None:
        store = open_store(tmp_path / "kanhe.db", durable=False)
        try:
            asyncio.run(story(Desk(store)))
        finally:
            store.close()

    return run


def test_a_paper_is_a_draft_until_its_documents_are_there(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        licence = await desk.filed("licence", LICENCE)
        assert desk.stands(licence) == [Stand.DRAFT]
        assert not submitted(desk.dossiers)
        assert (wrong := await desk.decide(licence, "approve"))
        assert wrong.code == "paper.stand"
        assert await desk.proved(licence, "copy") is None
        assert desk.stands(licence) == [Stand.SUBMITTED]
        [waiting] = submitted(desk.dossiers)
        assert (waiting.key, waiting.kind, waiting.account) == (str(licence.id), "licence", 1)
        assert not desk.books.accounts[1].licences
        assert await desk.decide(licence, "claim") is None
        assert await desk.decide(licence, "approve", "matches the register") is None
        assert [each.key for each in desk.books.accounts[1].licences] == ["cn.value_added_telecom"]
        assert desk.acts(licence) == [Act.FILE, Act.ATTACH, Act.SUBMIT, Act.CLAIM, Act.APPROVE]
        [done, *_] = desk.dossiers.history(licence.id)
        assert (done.by, done.reason, done.at) == ("li, wang", "matches the register", desk.clock.now_ms())

    play(story)


@pytest.mark.parametrize(
    ("kind", "content", "role"), [("licence", LICENCE, "copy"), ("authority", AUTHORITY, "mandate")]
)
def test_grave_papers_take_two_different_people(
    play: Callable[[Story], None], kind: str, content: object, role: str
) -> None:
    async def story(desk: Desk) -> None:
        paper = await desk.filed(kind, content, role)
        for people in (("li",), ("li", "li")):
            assert (wrong := await desk.decide(paper, "approve", people=people))
            assert wrong.code == "review.second-person-needed"
        assert desk.stands(paper) == [Stand.SUBMITTED]
        assert await desk.decide(paper, "approve", people=("li", "wang")) is None
        assert await desk.decide(paper, "suspend", "one is enough", people=("li",)) is None

    play(story)


def test_a_refused_paper_never_counts_and_a_new_version_may(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        licence = await desk.filed("licence", LICENCE, "copy")
        assert await desk.decide(licence, "refuse", "the scan cannot be read") is None
        assert not desk.books.accounts[1].licences
        assert await file_version(desk.dossiers, desk.books, licence, LICENCE, "a better scan", desk.author()) is None
        assert desk.stands(licence) == [Stand.SUBMITTED, Stand.REFUSED]
        assert await desk.decide(licence, "approve") is None
        assert len(desk.books.accounts[1].licences) == 1

    play(story)


def test_a_new_version_takes_the_place_of_the_old_when_it_is_approved(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        licence = await desk.approved("licence", LICENCE, "copy")
        later = LicenceContent("cn.value_added_telecom", "A2.B1-2024", "示例", "2030-01-01", coverage=["CN-11"])
        assert await file_version(desk.dossiers, desk.books, licence, later, "renewed", desk.author()) is None
        assert desk.stands(licence) == [Stand.DRAFT, Stand.APPROVED], "another term needs new proof"
        assert desk.books.accounts[1].licences[0].valid_to == "2027-01-01"
        assert await desk.proved(licence, "copy") is None
        assert await desk.decide(licence, "approve") is None
        assert desk.stands(licence) == [Stand.APPROVED, Stand.SUPERSEDED]
        assert desk.books.accounts[1].licences[0].valid_to == "2030-01-01"

    play(story)


def test_a_licence_that_is_suspended_does_not_count_until_it_is_resumed(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        licence = await desk.approved("licence", LICENCE, "copy")
        before = desk.books.accounts[1].revision
        assert await desk.decide(licence, "suspend", "a complaint") is None
        assert not desk.books.accounts[1].licences
        assert desk.books.accounts[1].revision > before, "verdicts that rest on it are judged again"
        assert await desk.decide(licence, "resume") is None
        assert len(desk.books.accounts[1].licences) == 1
        assert await withdraw(desk.dossiers, desk.books, licence, "sold", desk.author()) is None
        assert desk.stands(licence) == [Stand.WITHDRAWN]
        assert not desk.books.accounts[1].licences

    play(story)


def test_a_sender_needs_its_entity_and_rests_with_it(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        assert (wrong := await desk.new("sender", SENDER))
        assert isinstance(wrong, Wrong)
        assert wrong.code == "qualification.missing"
        behind = await desk.qualified()
        await desk.approved("sender", SENDER)
        sender = desk.books.senders[1, "商城"]
        assert (sender.status, sender.valid_to) == ("approved", "2027-11-24"), "it ends with its qualification"
        assert (sender.entity_kind, sender.seat) == ("company", "CN")
        assert await desk.decide(behind, "suspend", "its register says closed") is None
        assert desk.books.senders[1, "商城"].status == "suspended"
        assert await desk.decide(behind, "resume") is None
        assert desk.books.senders[1, "商城"].status == "approved"

    play(story)


def test_a_port_belongs_to_one_account(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        await desk.qualified(1)
        await desk.qualified(2)
        first = await desk.filed("sender", SENDER)
        second = await desk.filed("sender", SENDER, account=2)
        assert await desk.decide(first, "approve") is None
        assert (wrong := await desk.decide(second, "approve"))
        assert (wrong.code, wrong.field) == ("port.bound", "id.value")
        assert desk.stands(second) == [Stand.SUBMITTED]
        assert await withdraw(desk.dossiers, desk.books, first, "", desk.author()) is None
        assert await desk.decide(second, "approve") is None, "who gives a port back leaves it free"

    play(story)


def test_the_name_of_another_needs_an_authorisation(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        await desk.qualified()
        theirs = SenderContent(
            "品牌", SenderIdContent("numeric", "10690002"), "shop", OwnerContent("third_party", "品牌公司"), "品牌"
        )
        sender = await desk.filed("sender", theirs)
        assert desk.stands(sender) == [Stand.DRAFT]
        assert await desk.proved(sender, "authorisation") is None
        assert desk.stands(sender) == [Stand.DRAFT]
        assert await desk.proved(sender, "owner_registration") is None
        assert desk.stands(sender) == [Stand.SUBMITTED]

    play(story)


def test_what_the_operator_filed_stays_when_an_account_files_a_new_version(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        await desk.qualified()
        sender = await desk.approved("sender", SENDER)
        filed = desk.books.filed["sender", "1/商城"]
        assert isinstance(filed, Sender)
        traits = {
            "account": 1,
            "name": "商城",
            "id": {"type": "numeric", "value": "10690001", "traits": ["registered"]},
        }
        from kanhe.records.documents import read

        desk.books.put(
            read("sender", "1/商城", 50, {**traits, "registrations": {"cn.signature": {"key": "cn.signature"}}})
        )
        linked = SenderContent("商城", SENDER.id, "shop", OWN, "示例商城", ["example.com"])
        assert await file_version(desk.dossiers, desk.books, sender, linked, "a link", desk.author()) is None
        assert await desk.decide(sender, "approve") is None
        now = desk.books.senders[1, "商城"]
        assert (now.id.traits, now.links) == ({"registered"}, {"example.com"})
        assert set(now.registrations) == {"cn.signature"}

    play(story)


def test_an_agreement_counts_as_soon_as_it_is_accepted(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        wrong = await desk.new("agreement", AgreementContent("cn.customer_terms", "2", "王五"))
        assert isinstance(wrong, Wrong)
        assert wrong.code == "agreement.unpublished"
        accepted = await desk.filed("agreement", AgreementContent("cn.customer_terms", "1", "王五"))
        assert desk.stands(accepted) == [Stand.APPROVED]
        assert desk.books.accounts[1].agreements["cn.customer_terms"][0] == "1"

    play(story)


WRONG: list[tuple[str, object, str, str | None]] = [
    ("licence", LicenceContent("no.such", "1", "x", "2027-01-01"), "body.invalid", "key"),
    ("licence", LicenceContent("cn.value_added_telecom", "1", "x", "2027-02-30"), "body.invalid", "valid_to"),
    ("licence", LicenceContent("cn.value_added_telecom", "1", "x", "2026-11-23"), "paper.over", "valid_to"),
    ("licence", LicenceContent("cn.value_added_telecom", "1", "x", "2028-01-01", "2027-01-01"), "paper.not-begun", "valid_from"),
    ("qualification", QualificationContent("s", "n", "company", "CN", USCI[:-1] + "7", "p"), "body.invalid", "number"),
    ("qualification", QualificationContent("s", "n", "shop", "DE", "1", "p"), "body.invalid", "kind"),
    ("template", TemplateContent("t", "Hi {who}", "transactional"), "body.invalid", "variables"),  # type: ignore[arg-type]
    ("template", TemplateContent("t", "Hi {Who}", "transactional"), "body.invalid", "text"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "code", "at"), WRONG)
def test_what_is_wrong_is_said(
    play: Callable[[Story], None], kind: str, content: object, code: str, at: str | None
) -> None:
    async def story(desk: Desk) -> None:
        wrong = await desk.new(kind, content)
        assert isinstance(wrong, Wrong)
        assert (wrong.code, wrong.field) == (code, at)

    play(story)


def test_a_decision_stands_in_the_ledger_and_a_restart_finds_everything(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        template = await desk.approved("template", TEMPLATE)
        [entry] = [decode_entry(stored.octets) for stored in desk.store.entries_of(template.id)]
        assert (entry.kind, entry.outcome, entry.message_id) == (Kind.REVIEW, Outcome.ALLOW, template.id)
        again = open_books(desk.store.documents())
        assert again.templates == desk.books.templates
        assert desk.store.revision == desk.books.templates[1, "code"].revision

    play(story)


def test_two_reviewers_cannot_both_decide(play: Callable[[Story], None]) -> None:
    async def story(desk: Desk) -> None:
        licence = await desk.filed("licence", LICENCE, "copy")
        said = await asyncio.gather(desk.decide(licence, "approve"), desk.decide(licence, "refuse"))
        assert [wrong and wrong.code for wrong in said] == [None, "paper.stand"]

    play(story)


def test_the_books_of_an_earlier_instant_are_made_anew_from_the_dossiers(
    play: Callable[[Story], None], tmp_path: Path
) -> None:
    async def story(desk: Desk) -> None:
        licence = await desk.filed("licence", LICENCE, "copy")
        instants = [desk.clock.now_ms()]

        async def then(wait: Awaitable[Wrong | None]) -> None:
            desk.clock.advance(60)
            assert await wait is None
            instants.append(desk.clock.now_ms())

        await then(desk.decide(licence, "approve"))
        await then(desk.decide(licence, "suspend", "a complaint"))
        await then(desk.decide(licence, "resume", "it was answered"))
        narrower = structs.replace(LICENCE, coverage=["CN-11"])
        desk.clock.advance(60)
        assert await file_version(desk.dossiers, desk.books, licence, narrower, "moved", desk.author()) is None
        await then(desk.decide(licence, "approve"))
        past = PastTraffic(tmp_path / "kanhe.db")
        account = ("account", "1", 1, b'{"id": 1, "name": "account 1"}')
        papers = Papers([account, *past.documents()], past.lives())
        past.close()

        def covered(at: int) -> list[list[str]]:
            return [sorted(each.coverage) for each in papers.at(at).accounts[1].licences]

        whole, part = [["nationwide"]], [["CN-11"]]
        assert [covered(at) for at in instants] == [[], whole, [], whole, part]
        assert covered(instants[1] + 59_000) == whole
        first, again = papers.at(instants[1]), papers.at(instants[3])
        assert first.accounts[1].revision == again.accounts[1].revision, "the same paper is known by the same revision"
        assert first.accounts[1].revision != papers.at(instants[4]).accounts[1].revision

    play(story)
