"""What the ledger hands out: checkpoint, tiles, entry bundles, and the evidence for one message."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kanhe.gate.shapes import canonical
from kanhe.ledger.bundle import Evidence, Opened, make_bundle
from kanhe.ledger.entry import SALT_OCTETS_EACH, decode_entry
from kanhe.ledger.errors import TileError
from kanhe.ledger.integrator import StoredEntry
from kanhe.ledger.note import VerifierKey
from kanhe.ledger.tiles import ENTRIES, TILE_WIDTH, TileAddress, encode_bundle, parse_path
from kanhe.ledger.tree import HASH_OCTETS
from kanhe.ports.store import Row

# Entries read at once when the whole ledger is walked.
WALK = 4_096


class EntryStore(Protocol):
    """What evidence asks of the store."""

    def entries_since(self, index: int, limit: int) -> Sequence[StoredEntry]:
        """Entries from an index on."""
        ...

    def entries_of(self, message: int) -> Sequence[StoredEntry]:
        """All entries that speak of a message."""
        ...

    def tile(self, address: TileAddress) -> bytes | None:
        """A kept tile, the widest of its place."""
        ...

    def checkpoint(self) -> tuple[int, bytes] | None:
        """Size of the tree and its newest checkpoint."""
        ...


class LedgerBook:
    """One node's ledger as others may read it; `ledger.verify.LedgerReader` and the HTTP door's `Proofs`."""

    def __init__(self, store: EntryStore, verifier: VerifierKey) -> None:
        self._store, self._verifier = store, verifier

    # --- for the HTTP door ---

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint."""
        kept = self._store.checkpoint()
        return kept[1] if kept else None

    def tile_at(self, path: str) -> bytes | None:
        """A tile or entry bundle by its C2SP path; None when it is not (yet) there."""
        try:
            address = parse_path(path)
        except TileError:
            return None
        if address.level == ENTRIES:
            return self._entry_bundle(address)
        return self.tile(address)

    def bundle(self, row: Row) -> bytes | None:
        """The evidence for a message; None while its entry is not yet under a checkpoint."""
        kept = self._store.checkpoint()
        entries = self._store.entries_of(row.message.id)
        if kept is None or not entries or entries[-1].id >= kept[0]:
            return None
        shown = [self._shown(row, entry) for entry in entries]
        return make_bundle(row.message.id, shown, kept[1], self._verifier, self.tile)

    def _shown(self, row: Row, entry: StoredEntry) -> Evidence:
        """An entry, opened as far as its salt and shape are still on file."""
        said = decode_entry(entry.octets)
        shape = canonical(row.verdict.shape.findings).decode() if said.shape == row.verdict.shape.digest else None
        if len(row.salt) != 2 * SALT_OCTETS_EACH:
            return Evidence(entry.id, entry.octets, shape=shape)
        text = row.message.text if row.verdict.text is None else row.verdict.text
        return Evidence(
            entry.id,
            entry.octets,
            shape=shape,
            recipient=Opened(f"+{row.message.recipient}", row.salt[:SALT_OCTETS_EACH]),
            body=Opened(text, row.salt[SALT_OCTETS_EACH:]) if shape is not None else None,
        )

    def _entry_bundle(self, address: TileAddress) -> bytes | None:
        kept = self._store.checkpoint()
        first = address.index * TILE_WIDTH
        if kept is None or first + address.width > kept[0]:
            return None
        return encode_bundle(entry.octets for entry in self._store.entries_since(first, address.width))

    # --- for verify_store ---

    def entries(self) -> Iterable[StoredEntry]:
        """Every entry under the newest checkpoint, in order."""
        kept = self._store.checkpoint()
        return self._walk(kept[0]) if kept else ()

    def _walk(self, size: int) -> Iterator[StoredEntry]:
        index = 0
        while index < size:
            found = self._store.entries_since(index, min(WALK, size - index))
            if not found:
                return
            yield from found
            index = found[-1].id + 1

    def checkpoints(self) -> Sequence[bytes]:
        """The checkpoints that are kept."""
        kept = self._store.checkpoint()
        return [kept[1]] if kept else []

    def tile(self, address: TileAddress) -> bytes | None:
        """A hash tile at the width asked for; None while it is not that wide."""
        octets, wanted = self._store.tile(address), address.width * HASH_OCTETS
        return octets[:wanted] if octets is not None and len(octets) >= wanted else None
