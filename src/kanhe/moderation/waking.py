"""Which rules a text can wake, told from what it holds before any condition is asked.

A need is a set of terms and facts of which a text must hold one. Every need has a bit; a text meets a number's worth of them, and a
rule sleeps unless all of its own are met. Two lawful texts of three wake none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kanhe.moderation.rules import Rule


class Waking(NamedTuple):
    """The needs of all rules, by what meets them."""

    meets: dict[int, int]  # of a term or fact: the needs it meets, a bit each
    triggers: dict[int, tuple[int, ...]]  # of a term or fact: the rules whose rarest need it meets
    required: tuple[int, ...]  # of each rule: its needs
    always: frozenset[int]  # rules without needs

    def woken(self, held: Iterable[int]) -> list[int]:
        """The numbers of the rules that a text might fulfil, in the order they were written."""
        met, near = 0, set(self.always)
        for number in held:
            if (bits := self.meets.get(number)) is not None:
                met |= bits
                near.update(self.triggers.get(number, ()))
        return sorted([number for number in near if not self.required[number] & ~met])


def waking(rules: Iterable[Rule]) -> Waking:
    """Give every need its bit."""
    bits: dict[frozenset[int], int] = {}
    meets: dict[int, int] = {}
    triggers: dict[int, tuple[int, ...]] = {}
    required: list[int] = []
    for number, rule in enumerate(rules):
        mine = 0
        for need in rule.needs:
            mine |= bits.setdefault(need, 1 << len(bits))
        required.append(mine)
        for held in rule.needs[0] if rule.needs else ():
            triggers[held] = (*triggers.get(held, ()), number)
    for need, bit in bits.items():
        for held in need:
            meets[held] = meets.get(held, 0) | bit
    return Waking(meets, triggers, tuple(required), frozenset(n for n, mine in enumerate(required) if not mine))
