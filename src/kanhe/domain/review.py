"""A review: something that waits for people, and what they decided. One item may stand for thousands of equal messages."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What waits for people."""

    MESSAGE = "message"  # held: all that are alike, whoever they go to
    PAPER = "paper"  # submitted
    CONSENT = "consent"  # drawn by sample, or imported with its review still to come
    SAMPLE = "sample"  # a text that passed, drawn at random


class Says(StrEnum):
    """What a reviewer decides. Of a paper or a consent a release is its approval, of a sample that it was right to pass it."""

    RELEASE = "release"
    REFUSE = "refuse"


class Decision(msgspec.Struct, frozen=True):
    """One person's word on an item."""

    at: int  # ms
    user: int
    name: str
    says: Says
    reason: str
    label: str | None = None  # the category of the taxonomy that a refused text belongs to


class Opinion(msgspec.Struct, frozen=True):
    """What another makes of a text that waits. It stands beside our own findings and decides nothing."""

    at: int  # ms
    of: str  # who was asked: aliyun, tencent, classifier
    doubts: bool  # whether it would not let the text pass unseen
    labels: tuple[str, ...] = ()  # what it found: category:rule


class Item(msgspec.Struct, frozen=True):
    """One thing in the queue."""

    id: int
    kind: Kind
    subject: str  # the digest of what makes messages alike, a paper's kind and key, ...
    account: int | None
    created_at: int  # ms
    closed_at: int | None = None  # ms
    needs: int = 1  # how many different persons a release takes
    reasons: tuple[str, ...] = ()  # reason codes with their rules
    labels: tuple[str, ...] = ()  # what the content engine found: category:rule
    sender: str = ""
    category: str = ""
    text: str = ""  # numbers masked; the message keeps its own
    claimed_by: int | None = None
    claimed_name: str = ""
    claimed_until: int = 0  # ms
    decisions: tuple[Decision, ...] = ()
    touched: int = 0  # messages that the decision moved
    opinion: Opinion | None = None  # another's, where one was asked
    salt: bytes = b""  # of the commitments in the entry of the ledger; a held message keeps its own

    def claimed(self, now: int) -> int | None:
        """Who has it in hand."""
        return self.claimed_by if now < self.claimed_until else None

    @property
    def outcome(self) -> Says | None:
        """What was decided; None while it is open, and of what ended by itself."""
        return self.decisions[-1].says if self.closed_at is not None and self.decisions else None
