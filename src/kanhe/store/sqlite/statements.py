"""The hot operations as named SQL. Each stands in a `.sql` file behind its name and a line that says what it does.

A group of question marks that is marked `-- repeated for each row` is written as often as there are rows: one statement
for a batch gives up the interpreter lock once, not once a row.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

_HEADING = re.compile(r"^-- (\w+) --\n-- (.+)$", re.MULTILINE)
_REPEATED = re.compile(r"(\([^()]+\))\s*-- repeated for each row")

# A batch has at most 256 messages, and the smallest limit of variables a SQLite has today is 32,766: 256 rows of 13
# columns stay far below. Longer inputs take several statements.
ROWS_MAX = 256

# Up to here every count of rows has a statement of its own; most batches are smaller, and larger ones take one more.
ROWS_EXACT = 32

# What one connection keeps prepared: a dozen statements in these 39 sizes, the others in the few that they are used with.
PREPARED_MAX = 600


class Statement:
    """One named statement, in as many sizes as it has been used with."""

    def __init__(self, name: str, description: str, sql: str) -> None:
        self.name, self.description = name, description
        self._pieces = _REPEATED.split(sql)
        self._sized: dict[int, str] = {}
        self.sql = self.sized(1)
        self.width = self._pieces[1].count("?") if len(self._pieces) > 1 else 0

    def sized(self, rows: int) -> str:
        """Give its text for `rows` rows."""
        if (text := self._sized.get(rows)) is None:
            text = "".join(
                ", ".join([piece] * rows) if place % 2 else piece for place, piece in enumerate(self._pieces)
            )
            self._sized[rows] = text
        return text

    def many(self, connection: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
        """Write all rows in one statement or two: each costs the writer a hand-over of the interpreter."""
        for start, size in _pieces(len(rows)):
            values = list(chain.from_iterable(rows[start : start + size]))
            connection.execute(self.sized(size), values)

    def about(
        self, connection: sqlite3.Connection, rows: Iterable[Sequence[object]], *more: object
    ) -> list[tuple[Any, ...]]:
        """Ask about all rows; sizes are filled up to powers of two with rows of nothing, which match nothing."""
        asked = list(rows)
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(asked), ROWS_MAX):
            piece = asked[start : start + ROWS_MAX]
            size = 1 << (len(piece) - 1).bit_length()
            values = [*chain.from_iterable(piece), *[None] * (self.width * (size - len(piece))), *more]
            found += connection.execute(self.sized(size), values).fetchall()
        return found


def _pieces(count: int) -> Iterator[tuple[int, int]]:
    """Part a count into whole statements of the largest size, a multiple of `ROWS_EXACT`, and the rest: (start, size)."""
    start = 0
    while start < count:
        left = min(ROWS_MAX, count - start)
        size = left if left <= ROWS_EXACT else left - left % ROWS_EXACT
        yield start, size
        start += size


@cache
def load() -> dict[str, Statement]:
    """Read the statements of the `.sql` files beside this module; no name stands twice."""
    statements: dict[str, Statement] = {}
    for file in (files(__package__) / "sql").iterdir():
        _, *pieces = _HEADING.split(file.read_text(encoding="utf-8"))
        for name, description, sql in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            assert name not in statements, f"two statements are called `{name}`"
            statements[name] = Statement(name, description, sql.strip().rstrip(";"))
    return statements
