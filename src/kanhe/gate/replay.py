"""Past messages judged under a draft of the packs: whose verdict would change, and by which rules."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from kanhe.domain.facts import Facts
from kanhe.domain.message import Message
from kanhe.domain.verdict import Effect, Outcome, Verdict
from kanhe.gate.amend import Describe
from kanhe.gate.gate import Gate
from kanhe.law.library import Library

# Differences kept one by one; beyond it only the counts by rule go on.
CHANGES_MAX = 10_000
# Outcomes are compared with what the gate would do to the message; a changed text or moment is a change, too.
Past = tuple[Sequence[Message], Facts]


class Changed(msgspec.Struct, frozen=True):
    """One message whose verdict would be another."""

    message: int
    before: Outcome
    after: Outcome
    rules: tuple[str, ...]  # rules whose findings differ in effect


class Replay(msgspec.Struct, frozen=True):
    """What a draft would change over past traffic."""

    messages: int
    changed: int
    by_rule: dict[str, int]
    by_outcome: dict[str, int]  # "allow -> refuse": how many
    changes: tuple[Changed, ...]


def replay(
    batches: Iterable[Past],
    in_force: Library,
    draft: Library,
    *,
    describe: Describe | None = None,
    progress: Callable[[int], None] = lambda messages: None,
) -> Replay:
    """Judge each past batch under both libraries, with the facts of its time, and compare. `progress` hears how many are done."""
    now, then = Gate(in_force, describe=describe), Gate(draft, describe=describe)
    messages, changed = 0, 0
    by_rule: Counter[str] = Counter()
    by_outcome: Counter[str] = Counter()
    changes: list[Changed] = []
    for batch, facts in batches:
        messages += len(batch)
        progress(messages)
        for message, before, after in zip(batch, now.judge(batch, facts), then.judge(batch, facts), strict=True):
            if not _differ(before, after):
                continue
            changed += 1
            rules = differing_rules(before, after)
            by_rule.update(rules)
            by_outcome[f"{before.outcome.value} -> {after.outcome.value}"] += 1
            if len(changes) < CHANGES_MAX:
                changes.append(Changed(message.id, before.outcome, after.outcome, rules))
    return Replay(messages, changed, dict(by_rule.most_common()), dict(by_outcome.most_common()), tuple(changes))


def _differ(before: Verdict, after: Verdict) -> bool:
    """Another outcome, moment, text or sender; other findings of no consequence do not count."""
    return (
        before.outcome is not after.outcome
        or before.not_before != after.not_before
        or before.text != after.text
        or before.sender != after.sender
    )


def differing_rules(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Rules that say something else now, strongest effect first."""
    old = {finding.rule: finding for finding in before.shape.findings if finding.rule is not None}
    new = {finding.rule: finding for finding in after.shape.findings if finding.rule is not None}
    found: dict[str, Effect] = {}
    for rule in {**old, **new}:
        was, now = old.get(rule), new.get(rule)
        if was is None or now is None or (was.code, was.effect) != (now.code, now.effect):
            found[rule] = max(was.effect if was else Effect.ADVISE, now.effect if now else Effect.ADVISE)
    return tuple(sorted(found, key=lambda rule: (-found[rule], rule)))
