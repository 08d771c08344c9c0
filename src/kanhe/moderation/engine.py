"""From a text to a verdict: normalise, find, read, apply the rules, ask the model, decide.

`judge` is pure. `Moderator` adds the one thing that is not: a bounded memory of verdicts under the hash of their question.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple, TypeVar

import msgspec

from kanhe.moderation import reading, statements
from kanhe.moderation.evidence import HONEST_DISGUISES, Evidence, foreign_brands
from kanhe.moderation.model import opinion, proof
from kanhe.moderation.normalise import VERSION
from kanhe.moderation.policy import Policy, applies, content_of
from kanhe.moderation.skeleton import may_be_shared, skeleton
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Label, Reading, Source, Span, Suggestion, Verdict

# A verdict weighs about two kilobytes: this many make 20 MB at most, and hold the distinct shapes of several hours.
VERDICTS_REMEMBERED: Final = 10_000
# Senders times categories that write in one hour.
CONTEXTS_REMEMBERED: Final = 10_000
# Enough for a person to see what a new policy would change.
DIFFERENCES_REMEMBERED: Final = 1_000
# Drawn texts wait some seconds to be looked at; whoever does not come in time sees the newest.
DRAWN_MAX: Final = 1_000
# Each cut is another judgement; a text that blocks has a few short spans, and their hull always serves.
CUTS_TRIED_MAX: Final = 6
# Only these kinds block on two independent signals; an advertisement without a sender is a matter for review.
GRAVE: Final = ("fraud.", "illegal.", "ip.")
REGISTER_SCORE: Final = 0.8
DISGUISE_SCORE: Final = 0.6
_K = TypeVar("_K")


def judge(text: str, context: Context, policy: Policy) -> Verdict:
    """Answer what is wrong with a text, with proof."""
    return with_decisive(weigh(text, context, policy), text, context, policy)


def with_decisive(verdict: Verdict, text: str, context: Context, policy: Policy) -> Verdict:
    """Answer a verdict with the span that decides it, if it blocks."""
    if verdict.suggestion is not Suggestion.BLOCK:
        return verdict
    return msgspec.structs.replace(verdict, decisive=_decisive(text, context, policy, verdict.labels))


def weigh(text: str, context: Context, policy: Policy) -> Verdict:
    """Answer the same without the span that decides a block: finding it means to judge again with each span cut out."""
    evidence = Evidence(text, context, policy.book, policy.registers)
    labels = _labels(evidence, policy)
    if len(labels) > 1:
        labels.sort(key=_by_gravity)
    return Verdict(
        decide(labels),
        total_score(labels),
        tuple(labels),
        dict(sorted(evidence.normal.undone.items())) if evidence.normal.undone else {},
        _read(evidence, labels),
        policy.versions,
    )


def _by_gravity(label: Label) -> tuple[int, float, str]:
    return -label.suggestion, -label.score, label.rule


class Difference(NamedTuple):
    """A text on which the policy in force and the one in its shadow disagree; known by its hash alone."""

    key: bytes
    in_force: Suggestion
    in_shadow: Suggestion


class Drawn(NamedTuple):
    """A distinct text that was drawn, for a look by people or by the policy in the shadow."""

    key: bytes
    text: str
    context: Context
    suggestion: Suggestion


class Shares(NamedTuple):
    """One of how many distinct texts is drawn; 0: none."""

    sample: int = 0  # of those that pass, for people: so that misses are seen
    shadow: int = 1  # for the policy in the shadow
    opinion: int = 0  # of those that pass, for a second opinion


NOTHING_DRAWN: Final = Shares()


class Moderator:
    """A policy in force, the verdicts it has given lately, and perhaps a policy tried in its shadow."""

    def __init__(self, policy: Policy, shadow: Policy | None = None, shares: Shares = NOTHING_DRAWN) -> None:
        self.policy, self.shadow, self.shares = policy, shadow, shares
        self.samples: deque[Drawn] = deque(maxlen=DRAWN_MAX)
        self.for_opinion: deque[Drawn] = deque(maxlen=DRAWN_MAX)
        self.differences: deque[Difference] = deque(maxlen=DIFFERENCES_REMEMBERED)
        self.tried = self.differed = 0  # texts judged in the shadow, and those on which it disagreed
        self._for_shadow: deque[Drawn] = deque(maxlen=DRAWN_MAX)
        self._by_text: dict[bytes, Verdict] = {}
        self._contexts: dict[int, tuple[Context, bytes]] = {}  # callers hand in the same object again and again
        self._by_skeleton: dict[tuple[str, Context], Verdict] = {}

    def check(self, text: str, context: Context = NOTHING_KNOWN) -> Verdict:
        """Answer the verdict: from memory if text or skeleton were seen, else by judging."""
        key = self._key(text, context)
        if (known := self._by_text.get(key)) is not None:
            return known
        bones = skeleton(text, self.policy.book)
        verdict = self._by_skeleton.get((bones, context)) if bones is not None else None
        if verdict is None:
            verdict = weigh(text, context, self.policy)
            self._draw(Drawn(key, text, context, verdict.suggestion))
            if bones is not None and may_be_shared(verdict):
                _remember(self._by_skeleton, (bones, context), verdict)
        _remember(self._by_text, key, verdict)
        return verdict

    def _key(self, text: str, context: Context) -> bytes:
        known = self._contexts.get(id(context))
        if known is None:
            if len(self._contexts) >= CONTEXTS_REMEMBERED:
                self._contexts.clear()
            known = self._contexts[id(context)] = (context, context_key(context))
        return _keyed(text, known[1])

    def adopt(self, policy: Policy, shadow: Policy | None = None) -> None:
        """Put another policy in force and forget what the old one said; one that does not load never gets here."""
        self.policy, self.shadow = policy, shadow
        self.tried = self.differed = 0
        for memory in (self._by_text, self._by_skeleton, self.differences, self._for_shadow):
            memory.clear()

    def try_in_shadow(self, texts_max: int) -> None:
        """Let the policy in the shadow judge what was drawn for it; called beside the hot path."""
        while self.shadow is not None and self._for_shadow and texts_max > 0:
            key, text, context, suggestion = self._for_shadow.popleft()
            other = weigh(text, context, self.shadow).suggestion
            texts_max, self.tried = texts_max - 1, self.tried + 1
            if other is not suggestion:
                self.differed += 1
                self.differences.append(Difference(key, suggestion, other))

    def _draw(self, text: Drawn) -> None:
        if self.shadow is not None and drawn(text.key, self.shares.shadow):
            self._for_shadow.append(text)
        if text.suggestion is Suggestion.PASS:
            for share, queue in ((self.shares.sample, self.samples), (self.shares.opinion, self.for_opinion)):
                if drawn(text.key, share):
                    queue.append(text)


def question_key(text: str, context: Context) -> bytes:
    """Answer the hash of a question; texts themselves are kept nowhere."""
    return _keyed(text, context_key(context))


def context_key(context: Context) -> bytes:
    """Answer what of a context goes into the hash of a question."""
    if context is NOTHING_KNOWN:
        return b""
    known = (context.category, context.signature, sorted(context.domains), sorted(context.phones))
    return repr(known).encode("utf-8", "surrogatepass")


def _keyed(text: str, context: bytes) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass") + context, digest_size=16).digest()


def drawn(key: bytes, one_in: int) -> bool:
    """Tell whether a passed text is drawn for review; by its hash, so that the same text is always or never drawn."""
    return one_in > 0 and int.from_bytes(key[:8], "big") % one_in == 0


def _remember(memory: dict[_K, Verdict], key: _K, verdict: Verdict) -> None:
    if len(memory) >= VERDICTS_REMEMBERED:
        # Half at once: a dict forgets its first key slowly.
        for oldest in list(islice(memory, VERDICTS_REMEMBERED // 2)):
            del memory[oldest]
    memory[key] = verdict


def _labels(evidence: Evidence, policy: Policy) -> list[Label]:
    return [
        *_by_rules(evidence, policy),
        *(_by_registers(evidence, policy) if policy.registers.brands and "reach" in evidence.facts else ()),
        *(_by_disguises(evidence) if evidence.normal.undone else ()),
        *_by_model(evidence, policy),
    ]


def _by_rules(evidence: Evidence, policy: Policy) -> Iterator[Label]:
    for number in policy.waking.woken(evidence.held):
        rule = policy.rules[number]
        if (spans := applies(rule, evidence)) is not None:
            yield Label(
                rule.category,
                rule.suggestion,
                rule.score,
                Source.RULE,
                rule.id,
                rule.version,
                tuple(dict.fromkeys(spans)),
            )


def _by_registers(evidence: Evidence, policy: Policy) -> Iterator[Label]:
    """A text that names a brand it may not name, and leads somewhere; or signs as a brand and leads elsewhere."""
    if named := foreign_brands(evidence):
        yield Label(
            "ip.brand",
            Suggestion.REVIEW,
            REGISTER_SCORE,
            Source.REGISTRY,
            "brand",
            policy.versions.policy,
            (*named, *evidence.facts["reach"]),
        )
    elif policy.registers.domains_of(evidence.signature) and (elsewhere := evidence.facts.get("link_unregistered")):
        yield Label(
            "link.phish",
            Suggestion.REVIEW,
            REGISTER_SCORE,
            Source.REGISTRY,
            "domain",
            policy.versions.policy,
            elsewhere,
        )


def _by_disguises(evidence: Evidence) -> Iterator[Label]:
    """A disguise that honest senders do not use sends a text to review by itself; the others are noted."""
    whole = (Span(0, len(evidence.normal.sent)),)
    for name in evidence.normal.undone:
        honest = name in HONEST_DISGUISES
        yield Label(
            "disguise",
            Suggestion.NOTE if honest else Suggestion.REVIEW,
            0.0 if honest else DISGUISE_SCORE,
            Source.NORMALISER,
            name,
            VERSION,
            whole,
        )


def _by_model(evidence: Evidence, policy: Policy) -> tuple[Label, ...]:
    """The model's opinion, as far as it thinks a person should look."""
    if (thinks := opinion(evidence, policy.model)) is None:
        return ()
    suggestion, spans = (Suggestion.REVIEW, proof(evidence, policy.model)) if thinks.review else (Suggestion.NOTE, ())
    rule = "certain" if thinks.strong else thinks.script
    return (Label("model", suggestion, thinks.probability, Source.MODEL, rule, policy.model.version, spans),)


