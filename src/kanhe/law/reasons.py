"""Reason codes and their sentences, in English and Chinese: what, why, what to do next."""

from collections.abc import Mapping
from functools import cache
from string import Formatter

import msgspec

from kanhe.law.source import read_document
from kanhe.law.words import LAW_FOLDER

LANGUAGES = ("en", "zh")
# What a sentence may ask to be told; the caller gives what the finding noted.
PLACEHOLDERS = frozenset({"rule", "provision", "record", "until", "asked_at", "checked_at", "understood", "span"})
# Stands where the caller has nothing to tell.
UNTOLD = "—"


class Sentences(msgspec.Struct, frozen=True):
    """A reason in one language."""

    what: str
    next: str | None = None  # None: nothing to be done


class Said(msgspec.Struct, frozen=True):
    """A reason in full, ready to be shown."""

    code: str
    what: str
    why: str
    next: str | None


class Reasons(msgspec.Struct, frozen=True):
    """`reasons.yaml`: the sentences of every code, and why each stage asks."""

    why: Mapping[str, Mapping[str, str]]
    reasons: Mapping[str, Mapping[str, Sentences]]

    def say(self, code: str, stage: str, language: str, told: Mapping[str, str] = {}) -> Said:
        """A reason in a language; placeholders without a value show a dash."""
        sentences = self.reasons[code][language]
        known = {name: told.get(name, UNTOLD) for name in PLACEHOLDERS}
        return Said(
            code=code,
            what=sentences.what.format_map(known),
            why=self.why[stage][language].format_map(known),
            next=sentences.next.format_map(known) if sentences.next else None,
        )


@cache
def reasons() -> Reasons:
    """The reasons of this release."""
    return msgspec.convert(read_document(LAW_FOLDER / "reasons.yaml").data, Reasons)


def placeholders(sentence: str) -> frozenset[str]:
    """What a sentence asks to be told."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)
