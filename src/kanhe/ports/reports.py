"""What the compliance report asks of the database, and the complaints that it counts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.channel import Channel
from kanhe.domain.complaint import Complaint, Source
from kanhe.domain.state import State
from kanhe.domain.verdict import Shape


class Tally(msgspec.Struct):
    """What an account did in a time."""

    states: Mapping[State, int]
    segments: Mapping[State, int]
    refused: Sequence[tuple[Shape, int]]  # verdicts that refused, with how many messages each
    opt_outs: int  # people who refused
    opt_outs_by: Mapping[Channel, int]  # a person who refused by two channels counts under each
    complaints: Mapping[Source, int]
    inbound: int = 0  # messages from people


class Reports(Protocol):
    """Complaints, and counts over a time."""

    async def put(self, complaint: Complaint) -> None:
        """Write a complaint, or its new state under its id."""
        ...

    def complaint(self, identifier: int) -> Complaint | None:
        """One."""
        ...

    def complaints(self, account: int, before: int, limit: int) -> Sequence[Complaint]:
        """A page of an account's complaints below an id, newest first."""
        ...

    async def tally(self, account: int, since: int, until: int, category: Category | None = None) -> Tally:
        """Count what lies from `since` up to `until` (ms), messages of one category alone where one is named.

        Slow, never in the way of others.
        """
        ...
