"""Consents are handed in by the lot, and where the law wants their proof looked at, people look at a sample of each lot.

The samples are drawn by chance. One that is refused suspends the whole lot: every consent of it is as good as none.
What happens to a lot is put on it where it is stored (`becomes`); memory follows what was written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from msgspec import structs

from kanhe.domain.facts import Consent
from kanhe.domain.lot import Happening, Joined, Looked, Lot, Sample

# Where a fifth of a lot is bad, thirteen consents drawn by chance show one of them nineteen times in twenty.
SAMPLES_MAX = 13
# Of consents that come one by one in a form that was found good: often enough that a form that goes bad shows within weeks.
LATER_ONE_IN = 100
# Different forms (channel, wording, purposes) of one account. Who has more puts something personal into the wording: from there
# on what else comes is one lot, and its wording stands in its proofs.
LOTS_OF_ACCOUNT_MAX = 10_000
# What comes one by one joins the lot of its form; a file is a lot of its own.
OWN_LOT = frozenset({"import"})


class Ids(Protocol):
    """Gives numbers to records."""

    def take(self, count: int) -> list[int]:
        """`count` rising ids."""
        ...


class Chance(Protocol):
    """Draws."""

    def random(self) -> float:
        """A float in [0, 1)."""
        ...


class Taken(NamedTuple):
    """What is to be written."""

    joined: Joined
    rows: list[tuple[int, int, Consent]]  # (account, number, consent)

    @property
    def lot(self) -> Lot:
        """The lot with them."""
        return _joined(*structs.astuple(self.joined))


class Lots:
    """All lots, in memory; the store has them too."""

    def __init__(self, lots: Iterable[Lot] = ()) -> None:
        self.by_id: dict[int, Lot] = {}
        self._of: dict[tuple[object, ...], int] = {}
        self._count: dict[int, int] = {}
        self._refused: dict[int, int] = {}  # account -> revision of the newest refusal
        for lot in lots:
            self.put(lot)

    def put(self, lot: Lot) -> None:
        """A lot was written."""
        if lot.id not in self.by_id:
            self._count[lot.account] = self._count.get(lot.account, 0) + 1
        self.by_id[lot.id] = lot
        self._of[lot.form] = lot.id
        if lot.review == "refused":
            self._refused[lot.account] = max(self._refused.get(lot.account, 0), lot.revision)

    def newest(self, account: int, seen: int) -> int:
        """The revision of the newest refusal of a lot, if it came after `seen`."""
        newest = self._refused.get(account, 0)
        return newest if newest > seen else 0

    def waiting(self) -> Iterator[tuple[Lot, Sample]]:
        """The samples that nobody has decided."""
        return ((lot, sample) for lot in self.by_id.values() for sample in lot.samples)

    def take_in(
        self,
        form: Lot,
        given: Sequence[tuple[int, Consent]],
        ids: Ids,
        chance: Chance,
        looked_at: Callable[[int], bool],
    ) -> Taken:
        """Put consents (number, consent) into the lot of their form; `looked_at`: the law of a number wants proof reviewed."""
        lot_id, *numbers = ids.take(1 + len(given))
        if self._count.get(form.account, 0) >= LOTS_OF_ACCOUNT_MAX:
            form = structs.replace(form, wording=None, purposes=())
        lot = self._open(form) or structs.replace(form, id=lot_id)
        rows = [
            (lot.account, number, structs.replace(consent, id=identifier, lot=lot.id))
            for identifier, (number, consent) in zip(numbers, given, strict=True)
        ]
        drawn = _drawn(lot, [Sample(c.id, number) for _, number, c in rows if looked_at(number)], chance)
        return Taken(Joined(lot, drawn), rows)

    def _open(self, form: Lot) -> Lot | None:
        found = None if form.source in OWN_LOT else self.by_id.get(self._of.get(form.form, 0))
        return None if found is None or found.review == "refused" else found


def _drawn(lot: Lot, candidates: Sequence[Sample], chance: Chance) -> tuple[Sample, ...]:
    """The samples that are drawn of what came in."""
    if lot.review == "pending":
        return ()
    if lot.review == "approved":
        return tuple(each for each in candidates if chance.random() * LATER_ONE_IN < 1)
    return tuple(sorted(candidates, key=lambda _: chance.random())[:SAMPLES_MAX])


def becomes(stored: Lot | None, happened: Happening) -> Lot | None:
    """A lot as it stands after what happened; None: there is no such sample any more, the word on it comes too late."""
    if isinstance(happened, Joined):
        return _joined(stored or happened.lot, happened.drawn)
    if stored is None or all(sample.consent != happened.consent for sample in stored.samples):
        return None
    return _decided(stored, happened)


def _joined(lot: Lot, drawn: tuple[Sample, ...]) -> Lot:
    """With the samples that were drawn; nobody looks into a lot that is refused."""
    if not drawn or lot.review == "refused":
        return lot
    return structs.replace(
        lot, samples=(*lot.samples, *drawn), review=lot.review if lot.review != "none" else "pending"
    )


def _decided(lot: Lot, said: Looked) -> Lot:
    """The last good sample approves the lot, a bad one refuses it."""
    left = tuple(sample for sample in lot.samples if sample.consent != said.consent) if said.good else ()
    review = ("pending" if lot.review == "pending" and left else "approved") if said.good else "refused"
    return structs.replace(lot, samples=left, review=review, decided_at=said.at, decided_by=said.by, reason=said.reason)
