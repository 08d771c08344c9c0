"""What rules look at: the terms found in the channels of one text, and the facts that hold for it."""

import re
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final

from kanhe.moderation import links, reading
from kanhe.moderation.normalise import normalise, plain, spoken
from kanhe.moderation.registers import Registers
from kanhe.moderation.tables import HAN
from kanhe.moderation.terms import TermBook
from kanhe.moderation.verdict import Context, Link, Span

# What holds of a text, with its proof.
Facts = dict[str, tuple[Span, ...]]


class Evidence:
    """One text before the rules: its channels, the terms found, and the facts that hold."""

    def __init__(self, text: str, context: Context, book: TermBook, registers: Registers) -> None:
        self.context, self.registers = context, registers
        self.normal = normal = normalise(text)
        self.found, self.seen = book.find(normal.folded)
        self.sounds = None if normal.folded.text.isascii() else spoken(normal.folded)
        if self.sounds is not None and (heard := book.listen(self.sounds, self.found)):
            normal.undone["homophone"] = heard
        written, self.signature_span = reading.signature(normal.sent)
        self.signature = context.signature or written
        self.addressed = links.may_stand_in(normal.folded.text)
        self.links = links.find(normal, registers, self._domains()) if self.addressed else ()
        self.refusals = reading.opt_out(normal.folded, self.seen)
        self.things = reading.find(normal.folded, self.seen)
        self.facts = _facts(self)
        self.is_chinese = _is_chinese(self)
        # Terms and facts by number: rules that need what is not among them are not asked.
        self.held = {*self.found, *map(FACT_NUMBERS.__getitem__, self.facts)}

    @property
    def stretch(self) -> float:
        """How much longer the text is as sent than as read: spans are in the one, distances in rules mean the other."""
        return max(1.0, len(self.normal.sent) / max(1, len(self.normal.folded.text)))

    def _domains(self) -> frozenset[str]:
        """The domains that the sender may lead to."""
        return self.context.domains | self.registers.domains_of(self.signature)

    def spans(self, numbers: frozenset[int]) -> tuple[Span, ...] | None:
        """Answer the spans of those terms, or `None` if the text holds none of them."""
        met = numbers.intersection(self.found)  # walks the few that were found, not the many that are asked for
        if not met:
            return None
        return tuple(sorted([span for number in met for span in self.found[number]], key=_START))

    def plain_spans(self, terms: Iterable[str]) -> tuple[Span, ...] | None:
        """Answer the first span of each term in the text as sent."""
        text = plain(self.normal).text
        found = tuple(Span(at, at + len(term)) for term in terms if (at := text.find(term)) >= 0)
        return found or None


def _facts(evidence: Evidence) -> Facts:
    """Work out every fact that holds; one that does not hold has no entry."""
    facts, normal = dict(evidence.things.spans), evidence.normal
    for link in evidence.links:
        for name in ("link", *("link_" + flag for flag in link.flags)):
            facts[name] = (*facts.get(name, ()), link.span)
    if not WAYS.isdisjoint(facts):
        facts.update(_ways(evidence, facts))
    if evidence.signature_span is not None:
        facts["signed"] = (evidence.signature_span,)
    if evidence.refusals:
        facts["refusal"] = tuple([span for _, span in evidence.refusals])
    if evidence.sounds is not None and _HAN.search(normal.folded.text) and not _japanese(normal.folded.text):
        facts["han"] = (Span(0, len(normal.sent)),)
    if normal.undone and not HONEST_DISGUISES.issuperset(normal.undone):
        facts["disguised"] = (Span(0, len(normal.sent)),)
    return facts


