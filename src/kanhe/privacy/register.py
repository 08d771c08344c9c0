"""Who asked to be forgotten and what was erased of them: a file beside the database, so that a restored backup can be erased again.

A line an erasure, appended and synced before anything goes. Numbers stand in it sealed; lines end with the backups that might bring
the person back.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from kanhe.kit.vault import Vault

SEALED_FOR = "erasure"


class Erasure(msgspec.Struct, frozen=True):
    """What was erased of a person at one time."""

    at: int  # ms
    number: str  # sealed
    messages: Sequence[int]
    again: int | None = None  # ms: when the law lets go of the rest; None: that was all


class Register:
    """The file, one JSON line an erasure."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._path, self._vault = path, vault

    def __iter__(self) -> Iterator[tuple[int, Erasure]]:
        """All erasures on record with their numbers, oldest first."""
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            erasure = msgspec.json.decode(line, type=Erasure)
            yield int(self._vault.open(erasure.number, SEALED_FOR)), erasure

    def add(self, number: int, at: int, messages: Sequence[int], again: int | None) -> None:
        """Put an erasure on record, durably."""
        line = msgspec.json.encode(Erasure(at, self._vault.seal(str(number), SEALED_FOR), messages, again))
        self._path.touch(mode=0o600)
        with self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def due(self, now: int) -> list[int]:
        """Numbers of which the law has let go of more since."""
        newest = dict(self)
        return [number for number, erasure in newest.items() if erasure.again is not None and erasure.again <= now]

    def forget(self, before: int) -> None:
        """Drop what no backup brings back any more and nothing is left of."""
        everything = list(self)
        newest = dict(everything)
        kept = [e for number, e in everything if e.at >= before or (e is newest[number] and e.again is not None)]
        if len(kept) < len(everything):
            beside = self._path.with_suffix(".new")
            beside.touch(mode=0o600)
            beside.write_bytes(b"".join(msgspec.json.encode(erasure) + b"\n" for erasure in kept))
            beside.replace(self._path)
