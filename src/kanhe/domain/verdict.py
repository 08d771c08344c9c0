"""The gate's answer: shared findings, their shape, and what varies packed apart.

A finding is a row of a table that is made when the packs load; judging makes none. The tuple of findings of a message is its
shape, stored once under its digest; a message keeps its shape's number and the facts that vary (ids and instants, never
numbers or bodies). `explain` joins them again.
"""

from enum import IntEnum, StrEnum

import msgspec

from kanhe.domain.category import Category


class Effect(IntEnum):
    """What a finding does, in the order in which they win."""

    ADVISE = 0  # shown, never counts
    ALLOW = 1
    DEFER = 2
    AMEND = 3
    HOLD = 4
    REFUSE = 5


class Outcome(StrEnum):
    """What becomes of the message."""

    ALLOW = "allow"
    AMEND = "amend"
    DEFER = "defer"
    HOLD = "hold"
    REFUSE = "refuse"
    PARK = "park"  # a stage broke; judged again by itself when it works


class Citation(msgspec.Struct, frozen=True):
    """Where the rule stands."""

    instrument: str
    provision: str = ""  # empty: which one is not known
    year: int | None = None

    def __str__(self) -> str:
        return f"{self.instrument}, {self.provision}" if self.provision else self.instrument


class Finding(msgspec.Struct, frozen=True):
    """One shared row: what a stage found under one rule."""

    number: int  # its row in the table of the compiled packs
    stage: str
    code: str  # stable reason code, sentences in `law/reasons.yaml`
    effect: Effect
    rule: str | None = None  # rule id; None for the platform's own checks
    version: str | None = None  # the rule's `effective.from`
    binding: str | None = None
    citation: tuple[Citation, ...] = ()
    mode: str = "decides"  # decides, advises, switched (off by the operator), lifted, dropped (of a route not taken)
    would: Effect | None = None  # what it would do if its rule decided; None when it does
    slot: str | None = None  # what it notes in the verdict: consent, suppression, until, ...


class Shape(msgspec.Struct, frozen=True):
    """The tuple of findings of a verdict, under its digest (SHA-256 of its canonical JSON)."""

    findings: tuple[Finding, ...]
    digest: bytes
    pack_digest: bytes


class Change(msgspec.Struct, frozen=True):
    """An amendment: what the gate changed or proposes to change."""

    kind: str  # sender, identity_line, signature, label, optout_line, substitutions
    rule: str  # empty for the platform's own
    before: str
    after: str


class Verdict(msgspec.Struct, frozen=True):
    """What the gate says of one message at one moment."""

    outcome: Outcome
    shape: Shape
    category: Category  # what the text is
    noted: tuple[int, ...]  # what varies, one slot per finding that notes something, in shape order
    valid_until: int  # ms: nothing leaves on this verdict at or after this instant
    revision: int  # the books' revision it saw
    route: str | None = None  # name of the first candidate route that remains
    not_before: int | None = None  # ms: earliest lawful moment of a deferred message
    text: str | None = None  # the final text when it was amended, else None (= as submitted)
    sender: str | None = None  # the final sender value when it was switched
    changes: tuple[Change, ...] = ()