def _ways(evidence: Evidence, facts: Facts) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The ways to answer that a text offers: in private, and at all."""
    if bait := tuple([link.span for link in evidence.links if _is_bait(link, evidence)]):
        yield "bait_link", bait
    if contact := (*bait, *facts.get("handle", ()), *_unfiled(evidence, "mobile")):
        yield "contact", contact
    if reach := (*contact, *facts.get("link_unregistered", ()), *_unfiled(evidence, "phone")):
        yield "reach", tuple(dict.fromkeys(reach))


def _is_bait(link: Link, evidence: Evidence) -> bool:
    """Tell an address that no honest sender would use so: not filed, and nobody signs, or a brand does, or its name is odd."""
    if "unregistered" not in link.flags:
        return False
    return evidence.signature is None or len(link.flags) > 1 or bool(evidence.registers.domains_of(evidence.signature))


def _unfiled(evidence: Evidence, kind: str) -> list[Span]:
    """Answer the numbers of a kind that are not filed for the sender, nor there to refuse by: many laws demand such a number."""
    filed, digits = evidence.context.phones, evidence.things.digits
    return [
        span
        for span in evidence.things.spans.get(kind, ())
        if digits[span] not in filed and not any(_overlap(span, refusal) for _, refusal in evidence.refusals)
    ]


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _is_chinese(evidence: Evidence) -> bool:
    """Tell a text in Chinese from one in English that a firm of China signs, or that names a shop of China."""
    if "han" not in evidence.facts:
        return False
    read, span = evidence.normal.folded.text, evidence.signature_span
    signed = len(_HAN.findall(evidence.normal.sent, span.start, span.end)) if span is not None else 0
    ideographs = len(_HAN.findall(read)) - signed
    return ideographs > 0 and ideographs >= len(_WORD.findall(read))


def _japanese(text: str) -> bool:
    """Tell Japanese from Chinese, which borrows a kana now and then: a third of the letters at least."""
    if _KANA.search(text) is None:
        return False
    return len(_KANA.findall(text)) * 3 >= len(text) - text.count(" ") - sum(map(text.count, "0123456789"))


def foreign_brands(evidence: Evidence) -> tuple[Span, ...]:
    """Answer where a text names registered brands that its signature may not name."""
    text, mine = evidence.normal.folded.text, (evidence.signature or "").lower()
    foreign = (b for b in evidence.registers.brands if mine not in map(str.lower, b.signatures))
    places = ((text.find(name), len(name)) for brand in foreign for name in brand.names)
    return tuple(evidence.normal.folded.span(at, at + size) for at, size in places if at >= 0)


_START: Final = attrgetter("start")
_HAN: Final = re.compile(f"[{HAN}]")
# A word of a sentence has another behind it; names and addresses that stand in Chinese mostly have not.
_WORD: Final = re.compile("[a-z]{2,} ")
_KANA: Final = re.compile("[\u3041-\u30ff]")
# Width, pictures and script variants are seen in lawful texts too; they are undone, and noted, and mean nothing alone.
HONEST_DISGUISES: Final = frozenset({"fullwidth", "emoji_inside", "keycap", "enclosed", "contact_alias", "numerals", "spaced_letters", "split_address", "homophone"})  # fmt: skip
# Every fact a rule may name with an `@`.
FACTS: Final = {
    **{kind: f"the text holds a {kind}" for kind in reading.KINDS},
    **{f"link_{flag}": meaning for flag, meaning in links.FLAGS.items()},
    "link": "any address",
    "bait_link": "an address not filed for the sender, in a text that nobody signs or with a name or form that is odd",
    "contact": "a way to answer in private: a bait link, a mobile number not filed for the sender, or a handle",
    "reach": "any way to answer that is not filed for the sender",
    "signed": "a signature in the text",
    "refusal": "an instruction how to refuse",
    "han": "there are ideographs",
    "disguised": "a disguise that honest senders do not use was undone",
}
# Only where one of these holds a text may offer a way to answer.
WAYS: Final = frozenset({"link", "handle", "mobile", "phone"})
# Facts wake rules as terms do, under numbers below zero.
FACT_NUMBERS: Final = {name: -1 - i for i, name in enumerate(FACTS)}
# These hold for most lawful texts: a rule that asks for anything else besides is woken by that.
COMMON_FACTS: Final = frozenset(FACT_NUMBERS[name] for name in ("han", "signed", "amount", "refusal"))
