"""What the API answers, as plain frozen records. Unknown fields are kept in `raw`, so that an old client reads a new server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is on file: accepted, deferred, held or parked."""

    id: str
    state: str
    verdict: str
    segments: int
    price_micro: int
    not_before: str | None
    raw: Json

    @staticmethod
    def read(raw: Json) -> "Sent":
        """From the API's JSON."""
        return Sent(
            raw["id"], raw["state"], raw["verdict"], raw["segments"], raw["price_micro"], raw.get("not_before"), raw
        )


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that was refused: `code` is stable, `what` and `next` are in both languages."""

    def __init__(self, status: int, raw: Json) -> None:
        super().__init__(f"{status} {raw.get('code', 'unknown')}: {raw.get('detail', '')}")
        self.status, self.raw = status, raw
        self.code: str = raw.get("code", "unknown")
        self.field: str | None = raw.get("field")
        self.id: str | None = raw.get("id")  # of the message, when the gate refused it and it is on file
        self.findings: Sequence[Json] = raw.get("findings", ())

    @property
    def citations(self) -> list[str]:
        """The provisions behind a refusal by the gate."""
        cited = (each for finding in self.findings for each in finding.get("citation", ()))
        return list(dict.fromkeys(", ".join(filter(None, (each["instrument"], each["provision"]))) for each in cited))


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer a message, in their order: sent, or the problem."""

    answers: Sequence[Sent | Problem]

    @staticmethod
    def read(raw: Json) -> "Batch":
        """From the API's JSON."""
        return Batch(
            [
                Sent.read(each["message"]) if each.get("message") else Problem(each["status"], each["problem"])
                for each in raw["answers"]
            ]
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands."""

    id: str
    state: str
    to: str
    text: str
    sender: str
    category: str
    raw: Json

    @staticmethod
    def read(raw: Json) -> "Message":
        """From the API's JSON."""
        return Message(raw["id"], raw["state"], raw["to"], raw["text"], raw["sender"], raw["category"], raw)


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, newest first; `next` is the cursor of the page after."""

    messages: Sequence[Message]
    next: str | None

    @staticmethod
    def read(raw: Json) -> "Page":
        """From the API's JSON."""
        return Page([Message.read(each) for each in raw["messages"]], raw["next"])
