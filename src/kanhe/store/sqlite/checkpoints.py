"""Checkpoints of the write-ahead log: the copying is done on a thread of its own, so that no tick waits for it.

That thread copies passively while the writer writes on. Once it is through, the writer itself copies the little that has come
since and cuts the log off, between two ticks; if a reader stands in the way it does so after the next copying.
"""

import sqlite3
import threading
from pathlib import Path

from kanhe.store.sqlite.connect import checkpoint, connect

# 16 MiB: a second or two of full load, and what a reader still finds its way through quickly.
COPIED_OCTETS = 16 << 20


class Checkpoints:
    """Watches the length of the log; `after_tick` is called by the writer."""

    def __init__(self, path: Path, writer: sqlite3.Connection, *, inline: bool) -> None:
        self._log = path.with_name(path.name + "-wal")
        self._writer = writer
        self._looked_at = 0  # length of the log when it was last copied
        self._wanted = threading.Event()
        self._copied = False
        self._closing = False
        self._thread: threading.Thread | None = None
        if not inline:
            self._thread = threading.Thread(target=self._work, args=(path,), name="kanhe-checkpoints", daemon=True)
            self._thread.start()

    def after_tick(self) -> None:
        """Look at the log; on the writer's thread."""
        if self._copied:
            self._copied = False
            checkpoint(self._writer, "TRUNCATE")
            self._looked_at = self._log.stat().st_size
        elif self._log.stat().st_size - self._looked_at >= COPIED_OCTETS and not self._wanted.is_set():
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
