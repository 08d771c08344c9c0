"""The shapes of verdicts: each written once, known by its number in a message's row and by its digest everywhere else."""

import sqlite3

import msgspec

from kanhe.domain.verdict import Finding, Shape
from kanhe.store.sqlite.statements import load

_read_findings = msgspec.json.Decoder(tuple[Finding, ...]).decode


class Shapes:
    """All shapes of a store. There are a few hundred at most: findings are rows of a table, and few combine."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._numbers: dict[bytes, int] = {}
        self._shapes: dict[int, Shape] = {}
        self._fresh: list[Shape] = []
        for number, digest, pack_digest, findings in connection.execute(load()["shapes"].sql):
            self._keep(number, Shape(_read_findings(findings), digest, pack_digest))

    def shape(self, number: int) -> Shape:
        """Give the shape that a row names."""
        return self._shapes[number]

    def numbers(self) -> dict[bytes, int]:
        """Give the numbers of the digests that are known."""
        return self._numbers

    def add(self, connection: sqlite3.Connection, shape: Shape) -> int:
        """Number a new shape and write it into the transaction at hand."""
        number = len(self._shapes) + 1
        findings = msgspec.json.encode(shape.findings)
        connection.execute(load()["add_shape"].sql, (number, shape.digest, shape.pack_digest, findings))
        self._keep(number, shape)
        self._fresh.append(shape)
        return number

    def committed(self) -> None:
        """What was added now stands in the database."""
        self._fresh.clear()

    def undo(self) -> None:
        """Forget what was added: its transaction failed."""
        for shape in self._fresh:
            del self._shapes[self._numbers.pop(shape.digest)]
        self._fresh.clear()

    def _keep(self, number: int, shape: Shape) -> None:
        self._numbers[shape.digest] = number
        self._shapes[number] = shape
