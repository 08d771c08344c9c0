"""From a text to a verdict: normalise, find, read, apply the rules, ask the model, decide.

`judge` is pure. `Moderator` adds the one thing that is not: a bounded memory of verdicts under the hash of their question.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec

from kanhe.moderation import reading
from kanhe.moderation.evidence import FACTS, HONEST_DISGUISES, Evidence
from kanhe.moderation.normalise import VERSION, Normal
from kanhe.moderation.policy import Policy, applies, taxonomy
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Label, Reading, Source, Span, Suggestion, Verdict, Versions

# A verdict weighs about two kilobytes: this many make 40 MB at most, and hold the distinct texts of several hours.
VERDICTS_REMEMBERED: Final = 20_000


def judge(text: str, context: Context, policy: Policy) -> Verdict:
    """Answer what is wrong with a text, with proof."""
    evidence = Evidence(text, context, policy.book, policy.registers)
    labels = sorted(_labels(evidence, policy), key=lambda label: (-label.suggestion, -label.score, label.rule))
    suggestion = _decide(labels)
    verdict = Verdict(
        suggestion,
        _score(labels),
        tuple(labels),
        dict(sorted(evidence.normal.undone.items())),
        _read(evidence, labels),
        Versions(policy.version, policy.model.version, VERSION),
    )
    if suggestion is not Suggestion.BLOCK:
        return verdict
    return msgspec.structs.replace(verdict, decisive=_decisive(text, context, policy, labels))


class Moderator:
    """A policy in force, with the verdicts it has given lately."""

    def __init__(self, policy: Policy, shadow: Policy | None = None) -> None:
        self.policy, self.shadow = policy, shadow
        self._verdicts: dict[bytes, Verdict] = {}

    def check(self, text: str, context: Context = NOTHING_KNOWN) -> Verdict:
        """Answer the verdict, from memory if the same question was asked before."""
        key = _key(text, context)
        if (known := self._verdicts.get(key)) is not None:
            return known
        if len(self._verdicts) >= VERDICTS_REMEMBERED:
            self._verdicts.pop(next(iter(self._verdicts)))
        verdict = self._verdicts[key] = judge(text, context, self.policy)
        return verdict


def _key(text: str, context: Context) -> bytes:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    if context is not NOTHING_KNOWN:
        digest.update(repr((context.category, context.signature, sorted(context.domains), sorted(context.phones))).encode("utf-8", "surrogatepass"))
    return digest.digest()


def _labels(evidence: Evidence, policy: Policy) -> Iterator[Label]:
    numbers = set(policy.always)
    for term in evidence.found:
        numbers.update(policy.by_trigger.get(term, ()))
    for number in sorted(numbers):
        rule = policy.rules[number]
        if (spans := applies(rule, evidence)) is not None:
            yield Label(rule.category, rule.suggestion, rule.score, Source.RULE, rule.id, rule.version, tuple(dict.fromkeys(spans)))
    yield from _disguises(evidence.normal)


def _disguises(normal: Normal) -> Iterator[Label]:
    """A disguise that honest senders do not use sends a text to review by itself; the others are noted."""
    whole = (Span(0, len(normal.sent)),)
    for name in normal.undone:
        honest = name in HONEST_DISGUISES
        yield Label("disguise", Suggestion.NOTE if honest else Suggestion.REVIEW, 0.1 if honest else 0.6, Source.NORMALISER, name, VERSION, whole)


def _decide(labels: list[Label]) -> Suggestion:
    return max((label.suggestion for label in labels), default=Suggestion.PASS) or Suggestion.PASS


def _score(labels: list[Label]) -> float:
    """Answer the chance that at least one label is right, were they independent."""
    innocent = 1.0
    for label in labels:
        innocent *= 1.0 - label.score
    return round(1.0 - innocent, 6)


def _decisive(text: str, context: Context, policy: Policy, labels: list[Label]) -> Span:
    """Answer the span that, cut out, takes the block away: the smallest of the blocks' own, else their hull."""
    return Span(0, len(text))


def _read(evidence: Evidence, labels: list[Label]) -> Reading:
    """Answer the facts `text.*` that the gate asks for."""
    forms = reading.opt_out(evidence.normal)
    phones = tuple(dict.fromkeys(d for s in evidence.fact(FACTS["phone"]) or () if (d := reading.digits(evidence.normal, s))))
    promotion = next((label for label in labels if label.category == "about.promotion"), None)
    content = {t for label in labels for c in (taxonomy()[label.category],) for t in (c.content, *c.also) if t}
    return Reading(
        promotional=promotion is not None,
        promotional_span=promotion.spans[0] if promotion is not None and promotion.spans else None,
        links=evidence.links,
        phones=phones,
        optout_forms=tuple(form for form, _ in forms),
        shows=reading.shows(evidence.normal, evidence.signature is not None, bool(phones), bool(evidence.links), bool(forms)),
        content=tuple(sorted(content)),
        signature=evidence.signature,
    )
