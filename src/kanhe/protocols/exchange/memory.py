"""A short memory with a limit: what a peer may send twice or late."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

# Gateways answer late by minutes: ten thousand entries are many windows. The store has the rest.
ENTRIES_MAX = 10_000


class Recent(Generic[K, V]):
    """The newest entries of a dict."""

    def __init__(self, entries_max: int = ENTRIES_MAX) -> None:
        self._entries: dict[K, V] = {}
        self._max = entries_max

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """The entry, if it is still remembered."""
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember, and forget the oldest when there are too many."""
        self._entries[key] = value
        if len(self._entries) > self._max:
            del self._entries[next(iter(self._entries))]

    def pop(self, key: K) -> V | None:
        """Forget one."""
        return self._entries.pop(key, None)
