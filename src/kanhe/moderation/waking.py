"""Which rules a text can wake, told from what it holds before any condition is asked.

A need is a set of terms and facts of which a text must hold one, or none. Every need has a bit. A rule's rarest need triggers it; it
wakes when, of the bits that concern it, the text has those it must have and no other. Four lawful texts of five wake none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kanhe.moderation.rules import Rule


class Wakes(NamedTuple):
    """What one term or fact does."""

    meets: int  # the needs that it meets, a bit each
    triggers: tuple[int, ...]  # the rules whose rarest need it meets


class Waking(NamedTuple):
    """The needs of all rules, by what meets them."""

    by_held: dict[int, Wakes]
    concerns: tuple[tuple[int, int], ...]  # of each rule: the needs that concern it, and those that must be met
    always: tuple[int, ...]  # rules that nothing triggers

    def woken(self, held: Iterable[int]) -> list[int]:
        """The numbers of the rules that a text might fulfil, in the order they were written."""
        met, near = 0, {*self.always}
        for number in held:
            if (wakes := self.by_held.get(number)) is not None:
                meets, triggers = wakes
                met |= meets
                if triggers:
                    near.update(triggers)
        concerns = self.concerns
        return sorted([number for number in near if met & concerns[number][0] == concerns[number][1]])


def waking(rules: Iterable[Rule]) -> Waking:
    """Give every need its bit."""
    bits: dict[frozenset[int], int] = {}
    triggers: dict[int, list[int]] = {}
    concerns: list[tuple[int, int]] = []
    for number, rule in enumerate(rules):
        for held in rule.needs.some[0] if rule.needs.some else ():
            triggers.setdefault(held, []).append(number)
        required = 0
        for need in rule.needs.some:
            required |= bits.setdefault(need, 1 << len(bits))
        barred = bits.setdefault(rule.needs.none, 1 << len(bits)) if rule.needs.none else 0
        concerns.append((required | barred, required))
    meets: dict[int, int] = {}
    for need, bit in bits.items():
        for held in need:
            meets[held] = meets.get(held, 0) | bit
    by_held = {held: Wakes(met, tuple(triggers.get(held, ()))) for held, met in meets.items()}
    return Waking(by_held, tuple(concerns), tuple([n for n, (_, required) in enumerate(concerns) if not required]))
