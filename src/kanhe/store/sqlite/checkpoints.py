"""Checkpoints of the write-ahead log: the copying is done on a thread of its own, so that no tick waits for it.

That thread copies passively while the writer writes on. Once it is through, the writer itself copies the little that has come
since, between two ticks: its next tick then begins at the head of the log again, over what is copied. A sync of octets that lie
where some lay before need not write down a new length of the file: a fourth of its price. If a reader stands in the way, the log
grows until after the next copying. Only after somebody was forgotten it is cut off, for it remembers.
"""

import sqlite3
import threading
from pathlib import Path

from kanhe.store.sqlite.connect import checkpoint, connect

# At full load a tick writes some 100 kB: 16 MiB, and what a reader still finds its way through quickly.
COPIED_TICKS = 160


class Checkpoints:
    """Counts ticks; `after_tick` is called by the writer."""

    def __init__(self, path: Path, writer: sqlite3.Connection, *, inline: bool) -> None:
        self._writer = writer
        self._ticks = 0  # since the log was last copied
        self._to_cut = False
        self._wanted = threading.Event()
        self._copied = False
        self._closing = False
        self._thread: threading.Thread | None = None
        if not inline:
            self._thread = threading.Thread(target=self._work, args=(path,), name="kanhe-checkpoints", daemon=True)
            self._thread.start()

    def cut(self) -> None:
        """Have the log cut off: copied after the next tick, gone with the one behind it."""
        self._to_cut = True

    def after_tick(self) -> None:
        """Count; on the writer's thread."""
        self._ticks += 1
        if self._copied:
            self._copied, self._ticks = False, 0
            if checkpoint(self._writer, "TRUNCATE" if self._to_cut else "PASSIVE"):
                self._to_cut = False
        elif (self._ticks >= COPIED_TICKS or self._to_cut) and not self._wanted.is_set():
            if self._thread is None:
                self._copied = True
            else:
                self._wanted.set()

    def close(self) -> None:
        """End the thread, then empty the log into the database."""
        self._closing = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
        checkpoint(self._writer, "TRUNCATE")

    def _work(self, path: Path) -> None:
        connection = connect(path)
        while not self._closing:  # looked at after `clear`, which may have swallowed the call to end
            self._wanted.wait()
            checkpoint(connection, "PASSIVE")
            self._copied = True
            self._wanted.clear()
        connection.close()
