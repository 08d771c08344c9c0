"""A real world behind the door: the real gate on the real packs, a real SQLite store, one simulated route."""

from collections.abc import Mapping, Sequence

from kanhe.billing.purse import Purse
from kanhe.carriers.cutting import Cuts
from kanhe.dispatch.board import Live
from kanhe.dispatch.outbox import Outbox
from kanhe.domain.facts import TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import Account, Basis, Credential, Operator, Route, Sender, SenderId, Template
from kanhe.gate.gate import Gate
from kanhe.inbound.act import Acts
from kanhe.intake.content import ContentEngine
from kanhe.intake.normalise import Normaliser
from kanhe.kit.clock import Clock
from kanhe.kit.ids import IdSource
from kanhe.kit.lanes import LaneQueue
from kanhe.kit.rng import SeededRng
from kanhe.kit.vault import Vault
from kanhe.law.numbers import NumberPlan, NumberRefused, parse_number
from kanhe.moderation.engine import Moderator
from kanhe.moderation.policy import load
from kanhe.ports.door import Refusal, Submission
from kanhe.ports.dossiers import Cabinet, PaperTeller
from kanhe.records.books import Books
from kanhe.records.documents import Paper
from kanhe.routing.candidates import Routes
from kanhe.store.files import FileStore
from kanhe.store.sqlite.dossiers import SqliteDossiers
from kanhe.store.sqlite.duties import SqliteDuties
from kanhe.store.sqlite.reports import SqliteReports
from kanhe.store.sqlite.store import SqliteStore
from kanhe.upkeep.due import DueTimes
from kanhe.upkeep.steadiness import Steadiness
from kanhe.world import World

# Friday 2027-01-15, 12:00 in London: no quiet hours anywhere that matters here.
NOW = 1_800_014_400_000
MINE, THEIRS = 7, 8
MODERATOR = Moderator(load())
PRICE = 45_000


class Numbers(NumberPlan):
    def read(self, written: str | int) -> int | Refusal:
        found = written if isinstance(written, int) else parse_number(written)
        return Refusal(found.code, found.understood, "to") if isinstance(found, NumberRefused) else found


class Content(ContentEngine):
    """Offers are what says so; enough for a door. What people ask of a text is answered in earnest."""

    def alike(self, text: str) -> str:
        return text

    def describe(self, messages: Sequence[Message]) -> dict[str, TextFacts]:
        return {m.text: TextFacts(promotional="% off" in m.text, shows=frozenset({"sender_name"})) for m in messages}


class StillLink:
    """A carrier that never has room: messages stay where they are until a test moves them."""

    def room(self) -> int:
        """None."""
        return 0

    async def wait_for_room(self) -> int:
        raise NotImplementedError

    def submit(self, lives: list[Live]) -> None:
        raise NotImplementedError


def papers(vault: Vault, keys: Mapping[str, tuple[int, bool]]) -> list[Paper]:
    """Two accounts with a sender each, their keys, one simulated route."""
    made: list[Paper] = [
        Operator(1, "Kanhe Test", "GB", countries=frozenset({"GB"})),
        Route(1, "sim", "sim", "sim", price=PRICE, simulated=True),
    ]
    for account, name in ((MINE, "Example"), (THEIRS, "Other")):
        made.append(Account(1, account, name, basis=Basis("contract")))
        made.append(
            Sender(
                1,
                account,
                name,
                SenderId("alphanumeric", name),
                entity=name,
                entity_kind="company",
                seat="GB",
                signature=name,
            )
        )
    made.append(Template(1, MINE, "shipped", "Your order {number} has left us."))
    for key, (account, live) in keys.items():
        identifier = key.split("_")[2]
        made.append(Credential(1, account, "api_key", identifier, vault.digest(key), live=live))
    return made


def cabinet_of(store: SqliteStore, vault: Vault, teller: PaperTeller) -> Cabinet:
    """Dossiers in the store, documents in a folder beside it."""
    return Cabinet(
        SqliteDossiers(store, teller),
        FileStore(store.path.with_name("files"), vault),
        SqliteReports(store),
        SqliteDuties(store),
    )


def make_world(store: SqliteStore, gate: Gate, clock: Clock, books: Books) -> World:
    return World(
        clock=clock,
        ids=IdSource(clock, 1, store.last_id()),
        rng=SeededRng(1),
        books=books,
        routes=Routes(books.routes.values()),
        numbers=Numbers(gate.library.packs),
        content=Content(MODERATOR, books),
        gate=gate,
        store=store,
        purse=Purse([(MINE, 10_000_000, 0), (THEIRS, 10_000_000, 0)]),
        normaliser=Normaliser(Numbers(gate.library.packs), books.templates),
        acts=Acts(books.sender_by_value, lambda number: (), lambda number: (), lambda number: False),
        cuts=Cuts(books.connectors),
        intake=LaneQueue[Submission](4, 1_000),
        steadiness=Steadiness(clock),
        due=DueTimes(clock),
        outboxes={"sim": Outbox("sim", StillLink())},
    )
