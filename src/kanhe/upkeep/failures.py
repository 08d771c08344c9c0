"""Stages of the gate that broke: counted for `/metrics`, told by `kanhe doctor` until they have worked for a while."""

from collections import Counter
from collections.abc import Iterator

# Parked messages are judged again every 30 seconds: a stage silent for ten minutes has let some twenty rounds pass.
COMPLAIN_MS = 10 * 60_000


class Failures:
    """How often each stage broke, and when last."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._last: dict[str, int] = {}

    def broke(self, stage: str, now: int) -> None:
        """One message was parked because of it."""
        self.counts[stage] += 1
        self._last[stage] = now

    def complaints(self, now: int) -> Iterator[str]:
        """What needs a person: a fault of ours, not of the senders."""
        for stage, last in sorted(self._last.items()):
            if now - last < COMPLAIN_MS:
                yield (
                    f"stage `{stage}` of the gate broke, {self.counts[stage]} times since the start: "
                    "its messages are parked and judged again by themselves; the log says why"
                )
