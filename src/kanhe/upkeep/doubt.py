"""In doubt: a segment was written and its answer lost. Its receipt, when one comes, is the answer.

A receipt that no response has claimed is given to the one message in doubt for its number on its connector. Two candidates are
shown, never guessed; nor is a receipt taken that names an earlier message of that number (a second copy of it, or a late one).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from kanhe.dispatch.board import Live, Part, unpack_trail
from kanhe.domain.state import State
from kanhe.kit.clock import DAY_MS
from kanhe.ports.store import Filter, Store
from kanhe.protocols.events import Submitted
from kanhe.receipts.early import Early

# Receipts come up to seven days past validity, so one may speak of a message of that age.
LOOK_BACK_MS = 8 * DAY_MS


class Lost:
    """A session that is gone, as the receipt journey sees it: what it would have said had it lived."""

    def __init__(self, name: str, forms: Sequence[str] = ()) -> None:
        self.name = name
        self._forms = tuple(forms)

    def keys(self, message_id: str) -> tuple[str, ...]:
        """Every form in which the carrier has named the segment."""
        return self._forms or (message_id,)

    def forms(self, receipt: object) -> tuple[tuple[str, ...], int]:
        """It brings no receipts."""
        raise AssertionError("a lost session brings no receipts")

    def acknowledge(self, handles: Sequence[object]) -> None:
        """It has nothing to be answered."""
        assert not handles, "a lost session brings no receipts"


def answers_of_receipts(
    lives: Iterable[Live], receipts: Iterable[Early], named: Callable[[Early], bool]
) -> Iterator[tuple[Lost, Submitted]]:
    """The lost answers that unclaimed receipts stand for. `named`: whether one names another message of its number."""
    doubtful: dict[tuple[str, int], list[Live]] = defaultdict(list)
    for live in lives:
        if live.state is State.IN_DOUBT:
            doubtful[live.connector, live.message.recipient].append(live)
    answered: set[tuple[int, int]] = set()
    for early in receipts if doubtful else ():
        candidates = doubtful.get((early.connector, early.number), ())
        if len(candidates) != 1 or named(early):
            continue
        live = candidates[0]
        open_parts = (i for i, part in enumerate(live.parts) if part is Part.DOUBT)
        segment = next((i for i in open_parts if (live.message.id, i) not in answered), None)
        if segment is not None:
            answered.add((live.message.id, segment))
            yield Lost(early.connector, early.forms), Submitted(live, early.forms[0], segment, late=True)


def names_another(store: Store, early: Early) -> bool:
    """Whether a settled message to the same number was once named as this receipt names its own."""
    which = Filter(number=early.number, since=early.at - LOOK_BACK_MS)
    while True:
        page = store.page(which)
        trails = (unpack_trail(row.trail) for row in page.rows if row.trail is not None)
        if any(what == "response" and word in early.forms for trail in trails for _, what, _, _, word in trail):
            return True
        if page.before is None:
            return False
        which = Filter(number=early.number, since=which.since, before=page.before)