def decide(labels: Collection[Label]) -> Suggestion:
    """Answer the gravest suggestion; a rule and a model that is certain, each alone enough for review, block together."""
    gravest = max([label.suggestion for label in labels], default=Suggestion.PASS)
    if gravest <= Suggestion.PASS:
        return Suggestion.PASS
    return Suggestion.BLOCK if gravest is Suggestion.REVIEW and _independent(labels) else gravest


def _independent(labels: Collection[Label]) -> bool:
    certain = any(label.source is Source.MODEL and label.rule == "certain" for label in labels)
    graver = any(
        label.source is Source.RULE and label.suggestion is Suggestion.REVIEW and label.category.startswith(GRAVE)
        for label in labels
    )
    return certain and graver


def total_score(labels: Iterable[Label]) -> float:
    """Answer the chance that at least one label is right, were they independent."""
    innocent = 1.0
    for label in labels:
        innocent *= 1.0 - label.score
    return round(1.0 - innocent, 6)


def _decisive(text: str, context: Context, policy: Policy, labels: Iterable[Label]) -> Span:
    """Answer the span that, cut out, takes the block away: a short one of the labels' own, else as little of their hull as does."""

    def saves(span: Span) -> bool:
        return _suggests(text[: span.start] + text[span.end :], context, policy) is not Suggestion.BLOCK

    graver = [label for label in labels if label.suggestion >= Suggestion.REVIEW and label.spans]
    spans = sorted({s for label in graver for s in label.spans}, key=lambda s: (s.end - s.start, s.start))
    if (short := next(filter(saves, spans[:CUTS_TRIED_MAX]), None)) is not None:
        return short
    telling = [s for label in graver if label.source is Source.RULE for s in label.spans if s.end - s.start < len(text)]
    hull = _hull(telling or spans)
    return _shrunk(hull, telling, saves) if saves(hull) else Span(0, len(text))


