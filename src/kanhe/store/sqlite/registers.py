"""The lists of registers in memory: who is listed where, since when a number has another owner. Belongs to the loop's thread.

A list is a roaring bitmap: five million numbers of one country take some ten megabytes, and asking costs a fraction of a
microsecond.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap64

from kanhe.domain.facts import DncAnswer
from kanhe.ports.change import REASSIGNED, RegisterList
from kanhe.ports.store import ListOnFile


class _List(NamedTuple):
    scope: str
    checked_at: int
    revision: int
    numbers: BitMap64


class Registers:
    """All of them."""

    def __init__(self, rows: Iterable[Sequence[object]] = ()) -> None:
        self._lists: dict[str, dict[str, _List]] = {}
        self.reassigned = BitMap64()  # every number that ever changed hands
        self.revision = 0
        for register, scope, checked_at, revision, count, octets in rows:
            assert isinstance(octets, bytes), "a blob"
            one = RegisterList(str(register), str(scope), int(str(checked_at)), int(str(count)), octets)
            self.put(one, int(str(revision)))

    def put(self, one: RegisterList, revision: int) -> None:
        """A list was committed."""
        numbers = BitMap64.deserialize(one.octets)
        self._lists.setdefault(one.register, {})[one.scope] = _List(one.scope, one.checked_at, revision, numbers)
        self.revision = max(self.revision, revision)
        if one.register == REASSIGNED:
            self.reassigned |= numbers

    def answer(self, register: str, number: int) -> DncAnswer | None:
        """What the newest list that speaks of a number says; None: there is no such list."""
        digits = str(number)
        speaking = [each for each in self._lists.get(register, {}).values() if digits.startswith(each.scope)]
        if not speaking:
            return None
        newest = max(speaking, key=lambda each: each.checked_at)
        return DncAnswer(number in newest.numbers, newest.checked_at)

    def reassigned_at(self, number: int) -> int:
        """Before this instant the number was somebody else's; 0: it never changed hands."""
        lists = self._lists.get(REASSIGNED, {}).values()
        return max((each.checked_at for each in lists if number in each.numbers), default=0)

    def newest(self, number: int, seen: int) -> int:
        """The revision of the newest list that names a number, if it came after `seen`."""
        if self.revision <= seen:
            return 0
        lists = (each for register in self._lists.values() for each in register.values() if each.revision > seen)
        return max((each.revision for each in lists if number in each.numbers), default=0)

    def on_file(self) -> list[ListOnFile]:
        """All lists, without their numbers."""
        return [
            ListOnFile(register, each.scope, each.checked_at, len(each.numbers))
            for register, lists in sorted(self._lists.items())
            for each in lists.values()
        ]
