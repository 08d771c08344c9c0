"""A complaint: what a person, a carrier or a regulator said against messages of an account."""

from enum import StrEnum

import msgspec


class Source(StrEnum):
    """Who brought it."""

    RECIPIENT = "recipient"
    CARRIER = "carrier"
    REGULATOR = "regulator"  # 12321, FCC, ICO and their like
    PLATFORM = "platform"


class Stage(StrEnum):
    """How far it has come."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Complaint(msgspec.Struct, frozen=True):
    """One."""

    id: int
    account: int
    at: int  # ms: when it was made
    source: Source
    number: int
    message: int | None
    text: str
    state: Stage
    note: str = ""  # what was answered
