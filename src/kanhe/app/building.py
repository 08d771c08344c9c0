"""Builds the world from settings, on a store."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import structlog

from kanhe.app.content import load_policies
from kanhe.billing.purse import Purse
from kanhe.carriers.exchange import count_parts
from kanhe.domain.category import Lane
from kanhe.domain.facts import Suppression, Wants
from kanhe.domain.options import options_of
from kanhe.domain.papers import ConnectorPaper, Route
from kanhe.gate.gate import Gate
from kanhe.inbound.act import Acts
from kanhe.inbound.joining import Joins
from kanhe.intake.content import ContentEngine
from kanhe.intake.normalise import Normaliser
from kanhe.intake.numbers import Numbers
from kanhe.kit.clock import Clock
from kanhe.kit.ids import IdSource
from kanhe.kit.lanes import LaneQueue
from kanhe.kit.rng import Rng
from kanhe.law.library import Library
from kanhe.law.load import load_packs
from kanhe.law.rules import OptOut
from kanhe.moderation.engine import Moderator, Shares
from kanhe.ports.store import Store
from kanhe.protocols.text.alphabets import Alphabet
from kanhe.protocols.text.segments import CountAs, billed_segments, segments
from kanhe.records.books import open_books
from kanhe.routing.candidates import Routes
from kanhe.settings import Settings
from kanhe.upkeep.due import DueTimes
from kanhe.upkeep.steadiness import Steadiness
from kanhe.world import World

log = structlog.get_logger()


def build_world(settings: Settings, store: Store, clock: Clock, rng: Rng) -> World:
    """Everything the journeys ask, on this store."""
    library = load_packs()
    books = open_books(store.documents())
    numbers = Numbers(library.numbers)
    shares = Shares(settings.moderation.sample_one_in, settings.moderation.shadow_one_in)
    content = ContentEngine(Moderator(*load_policies(Path(settings.platform.data)), shares), books)
    return World(
        clock=clock,
        ids=IdSource(clock, settings.platform.node, store.last_id()),
        rng=rng,
        books=books,
        routes=Routes(books.routes.values()),
        numbers=numbers,
        content=content,
        gate=Gate(library, describe=content.describe_amended, on_failure=_alarm),
        store=store,
        purse=Purse((account, *store.balance(account)) for account in books.accounts),
        normaliser=Normaliser(numbers, books.templates),
        joins=Joins(store.inbound_parts()),
        acts=Acts(books.sender_by_value, _suppressions_of(store), _keywords_of(library, numbers), _chinese(numbers)),
        count_segments=segments_on(books.connectors),
        intake=LaneQueue(len(Lane), settings.intake.limit),
        due=DueTimes(clock),
        steadiness=Steadiness(clock),
    )


def _alarm(stage: str, error: Exception) -> None:
    """A stage of the gate broke: its messages are parked until it works."""
    log.error("stage-failed", stage=stage, exc_info=error)


def segments_on(connectors: Mapping[str, ConnectorPaper]) -> Callable[[str, Route], tuple[int, int]]:
    """Segments of a text on a route: as they go over the wire of its connector, and as the price counts them."""

    def count(text: str, route: Route) -> tuple[int, int]:
        connector = connectors.get(route.connector)
        if connector is None or connector.protocol == "smpp":
            cut = segments(text, reference_bits=route.reference_bits)
            return len(cut.parts), billed_segments(text, cut, CountAs(route.count_as))
        parts = count_parts(text, options_of(connector))
        billed = len(segments(text, alphabet=Alphabet.UCS2).parts) if route.count_as == CountAs.UCS2_ALWAYS else parts
        return parts, billed

    return count


def _suppressions_of(store: Store) -> Callable[[int], Iterable[Suppression]]:
    return lambda number: store.ask(Wants(suppressions=frozenset({number}))).suppressions.get(number, ())


def _keywords_of(library: Library, numbers: Numbers) -> Callable[[int], Iterable[str]]:
    """The refusal keywords of a number's own packs."""

    def keywords(number: int) -> list[str]:
        layers = library.layers(numbers.recipient(number).country)
        rules = (rule.parameters for pack in layers for rule in pack.rules)
        return [word for parameters in rules if isinstance(parameters, OptOut) for word in parameters.keywords]

    return keywords


# Where a confirmation is written in Chinese.
CHINESE_READERS = frozenset({"CN", "HK", "TW", "MO"})


def _chinese(numbers: Numbers) -> Callable[[int], bool]:
    return lambda number: numbers.recipient(number).country in CHINESE_READERS
