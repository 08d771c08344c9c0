"""A rule as the gate sees it: typed, frozen, shared by every message it is judged on.

The words are those of `law/vocabulary.yaml`; a test holds both together. What a pack leaves out has the default given here:
absent, empty, or false. Dates are ISO texts (local dates, both ends inclusive), so they compare as texts.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec import structs

from kanhe.domain.category import Category
from kanhe.domain.verdict import Citation
from kanhe.law.kinds import DUTIES, Kind, Parameters

# `applies_to: [all]`: every category that is ours to carry.
ALL_CATEGORIES: frozenset[Category] = frozenset(Category) - {Category.P2P}


class Binding(StrEnum):
    """How a rule binds."""

    STATUTE = "statute"
    REGULATION = "regulation"
    CODE = "code"
    CARRIER = "carrier"
    VENDOR = "vendor"
    GUIDANCE = "guidance"
    HOUSE = "house"


# Properties of routes: judged once per candidate route, and a route may waive or override them.
OF_ROUTES: frozenset[Binding] = frozenset({Binding.CARRIER, Binding.VENDOR})


class Enforce(StrEnum):
    """`hard` always decides, `soft` unless the operator switched it off with a reason, `advise` never."""

    HARD = "hard"
    SOFT = "soft"
    ADVISE = "advise"


# Whose seat brings a rule in, by kind; every other kind goes by the recipient alone.
REACH: dict[Kind, frozenset[str]] = {
    Kind.LICENCE: frozenset({"operator"}),
    Kind.AGREEMENT: frozenset({"operator", "sender"}),
    **dict.fromkeys(DUTIES, frozenset({"recipient", "operator", "sender"})),
}
REACH_OTHERWISE: frozenset[str] = frozenset({"recipient"})


class Test(msgspec.Struct, frozen=True):
    """One condition of a rule; a rule applies when all its tests hold or cannot be answered."""

    __test__ = False  # not a test of ours, whatever a test runner thinks of the name

    facts: tuple[str, ...]
    op: str  # in, not_in, nonempty
    values: tuple[str | bool, ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """One duty out of one provision."""

    id: str
    pack: str  # file it stands in: cn, eu, zz
    title: str
    kind: Kind
    applies_to: frozenset[Category]
    subject: str  # who bears the duty: sender, operator, both
    binding: Binding
    enforce: Enforce
    parameters: Parameters
    citation: tuple[Citation, ...]
    source: tuple[str, ...]
    evidence: str  # primary, secondary, none
    confidence: str  # high, medium, low
    reach: frozenset[str]  # recipient, operator, sender
    first: str | None = None  # first local date in force
    last: str | None = None  # last local date in force
    when: tuple[Test, ...] = ()
    region: str | None = None
    replaces: frozenset[str] = frozenset()
    penalty: tuple[str, ...] = ()
    note: str | None = None
    note_zh: str | None = None
    title_zh: str | None = None
    line: int = 0  # in its file

    @property
    def verified(self) -> bool:
        """Whether the core of the rule was seen in a source."""
        return self.evidence != "none"

    @property
    def of_routes(self) -> bool:
        """Whether it is a property of routes, not law."""
        return self.binding in OF_ROUTES

    def in_force(self, date: str) -> bool:
        """Whether it is in force on a local date."""
        return (self.first is None or self.first <= date) and (self.last is None or date <= self.last)


# What a breach may cost besides money.
PENALTIES_BESIDES: tuple[str, ...] = (
    *("confiscation", "suspension", "licence_revocation", "disconnection", "public_notice"),
    *("public_security_penalty", "detention", "personal_liability", "criminal"),
)

Said = TypeVar("Said")


def spoken(english: Said, chinese: Said | None, language: str) -> Said:
    """What a pack says in one language: English where it has no Chinese."""
    return (chinese or english) if language == "zh" else english


class Source(msgspec.Struct, frozen=True):
    """Where a fact was seen."""

    title: str
    ref: str | None = None
    title_zh: str | None = None

    def told(self, language: str) -> "Source":
        """As it is read in one language: in English where it has no other words."""
        return structs.replace(self, title=spoken(self.title, self.title_zh, language), title_zh=None)


class Penalty(msgspec.Struct, frozen=True):
    """What a breach may cost."""

    text: str
    max: float | None = None
    currency: str | None = None
    per: str | None = None
    turnover_pct: float | None = None
    other: tuple[str, ...] = ()
    text_zh: str | None = None

    def told(self, language: str) -> "Penalty":
        """As it is read in one language: in English where it has no other words."""
        return structs.replace(self, text=spoken(self.text, self.text_zh, language), text_zh=None)


class Pack(msgspec.Struct, frozen=True):
    """The rules of one jurisdiction, of a layer above several, or the strict default."""

    name: str  # file name without its ending: cn, eu, zz
    iso: str
    jurisdiction: str
    as_of: str
    languages: tuple[str, ...]
    dial_prefixes: tuple[str, ...]
    timezones: tuple[str, ...]  # the first is its reference zone
    sources: Mapping[str, Source]
    rules: tuple[Rule, ...]
    digest: bytes  # SHA-256 of its canonical content
    parent: str | None = None  # pack that stands above it
    penalties: Mapping[str, Penalty] = {}
    regulators: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()  # what was not found or not examined
    gaps_zh: tuple[str, ...] = ()
    jurisdiction_zh: str | None = None
    members: frozenset[str] = frozenset()
    regions: Mapping[str, tuple[str, ...]] = {}
    holiday_calendar: str | None = None
    currency: str | None = None
