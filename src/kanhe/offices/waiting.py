"""What waits for people and comes from elsewhere: papers, consents, drawn samples; and which of it a list shows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from kanhe.domain.dossier import Act
from kanhe.domain.review import Decision, Item, Kind, Says
from kanhe.ports.dossiers import Dossiers
from kanhe.records import papers
from kanhe.records.books import Books
from kanhe.records.checks import Wrong
from kanhe.records.kinds import KINDS

Place = tuple[int, int]  # (since when an item waits, its id): where a page of the queue begins


class Wanted(NamedTuple):
    """What a list of the queue shows."""

    kind: Kind | None = None
    account: int | None = None
    reason: str = ""
    user: int | None = None  # what this user has in hand
    behind: Place = (0, 0)
    limit: int | None = None

    def fits(self, item: Item, now: int) -> bool:
        """Whether an item is one of them."""
        return (
            self.kind in (None, item.kind)
            and self.account in (None, item.account)
            and self.user in (None, item.claimed(now))
            and (not self.reason or any(self.reason in reason for reason in (*item.reasons, *item.labels)))
            and place_of(item) > self.behind
        )


WHATEVER = Wanted()


def place_of(item: Item) -> Place:
    """Where an item stands in the queue."""
    return item.created_at, item.id


class Sampled(NamedTuple):
    """A text that passed and was drawn for a look; with what made somebody else doubt it, if anything did."""

    key: str
    account: int
    sender: str
    category: str
    text: str
    labels: tuple[str, ...] = ()


class Samples(Protocol):
    """Who draws them."""

    def drawn(self) -> Sequence[Sampled]:
        """What was drawn since the last call."""
        ...


# What a decision is called in the life of a paper.
ACTS: dict[Says, Act] = {Says.RELEASE: Act.APPROVE, Says.REFUSE: Act.REFUSE}


class Brought(Protocol):
    """What waits for people elsewhere, and follows from their word there."""

    def waiting(self) -> Iterator[Item]:
        """An item for each thing that waits, without an id."""
        ...

    async def decide(self, decided: Item, decision: Decision) -> Item | Wrong:
        """Put a decision on it; the item as it is to be kept."""
        ...


class Papers:
    """The papers that wait for a reviewer, as items of the queue."""

    def __init__(self, store: Dossiers, books: Books) -> None:
        self._store, self._books = store, books

    def waiting(self) -> Iterator[Item]:
        """An item for each, without an id."""
        for each in papers.submitted(self._store):
            yield Item(
                0, Kind.PAPER, f"{each.key}/{each.version}", each.account, each.at, needs=KINDS[each.kind].people,
                text=each.title, category=each.kind,
            )  # fmt: skip

    async def decide(self, decided: Item, decision: Decision) -> Item | Wrong:
        """Put a decision on a paper."""
        (key, _, _), act = decided.subject.partition("/"), ACTS[decision.says]
        people = [each.name for each in decided.decisions]
        said = await papers.decide(self._store, self._books, key, act, decision.reason, people, decision.at)
        return decided if said is None else said
