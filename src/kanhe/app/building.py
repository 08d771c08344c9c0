"""Builds the world from settings, on a store."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from kanhe.app.content import load_policies
from kanhe.app.law import packs_in_force
from kanhe.billing.purse import Purse
from kanhe.carriers.cutting import Cuts
from kanhe.domain.category import Lane
from kanhe.domain.papers import NOTHING, Sender
from kanhe.domain.state import State
from kanhe.gate.gate import Gate
from kanhe.inbound.act import Acts, QuestionOf
from kanhe.inbound.agree import OPEN_MS, Asked
from kanhe.inbound.joining import Joins
from kanhe.intake.content import ContentEngine
from kanhe.intake.normalise import Normaliser
from kanhe.intake.numbers import Numbers
from kanhe.kit.clock import MINUTE_MS, Clock
from kanhe.kit.faults import Faults
from kanhe.kit.ids import IdSource
from kanhe.kit.lanes import LaneQueue
from kanhe.kit.rng import Rng
from kanhe.law.kinds import OptOut
from kanhe.moderation.engine import Moderator, Shares
from kanhe.ports.store import Filter, Store
from kanhe.records.books import Books, open_books
from kanhe.records.lots import Lots
from kanhe.records.on_file import consents_of, suppressions_of
from kanhe.routing.candidates import Routes
from kanhe.settings import Settings
from kanhe.upkeep.due import DueTimes
from kanhe.upkeep.steadiness import Steadiness
from kanhe.world import World

# Parked messages are judged again every 30 seconds: a stage silent for ten minutes has let some twenty rounds pass.
STAGE_TOLD_MS = 10 * MINUTE_MS

# States before the claim: a request in one of them has reached nobody, and nobody can answer it.
UNSENT = frozenset({State.PARKED, State.HELD, State.DEFERRED, State.CANCELLED, State.EXPIRED, State.REFUSED})


def build_world(settings: Settings, store: Store, clock: Clock, rng: Rng) -> World:
    """Everything the journeys ask, on this store."""
    library = packs_in_force(Path(settings.platform.data))
    faults = Faults()
    books = open_books(store.documents())
    numbers = Numbers(library.numbers)
    asked = settings.opinions.one_in if settings.opinions.service else 0
    shares = Shares(settings.moderation.sample_one_in, settings.moderation.shadow_one_in, asked)
    content = ContentEngine(Moderator(*load_policies(Path(settings.platform.data)), shares), books)
    gate = Gate(library, describe=content.describe_amended, on_failure=partial(_alarm, faults, clock))
    return World(
        clock=clock,
        ids=IdSource(clock, settings.platform.node, store.last_id()),
        rng=rng,
        books=books,
        routes=Routes(books.routes.values()),
        numbers=numbers,
        content=content,
        gate=gate,
        store=store,
        purse=Purse((account, *store.balance(account)) for account in books.accounts),
        normaliser=Normaliser(numbers, books.templates),
        joins=Joins(store.inbound_parts()),
        acts=Acts(
            books.sender_by_value,
            partial(suppressions_of, store),
            _keywords_of(gate, numbers),
            _chinese(numbers),
            _question_of(store, content, books),
            partial(consents_of, store),
        ),
        cuts=Cuts(books.connectors),
        intake=LaneQueue(len(Lane), settings.intake.limit),
        due=DueTimes(clock),
        steadiness=Steadiness(clock),
        faults=faults,
        lots=Lots(store.lots()),
    )


def _alarm(faults: Faults, clock: Clock, stage: str, error: Exception) -> None:
    """A stage of the gate broke: its messages are parked until it works."""
    faults.note(f"gate/{stage}", error, clock.now_ms() + STAGE_TOLD_MS)


def _keywords_of(gate: Gate, numbers: Numbers) -> Callable[[int], Iterable[str]]:
    """The refusal keywords of a number's own packs, as they are in force when somebody writes."""

    def keywords(number: int) -> list[str]:
        layers = gate.library.layers(numbers.recipient(number).country)
        rules = (rule.parameters for pack in layers for rule in pack.rules)
        return [word for parameters in rules if isinstance(parameters, OptOut) for word in parameters.keywords]

    return keywords


def _question_of(store: Store, content: ContentEngine, books: Books) -> QuestionOf:
    """The request for consent that a message from a person may answer."""

    def question(sender: Sender, number: int, now: int) -> Asked | None:
        which = Filter(
            sender.account, category="consent_request", sender=sender.name, number=number, since=now - OPEN_MS, limit=1
        )
        for row in store.rows(which):
            template = books.templates.get((sender.account, row.message.template or ""))
            states = content.describe([row.message])[row.message.text].states
            text = row.verdict.text or row.message.text
            if row.state not in UNSENT:
                return Asked(row.message, text, states | (template.states if template is not None else NOTHING))
        return None

    return question


# Where a confirmation is written in Chinese.
CHINESE_READERS = frozenset({"CN", "HK", "TW", "MO"})


def _chinese(numbers: Numbers) -> Callable[[int], bool]:
    return lambda number: numbers.recipient(number).country in CHINESE_READERS
