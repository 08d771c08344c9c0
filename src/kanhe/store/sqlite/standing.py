"""Who has no end yet or is owed a receipt, and what happened to each: replayed from what commits said, in their order.

Recovery replays the commits behind the watermark, the sweep those it moves the watermark past: they cannot disagree.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from pyroaring import BitMap64

from kanhe.domain.state import State
from kanhe.ports.change import Response
from kanhe.store import packing

# The last commit that was swept.
SWEPT = "swept"
# Commits replayed at a time; each speaks of up to 256 messages.
SLICE_COMMITS = 64
# Messages in these states wait for a person or an instant, perhaps for days: they linger from the start.
WAITING = frozenset({State.HELD, State.PARKED, State.DEFERRED})
# The door whose senders ask for states, and hear of them by webhooks: no session owes them a receipt.
ASKING_DOOR = "http"

Ask = Callable[..., list[tuple[Any, ...]]]  # runs a named query


class Story(msgspec.Struct, array_like=True):
    """A message's newest claim, and the responses to all its claims; `earlier` of them came before the newest."""

    connector: str = ""
    at: int = 0
    responses: list[tuple[int, int, str, int]] = []
    earlier: int = 0


class Commit(msgspec.Struct):
    """What one commit said of messages."""

    seq: int
    at: int
    connector: str
    told: Sequence[int]
    owed: Sequence[int]
    accepted: Sequence[int]
    claims: Sequence[int]
    responses: Sequence[Response]


class Standing(msgspec.Struct):
    """Who has no end or is owed a receipt, and what happened to each."""

    stories: dict[int, Story] = {}
    owing: set[int] = set()

    def take(self, commits: Sequence[Commit], ask: Ask, told: BitMap64) -> None:
        """Replay commits; `told` are those whose senders have heard of their ends meanwhile."""
        accepted = json.dumps([identifier for commit in commits for identifier in commit.accepted])
        for (identifier,) in ask("without_end", accepted):
            self.stories.setdefault(identifier, Story())
        for commit in commits:
            self._owe([identifier for identifier in commit.owed if identifier not in told])
            self._claim(commit)
            for response in commit.responses:
                if (story := self.stories.get(response.message)) is not None:
                    story.responses.append((response.segment, response.status, response.carrier_id, commit.at))
            for identifier in commit.told:
                self.stories.pop(identifier, None)

    def _owe(self, ids: Iterable[int]) -> None:
        for identifier in ids:
            self.stories.setdefault(identifier, Story())
            self.owing.add(identifier)

    def _claim(self, commit: Commit) -> None:
        for identifier in commit.claims:
            if (story := self.stories.get(identifier)) is not None:
                story.connector, story.at, story.earlier = commit.connector, commit.at, len(story.responses)


def owes(door: str, receipt_wanted: bool, state: State) -> bool:
    """Say whether the end of a message will be owed as a receipt over the session it came by.

    A refusal by the first verdict was the answer to the submission itself; only later ones are news.
    """
    return receipt_wanted and door != ASKING_DOOR and state is not State.REFUSED


def commits(ask: Ask, mark: int, limit: int) -> list[Commit]:
    """Read the next commits behind a watermark."""
    ids = packing.unpack_ids
    return [
        Commit(seq, at, connector, ids(told), ids(owed), ids(accepted), ids(claims), _said(responses))
        for seq, at, connector, told, owed, accepted, claims, responses in ask("commits_after", mark, limit)
    ]


def _said(octets: bytes) -> Sequence[Response]:
    return packing.unpack_responses(octets) if octets else ()


def told_between(ask: Ask, mark: int, until_ms: int) -> BitMap64:
    """Give the messages whose senders heard of their ends after a commit and before an instant."""
    return BitMap64(i for (octets,) in ask("told_between", mark, until_ms) for i in packing.unpack_ids(octets))


unpack_story = msgspec.msgpack.Decoder(Story).decode
NO_STORY = packing.pack(Story())
