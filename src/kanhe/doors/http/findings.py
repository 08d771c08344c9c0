"""What the gate found, in words: the live explanation of `gate/explain.py`, kept where many messages share it."""

from msgspec import structs

from kanhe.domain.message import Message
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.doors.http.shapes import ExplanationView
from kanhe.gate.explain import Explained, explain
from kanhe.gate.gate import Gate

# A campaign refused or deferred for one reason shares one set of words; each takes some 20 KB.
KEPT_MAX = 1_024


class Words:
    """Explains verdicts under the packs in force."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._kept: dict[tuple[bytes, bytes, tuple[int, ...], Outcome], tuple[Explained, ...]] = {}

    def deciding(self, verdict: Verdict, message: Message) -> tuple[Explained, ...]:
        """The findings that gave the verdict; none for a plain allow, whose findings all agree."""
        if verdict.outcome is Outcome.ALLOW:
            return ()
        library = self._gate.library
        key = (library.digest, verdict.shape.digest, verdict.noted, verdict.outcome)
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            told = explain(verdict, message, library)
            known = self._kept[key] = tuple(one for one in told.findings if one.decided)
        return known

    def everything(self, verdict: Verdict, message: Message) -> ExplanationView:
        """Every finding."""
        told = explain(verdict, message, self._gate.library)
        return ExplanationView(**{**structs.asdict(told), "message": str(told.message)}, text=verdict.text)
