"""Checkpoints of the write-ahead log: on a thread of their own, so that no tick waits for the copying.

A passive checkpoint copies while the writer writes on; it cannot make the log shorter under constant load, so when the log
has become long the writer itself starts it anew between two ticks, with little left to copy.
"""

import sqlite3
import threading
from pathlib import Path

from kanhe.store.sqlite.connect import checkpoint, connect

# 16 MiB: a second or two of full load, and what a reader still finds its way through quickly.
PASSIVE_OCTETS = 16 << 20
# 128 MiB: a log that passive checkpoints alone did not bring back to its beginning.
RESTART_OCTETS = 128 << 20


class Checkpoints:
    """Watches the length of the log; `after_tick` is called by the writer."""

    def __init__(self, path: Path, writer: sqlite3.Connection, *, inline: bool) -> None:
        self._log = path.with_name(path.name + "-wal")
        self._writer = writer
        self._done = 0  # length of the log at the last checkpoint
        self._wanted = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        if not inline:
            self._thread = threading.Thread(target=self._work, args=(path,), name="kanhe-checkpoints", daemon=True)
            self._thread.start()

    def after_tick(self) -> None:
        """Look at the log; on the writer's thread."""
        length = self._log.stat().st_size
        if length >= RESTART_OCTETS and not self._wanted.is_set():
            checkpoint(self._writer, "RESTART")
        elif length - self._done >= PASSIVE_OCTETS:
            self._done = length
            if self._thread is None:
                checkpoint(self._writer, "PASSIVE")
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
        while self._wanted.wait() and not self._closing:
            checkpoint(connection, "PASSIVE")
            self._wanted.clear()
        connection.close()
