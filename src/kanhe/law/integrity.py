"""What packs say of each other: ids, parents, replaced rules, old law beside new."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from kanhe.law.rules import Pack, Rule
from kanhe.law.source import Mistake

_OLDER = re.compile(r"(.+)_(\d{4})")


def mistakes_between(packs: Mapping[str, Pack]) -> Iterator[Mistake]:
    """What packs get wrong about each other: ids, parents, replaced rules, old law beside new."""
    rules: dict[str, Rule] = {}
    for pack in packs.values():
        if pack.parent is not None and pack.parent not in packs:
            yield Mistake(f"{pack.name}.yaml", 1, "-", f"parent `{pack.parent}` has no file")
        for rule in pack.rules:
            if rule.id in rules:
                yield _of(rule, f"id already used on line {rules[rule.id].line} of {rules[rule.id].pack}.yaml")
            rules[rule.id] = rule
    for rule in rules.values():
        yield from _replaced(rule, rules, packs)
        yield from _follows(rule, rules)


def _of(rule: Rule, what: str) -> Mistake:
    return Mistake(f"{rule.pack}.yaml", rule.line, rule.id, what)


def _replaced(rule: Rule, rules: Mapping[str, Rule], packs: Mapping[str, Pack]) -> Iterator[Mistake]:
    for name in sorted(rule.replaces):
        other = rules.get(name)
        if other is None:
            yield _of(rule, f"replaces `{name}`, which does not exist")
            continue
        if other.pack not in (rule.pack, packs[rule.pack].parent):
            yield _of(rule, f"replaces `{name}`, which is neither in the parent nor in this file")
        if other.kind is not rule.kind:
            yield _of(rule, f"replaces `{name}`, which is of another kind")


def _follows(rule: Rule, rules: Mapping[str, Rule]) -> Iterator[Mistake]:
    """Old law ends the day before the new begins: `x_2015` and `x`."""
    older = _OLDER.fullmatch(rule.id)
    newer = rules.get(older[1]) if older else None
    if newer is None:
        return
    if rule.last is None or newer.first is None or _day_after(rule.last) != newer.first:
        yield _of(rule, f"must end the day before {newer.id} begins")


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
