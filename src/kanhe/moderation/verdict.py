"""The nouns of moderation: what is asked, what is answered, and the spans that prove the answer."""

from enum import IntEnum, StrEnum

import msgspec


class Suggestion(IntEnum):
    """What the engine suggests, the graver the higher; `NOTE` only describes and never counts."""

    NOTE = 0
    PASS = 1
    REVIEW = 2
    BLOCK = 3


class Source(StrEnum):
    """Who says so."""

    RULE = "rule"
    MODEL = "model"
    REGISTRY = "registry"
    NORMALISER = "normaliser"


class Span(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Characters `start` up to, not including, `end` of the text as it was sent."""

    start: int
    end: int


class Label(msgspec.Struct, frozen=True, gc=False):
    """One thing found, with its proof."""

    category: str  # a key of the taxonomy
    suggestion: Suggestion
    score: float
    source: Source
    rule: str  # rule id, or the name of the model's script, register or disguise
    version: str
    spans: tuple[Span, ...] = ()


class Link(msgspec.Struct, frozen=True, gc=False):
    """An address in the text; `flags` are those of `links.FLAGS` that apply."""

    host: str
    flags: tuple[str, ...]
    span: Span


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What the gate needs to know of a text: the facts `text.*` of the law packs' vocabulary, with proof."""

    promotional: bool = False
    promotional_span: Span | None = None
    links: tuple[Link, ...] = ()
    phones: tuple[str, ...] = ()
    optout_forms: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    alert: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    signature: str | None = None


class Versions(msgspec.Struct, frozen=True, gc=False):
    """What judged: the same three and the same input give the same bytes."""

    policy: str
    model: str
    normaliser: str


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """The answer to one text."""

    suggestion: Suggestion
    score: float
    labels: tuple[Label, ...]
    obfuscation: dict[str, int]
    reading: Reading
    versions: Versions
    # Cut this span out of the text and the suggestion is no longer to block; only blocks have one.
    decisive: Span | None = None


class Context(msgspec.Struct, frozen=True, gc=False):
    """What is known beside the text; everything may be unknown."""

    category: str | None = None  # the message's category, as declared
    signature: str | None = None  # the approved name; None: read it from the text
    domains: frozenset[str] = frozenset()  # registrable domains filed for this sender
    phones: frozenset[str] = frozenset()  # call-back numbers filed for this sender


NOTHING_KNOWN = Context()
_ENCODER = msgspec.json.Encoder(order="deterministic")


def to_bytes(verdict: Verdict) -> bytes:
    """Answer the canonical bytes of a verdict."""
    return _ENCODER.encode(verdict)