def _shrunk(hull: Span, spans: Collection[Span], saves: Callable[[Span], bool]) -> Span:
    """Put back what stands first, then what stands last in a cut, as long as the rest does not block."""
    for start in sorted({s.start for s in spans})[1 : CUTS_TRIED_MAX + 1]:
        if not saves(shorter := Span(start, hull.end)):
            break
        hull = shorter
    for end in sorted({s.end for s in spans if s.end > hull.start}, reverse=True)[1 : CUTS_TRIED_MAX + 1]:
        if not saves(shorter := Span(hull.start, end)):
            break
        hull = shorter
    return hull


def _hull(spans: Collection[Span]) -> Span:
    return Span(min(s.start for s in spans), max(s.end for s in spans))


def _suggests(text: str, context: Context, policy: Policy) -> Suggestion:
    return decide(_labels(Evidence(text, context, policy.book, policy.registers), policy))


def _read(evidence: Evidence, labels: list[Label]) -> Reading:
    """Answer the facts `text.*` that the gate asks for."""
    category, signed = evidence.context.category, evidence.signature is not None
    phones = _numbers(evidence)
    promotion = [label for label in labels if label.category == "about.promotion"]
    shows = reading.shows(
        evidence.normal.folded, evidence.seen, signed, bool(phones), bool(evidence.links), bool(evidence.refusals)
    )
    return Reading(
        promotional=bool(promotion),
        promotional_span=promotion[0].spans[0] if promotion and promotion[0].spans else None,
        links=evidence.links,
        phones=phones,
        optout_forms=tuple(dict(evidence.refusals)),
        shows=shows,
        states=statements.states(evidence.normal.sent, category, signed, "contact" in shows),
        alert=statements.alert(evidence.normal.sent, category, signed),
        content=_content(labels),
        signature=evidence.signature,
    )


def _numbers(evidence: Evidence) -> tuple[str, ...]:
    spans = evidence.facts.get("phone", ())
    return tuple(dict.fromkeys(d for s in spans if (d := evidence.things.digits[s]))) if spans else ()


def _content(labels: list[Label]) -> tuple[str, ...]:
    told = {label.category for label in labels if label.source is not Source.MODEL}
    return tuple(sorted({token for category in told for token in content_of(category)})) if told else ()
