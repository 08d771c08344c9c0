"""The notary: gives committed entries their place in the tree and signs it, at most two seconds after their commit."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from kanhe.ledger.integrator import Growth, Integrator, StoredEntry, resume
from kanhe.ledger.note import SigningKey, VerifierKey
from kanhe.ledger.tiles import TileAddress
from kanhe.ports.store import StoreHeldUpError

# An entry stands under a signed checkpoint within two seconds of its commit: looked at twice a second, there is room.
EVERY_S = 0.5
# Entries per growth: 20 ms of hashing, so that the sockets are served in between.
GROWTH_MAX = 4_096


class LedgerStore(Protocol):
    """What the notary asks of the store."""

    def entries_since(self, index: int, limit: int) -> Sequence[StoredEntry]:
        """Committed entries from `index` on, in order; an entry's id is its index."""
        ...

    def tile(self, address: TileAddress) -> bytes | None:
        """A kept tile."""
        ...

    def checkpoint(self) -> tuple[int, bytes] | None:
        """The newest checkpoint: size of the tree, signed note."""
        ...

    async def save_growth(self, growth: Growth) -> None:
        """Tiles and checkpoint in one transaction."""
        ...


class Notary:
    """One node's ledger, growing."""

    def __init__(self, store: LedgerStore, key: SigningKey, every_s: float = EVERY_S) -> None:
        self._store, self._every_s = store, every_s
        kept = store.checkpoint()
        size, note = kept or (0, None)
        self._integrator = resume(key, note, size - 1 if size else -1, store.tile)

    @property
    def verifier(self) -> VerifierKey:
        """The public key under which others verify."""
        return self._integrator.key.verifier

    @property
    def size(self) -> int:
        """Entries under the newest checkpoint."""
        return self._integrator.state.size

    async def grow(self) -> int:
        """Take in what was committed since; how many entries that were."""
        entries = self._store.entries_since(self.size, GROWTH_MAX)
        if not entries:
            return 0
        growth = self._integrator.extend(entries)
        await self._store.save_growth(growth)
        self._integrator = Integrator(self._integrator.key, growth.state)
        return len(entries)

    async def run(self) -> None:
        """Grow for ever; while nothing can be written the entries wait."""
        while True:
            grown = 0
            with suppress(StoreHeldUpError):
                grown = await self.grow()
            if grown < GROWTH_MAX:
                await asyncio.sleep(self._every_s)
