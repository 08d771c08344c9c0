"""A lot: consents given in one way and handed in together. Where the law wants their proof looked at, people look at a sample."""

from typing import NamedTuple

import msgspec


class Sample(NamedTuple):
    """A consent that was drawn for a look."""

    consent: int
    number: int


class Lot(msgspec.Struct, frozen=True):
    """What its consents share: to whom, how, and what was shown to the people who gave them."""

    id: int
    account: int
    sender: str
    entity: str | None
    source: str  # api, import, reply
    at: int  # ms: opened
    channel: str | None = None  # where people agreed: web, paper, sms ...
    wording: str | None = None  # what was shown to them
    purposes: tuple[str, ...] = ()
    name: str = ""  # of the file it was imported from
    review: str = "none"  # none: no law asked for it; pending, approved, refused
    samples: tuple[Sample, ...] = ()  # drawn, and not decided yet
    decided_at: int | None = None  # ms
    decided_by: str = ""
    reason: str = ""
    revision: int = 0  # of the books at the decision: no older verdict rests on its consents

    @property
    def form(self) -> tuple[object, ...]:
        """What makes later consents part of it."""
        return self.account, self.sender, self.source, self.channel, self.wording, self.purposes, self.name


class Joined(msgspec.Struct, frozen=True):
    """Consents came into a lot."""

    lot: Lot  # as it was then: where it is not on file yet, it is opened so
    drawn: tuple[Sample, ...] = ()  # of those consents


class Looked(msgspec.Struct, frozen=True):
    """A person's word on one sample of a lot."""

    lot: int
    consent: int
    good: bool
    at: int  # ms
    by: str
    reason: str


# What happens to a lot. The store puts it on the lot as it stands there, so that two that happen at once both count.
Happening = Joined | Looked
