"""All packs in force together: which rules stand over a message, and under which digest."""

import hashlib
from collections.abc import Mapping

from kanhe.domain.category import Category
from kanhe.domain.facts import Recipient
from kanhe.law.kinds import Consent
from kanhe.law.numbers import NumberPlan, zones_of_country
from kanhe.law.rules import ALL_CATEGORIES, Pack, Rule
from kanhe.law.select import Ask, Brought, Selection, Timeline, brought, narrow, rests_on_consent

STRICT_DEFAULT = "zz"
UNION = "eu"
# Pairings of recipient area, operator seat and sender seat; all states of all packs times some seats stay far below.
PAIRINGS_MAX = 65_536


class Library:
    """The packs of every jurisdiction; immutable, replaced as a whole when a pack changes."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self.packs: Mapping[str, Pack] = dict(sorted(packs.items()))
        self.rules: Mapping[str, Rule] = {rule.id: rule for pack in self.packs.values() for rule in pack.rules}
        self.digest: bytes = hashlib.sha256(b"".join(pack.digest for pack in self.packs.values())).digest()
        self.fill_in: Mapping[Category, tuple[Rule, ...]] = {
            category: self._fill_in(category) for category in sorted(ALL_CATEGORIES)
        }
        self.numbers = NumberPlan(self.packs)
        self._timelines: dict[tuple[Recipient, str, str | None], Timeline] = {}

    def layers(self, country: str | None) -> tuple[Pack, ...]:
        """The packs of a country, its own first; the strict default where it has none."""
        own = self.packs.get((country or "").lower())
        if own is not None and own.name not in (STRICT_DEFAULT, UNION):
            above = self.packs.get(own.parent or "")
            return (own, above) if above else (own,)
        union, default = self.packs.get(UNION), self.packs.get(STRICT_DEFAULT)
        member = union is not None and country in union.members
        return tuple(pack for pack in (union if member else None, default) if pack is not None)

    def zones(self, country: str | None) -> tuple[str, ...]:
        """All zones of a country, its reference zone first."""
        own = self.packs.get((country or "").lower())
        return own.timezones if own is not None and own.timezones else zones_of_country(country)

    def select(self, recipient: Recipient, operator_seat: str, sender_seat: str | None, now: int) -> Selection:
        """The rules in force at an instant, and until when that stays so."""
        key = (recipient, operator_seat, sender_seat)
        timeline = self._timelines.get(key)
        if timeline is None:
            if len(self._timelines) >= PAIRINGS_MAX:
                self._timelines.clear()
            timeline = self._timelines[key] = Timeline(self._brought(recipient, operator_seat, sender_seat))
        return timeline.at(now)

    def reviews_consents(self, recipient: Recipient, operator_seat: str, now: int) -> bool:
        """Whether a rule in force wants somebody to have looked at the proof of consents before they carry a message."""
        rules = self.select(recipient, operator_seat, None, now).rules
        return any(isinstance(rule.parameters, Consent) and rule.parameters.review_required for rule in rules)

    def applying(
        self, selection: Selection, category: Category, ask: Ask, waived: frozenset[str] = frozenset()
    ) -> tuple[Rule, ...]:
        """The rules judged on one message; every message rests on a consent rule, if need be the strict default's."""
        rules = narrow(selection.by_category.get(category, ()), ask, waived)
        return rules if rests_on_consent(rules) else rules + self.fill_in.get(category, ())

    def _fill_in(self, category: Category) -> tuple[Rule, ...]:
        default = self.packs.get(STRICT_DEFAULT)
        rules = default.rules if default else ()
        return tuple(rule for rule in rules if category in rule.applies_to and isinstance(rule.parameters, Consent))

    def _brought(self, recipient: Recipient, operator_seat: str, sender_seat: str | None) -> list[Brought]:
        found: list[Brought] = []
        own = self.layers(recipient.country)
        zones = recipient.zones or self.zones(recipient.country)
        for pack in own:
            found += [brought(rule, zones) for rule in pack.rules if _reaches(rule, recipient)]
        for role, seat in (("operator", operator_seat), ("sender", sender_seat)):
            reference = self.zones(seat)[:1]
            for pack in self.layers(seat):
                if pack.name != STRICT_DEFAULT:
                    found += [brought(rule, reference) for rule in pack.rules if _seated(rule, role)]
        return found


def _reaches(rule: Rule, recipient: Recipient) -> bool:
    """A rule of a region reaches numbers that may lie there; regions not known: every region's rules."""
    there = rule.region is None or not recipient.regions or rule.region in recipient.regions
    return there and "recipient" in rule.reach


def _seated(rule: Rule, role: str) -> bool:
    """A rule of a region comes in through the recipient alone."""
    return rule.region is None and role in rule.reach
