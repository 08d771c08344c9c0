"""What rules look at: the terms found in the channels of one text, and facts worked out when first asked for."""

import re
from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from kanhe.moderation import links, reading
from kanhe.moderation.normalise import Channel, Normal, normalise, plain, sound_of, spoken
from kanhe.moderation.registers import Registers
from kanhe.moderation.tables import HAN, components
from kanhe.moderation.verdict import Context, Link, Span

# Shorter phrases of sound meet by chance: 410 syllables make 28 billion phrases of four, but only 168,000 of two.
SOUND_SYLLABLES_MIN: Final = 4


class Found(NamedTuple):
    """What one pass of the automata finds: terms with their spans in the text as sent, hints, and how many terms by sound alone."""

    terms: dict[int, list[Span]]
    seen: reading.Seen
    heard: int


class TermBook:
    """Every term of every rule, in one automaton per channel. Filled while rules compile, then sealed."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.plain_terms: set[str] = set()
        self._digits: AhoCorasick | None = None
        self._folded: AhoCorasick | None = None
        self._sounds: AhoCorasick | None = None
        self._owners: list[tuple[int | str, bool, bool]] = []  # the number of a term, or the name of a hint
        self._sound_owners: list[int] = []

    def add(self, term: str) -> int:
        """Answer the number of a term, as it reads when folded."""
        folded = normalise(term).folded.text.strip()
        return self.terms.setdefault(folded or term, len(self.terms))

    def seal(self) -> "TermBook":
        """Build the automata."""
        written = [(form, number) for term, number in self.terms.items() for form in (term, *_split_forms(term))]
        hinted = [(word, name) for name, words in reading.HINTS.items() for word in words]
        self._owners = [
            *((n, f[0].isascii() and f[0].isalnum(), f[-1].isascii() and f[-1].isalnum()) for f, n in written),
            *((name, False, False) for _, name in hinted),
        ]
        spoken_terms = [
            (sound_of(t), n)
            for t, n in self.terms.items()
            if len(t) >= SOUND_SYLLABLES_MIN and all(_is_han(c) for c in t)
        ]
        self._sound_owners = [number for _, number in spoken_terms]
        self._folded = AhoCorasick([form for form, _ in (*written, *hinted)], matchkind=MatchKind.Standard)
        with_digits = [term for term in (*self.terms, *self.plain_terms) if any(c.isdigit() for c in term)]
        self._digits = AhoCorasick(with_digits) if with_digits else None
        self._sounds = AhoCorasick([s for s, _ in spoken_terms], matchkind=MatchKind.Standard) if spoken_terms else None
        return self

    def names_digits(self, text: str) -> bool:
        """Tell whether a text may hold a term that names digits, such as `1:1`."""
        return self._digits is not None and bool(self._digits.find_matches_as_indexes(text))

    def find(self, normal: Normal, sounds: Channel | None) -> "Found":
        """Answer what one pass over a text finds."""
        terms: dict[int, list[Span]] = {}
        seen: reading.Seen = {}
        text, source = normal.folded.text, normal.folded.source
        for form, start, end in self._folded.find_matches_as_indexes(text, overlapping=True) if self._folded else ():
            owner, left, right = self._owners[form]
            if isinstance(owner, str):
                seen[owner] = (seen[owner][0] if owner in seen else start, end)
            elif not (left and start and _joins(text[start - 1])) and not (
                right and end < len(text) and _joins(text[end])
            ):
                terms.setdefault(owner, []).append(Span(*source(start, end)))
        return Found(terms, seen, self._listen(sounds, terms) if sounds is not None else 0)

    def _listen(self, sounds: Channel, found: dict[int, list[Span]]) -> int:
        """Add the terms that are only heard, not written; answer how many."""
        heard = 0
        for form, start, end in (
            self._sounds.find_matches_as_indexes(sounds.text, overlapping=True) if self._sounds else ()
        ):
            number, span = self._sound_owners[form], Span(*sounds.source(start, end))
            if span not in found.get(number, ()):
                found.setdefault(number, []).append(span)
                heard += 1
        return heard


class Evidence:
    """One text before the rules: its channels, the terms found, and the facts that hold."""

    def __init__(self, text: str, context: Context, book: TermBook, registers: Registers) -> None:
        self.context, self.registers = context, registers
        self.normal = normal = normalise(text)
        self.sounds = spoken(normal) if not normal.folded.text.isascii() else None
        self.found, self.seen, heard = book.find(normal, self.sounds)
        if heard:
            normal.undone["homophone"] = heard
        # Spans are in the text as sent, distances in rules mean the text as read.
        self.stretch = max(1.0, len(normal.sent) / max(1, len(normal.folded.text)))
        written, self.signature_span = reading.signature(normal.sent)
        self.signature = context.signature or written
        self.mine = context.domains | registers.domains_of(self.signature)
        self.addressed = links.may_stand_in(normal.folded.text)
        self.links = tuple(links.find(normal, registers, self.mine)) if self.addressed else ()
        self.refusals = reading.opt_out(normal, self.seen)
        self.things = reading.find(normal, self.seen)
        self.facts = _facts(self)
        # Terms and facts by number: rules that need what is not among them are not asked.
        self.held = [*self.found, *map(FACT_NUMBERS.__getitem__, self.facts)]

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


def _facts(evidence: Evidence) -> dict[str, tuple[Span, ...]]:
    """Work out every fact that holds; one that does not hold has no entry."""
    facts, normal = dict(evidence.things.spans), evidence.normal
    for link in evidence.links:
        for name in ("link", *("link_" + flag for flag in link.flags)):
            facts[name] = (*facts.get(name, ()), link.span)
    if evidence.signature_span is not None:
        facts["signed"] = (evidence.signature_span,)
    if evidence.refusals:
        facts["refusal"] = tuple([span for _, span in evidence.refusals])
    if evidence.sounds is not None and _HAN.search(normal.folded.text) and not _japanese(normal.folded.text):
        facts["han"] = (Span(0, len(normal.sent)),)
    if normal.undone and not HONEST_DISGUISES.issuperset(normal.undone):
        facts["disguised"] = (Span(0, len(normal.sent)),)
    if bait := tuple([link.span for link in evidence.links if _is_bait(link, evidence)]):
        facts["bait_link"] = bait
    if ways := (*bait, *facts.get("handle", ()), *_unfiled(evidence, "mobile")):
        facts["contact"] = ways
    if reach := (*ways, *facts.get("link_unregistered", ()), *_unfiled(evidence, "phone")):
        facts["reach"] = tuple(dict.fromkeys(reach))
    return facts


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
    return tuple(Span(*evidence.normal.folded.source(at, at + size)) for at, size in places if at >= 0)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _split_forms(term: str) -> list[str]:
    """Answer the ways to write a term with one character taken apart; only listed terms are read this way."""
    return (
        [term[:i] + pair + term[i + 1 :] for i, char in enumerate(term) for pair in _pairs().get(char, ())]
        if len(term) > 1
        else []
    )


@cache
def _pairs() -> dict[str, list[str]]:
    """The ways to take each character apart."""
    pairs: dict[str, list[str]] = {}
    for pair, char in components().items():
        pairs.setdefault(char, []).append(pair)
    return pairs


_START: Final = attrgetter("start")
_HAN: Final = re.compile(f"[{HAN}]")
_KANA: Final = re.compile("[\u3041-\u30ff]")
# Characters that, next to a Latin term, make it part of a longer word.
_joins: Final = str.isalpha
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
# Facts wake rules as terms do, under numbers below zero.
FACT_NUMBERS: Final = {name: -1 - i for i, name in enumerate(FACTS)}
# These hold for most lawful texts: a rule that asks for anything else besides is woken by that.
COMMON_FACTS: Final = frozenset(FACT_NUMBERS[name] for name in ("han", "signed", "amount", "refusal"))
