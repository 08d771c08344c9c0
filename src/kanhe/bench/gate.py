"""The gate with all its books behind it: consents and refusals by the million in a store, texts read by the content engine."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from operator import attrgetter
from pathlib import Path
from time import process_time
from typing import Any

from kanhe.app.run import set_collector
from kanhe.domain.facts import Consent, Suppression
from kanhe.domain.message import Message
from kanhe.gate import traffic
from kanhe.gate.measure import measure
from kanhe.intake.content import ContentEngine
from kanhe.law.load import load_packs
from kanhe.moderation.engine import Moderator
from kanhe.moderation.policy import load
from kanhe.records.books import Books
from kanhe.store import packing
from kanhe.store.consents import pack_consent
from kanhe.store.sqlite.connect import connect
from kanhe.store.sqlite.statements import load as load_sql
from kanhe.store.sqlite.store import open_store

# Rows of one statement: the pages of one piece stay in the cache while it is written.
PIECE = 65_536


def bench_gate(batches: int, on_file: int) -> dict[str, Any]:
    """Figures of the gate; of `on_file` consents and as many refusals some are those of the traffic."""
    given = traffic.batches(batches)
    with tempfile.TemporaryDirectory(prefix="kanhe-bench-") as folder:
        path = Path(folder) / "kanhe.db"
        open_store(path, inline=True, durable=False).close()
        _fill(path, given, on_file)
        # As in service: what is built stays, the collector runs rarely.
        set_collector()
        with closing(open_store(path, inline=True, durable=False)) as store:
            found = measure(load_packs(), given, store.ask)
    texts, distinct = _texts(given)
    found["cpu_us_per_message"] = round(found["cpu_us_per_message"] + texts, 2)
    return {"on_file": on_file, **found, "texts_us": texts, "distinct_text_us": distinct}


def _fill(path: Path, given: Sequence[traffic.Batch], on_file: int) -> None:
    """Write the traffic's own consents and refusals among as many others as there is room for."""
    consents = {pair: found[0] for _, facts in given for pair, found in facts.consents.items()}
    refused = {number: found[0] for _, facts in given for number, found in facts.suppressions.items()}
    others = pack_consent(next(iter(consents.values()))), packing.pack(next(iter(refused.values())))
    rows = {"add_consents": _consents(consents, others[0]), "add_suppressions": _refusals(refused, others[1])}
    with closing(connect(path, durable=False)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 10000")
        for name, each in rows.items():
            left = islice(each, on_file)
            while piece := list(islice(left, PIECE)):
                connection.execute("BEGIN")
                load_sql()[name].many(connection, piece)
                connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _consents(own: dict[tuple[int, int], Consent], other: bytes) -> Iterator[tuple[object, ...]]:
    """The traffic's own, then others of the same accounts, in the order of their keys."""
    for (account, number), consent in own.items():
        yield account, number, consent.id, pack_consent(consent)
    for account in range(1, traffic.ACCOUNTS + 1):
        for land in sorted(traffic.LANDS, key=attrgetter("first")):
            for number in range(land.first + traffic.NUMBERS, land.first + 2 * traffic.NUMBERS):
                yield account, number, number, other


def _refusals(own: dict[int, Suppression], other: bytes) -> Iterator[tuple[object, ...]]:
    """The traffic's own, then others beside its numbers."""
    for number, suppression in own.items():
        yield number, suppression.id, 1, packing.pack(suppression)
    for number in range(1, 1 << 40):
        yield number, number, 1, other


def _texts(given: Sequence[traffic.Batch]) -> tuple[float, float]:
    """What the content engine takes for a text of a known kind, and for one like no other."""
    books = Books()
    facts = given[0][1]
    for account in facts.accounts.values():
        books.put(account)
    for sender in facts.senders.values():
        books.put(sender)
    engine = ContentEngine(Moderator(load()), books)
    known = [[message for message in batch if not traffic.is_distinct(message)] for batch, _ in given]
    distinct = [[message for message in batch if traffic.is_distinct(message)] for batch, _ in given]
    engine.describe(known[0])
    return _us(engine, known[1:] or known), _us(engine, distinct)


def _us(engine: ContentEngine, batches: Sequence[Sequence[Message]]) -> float:
    begun = process_time()
    for batch in batches:
        engine.describe(batch)
    return round((process_time() - begun) * 1e6 / sum(map(len, batches)), 2)
