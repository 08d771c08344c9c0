"""A customer's repeats: the same reference, recipients and text again, because it never saw our answer (an account's `repeat_window_s`)."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from kanhe.doors.bundles import Bundle

# What one door remembers; at 200 octets each some 20 MB. Beyond it the oldest are forgotten, and a repeat of theirs is a message.
REPEATS_MAX = 100_000


@dataclass(slots=True)
class First:
    """The first of its kind: while it waits for its answer others join it, afterwards they hear its name."""

    bundle: Bundle
    until: float
    name: str | None = None


class Repeats:
    """What was submitted under a reference of late. In memory: after a restart of ours a repeat is a message."""

    def __init__(self, repeats_max: int = REPEATS_MAX) -> None:
        self._max = repeats_max
        self._known: OrderedDict[Hashable, First] = OrderedDict()
        self._waiting: dict[Bundle, Hashable] = {}

    def join(self, key: Hashable, bundle: Bundle, window_s: float, now: float) -> bool:
        """Whether this repeats another: it is answered with that, at once or together. Otherwise it is remembered as the first."""
        known = self._known.get(key)
        if known is not None and known.until > now:
            self._follow(known, bundle)
            return True
        self._known.pop(key, None)
        self._known[key] = First(bundle, now + window_s)
        self._waiting[bundle] = key
        if len(self._known) > self._max:
            self._known.popitem(last=False)
        return False

    def _follow(self, first: First, bundle: Bundle) -> None:
        if first.name is None:
            first.bundle.requests.extend(bundle.requests)
            return
        for session, pdu, _ in bundle.requests:
            session.accept(pdu, first.name)

    def settled(self, bundle: Bundle, name: str | None) -> None:
        """The first was taken under a name; or refused, and then it may be tried again."""
        key = self._waiting.pop(bundle, None)
        first = self._known.get(key) if key is not None else None
        if first is None or first.bundle is not bundle:
            return
        if name is None:
            del self._known[key]
        else:
            first.name = name
