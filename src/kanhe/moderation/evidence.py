"""What rules look at: the terms found in the channels of one text, and facts worked out when first asked for."""

from collections.abc import Callable, Iterable
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from kanhe.moderation import links, reading
from kanhe.moderation.normalise import Channel, Normal, normalise, plain, sound_of, spoken
from kanhe.moderation.registers import Registers
from kanhe.moderation.tables import components
from kanhe.moderation.verdict import Context, Link, Span

# Shorter phrases of sound meet by chance: 410 syllables make 28 billion phrases of four, but only 168,000 of two.
SOUND_SYLLABLES_MIN: Final = 4


class TermBook:
    """Every term of every rule, in one automaton per channel. Filled while rules compile, then sealed."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._folded: AhoCorasick | None = None
        self._sounds: AhoCorasick | None = None
        self._owners: list[tuple[int, bool, bool]] = []
        self._sound_owners: list[int] = []

    def add(self, term: str) -> int:
        """Answer the number of a term, as it reads when folded."""
        folded = normalise(term).folded.text.strip()
        return self.terms.setdefault(folded or term, len(self.terms))

    def seal(self) -> "TermBook":
        """Build the automata."""
        written = [(form, number) for term, number in self.terms.items() for form in (term, *_split_forms(term))]
        self._owners = [(number, form[0].isascii() and form[0].isalnum(), form[-1].isascii() and form[-1].isalnum()) for form, number in written]
        spoken_terms = [(sound_of(t), n) for t, n in self.terms.items() if len(t) >= SOUND_SYLLABLES_MIN and all(_is_han(c) for c in t)]
        self._sound_owners = [number for _, number in spoken_terms]
        self._folded = AhoCorasick([form for form, _ in written], matchkind=MatchKind.Standard) if written else None
        self._sounds = AhoCorasick([s for s, _ in spoken_terms], matchkind=MatchKind.Standard) if spoken_terms else None
        return self

    def find(self, normal: Normal, sounds: Channel | None) -> tuple[dict[int, list[Span]], int]:
        """Answer the terms found with their spans in the text as sent, and how many were found by sound alone."""
        found: dict[int, list[Span]] = {}
        text, source = normal.folded.text, normal.folded.source
        for form, start, end in self._folded.find_matches_as_indexes(text, overlapping=True) if self._folded else ():
            number, left, right = self._owners[form]
            if (left and start and _joins(text[start - 1])) or (right and end < len(text) and _joins(text[end])):
                continue
            found.setdefault(number, []).append(Span(*source(start, end)))
        return found, self._listen(sounds, found) if sounds is not None else 0

    def _listen(self, sounds: Channel, found: dict[int, list[Span]]) -> int:
        """Add the terms that are only heard, not written; answer how many."""
        heard = 0
        for form, start, end in self._sounds.find_matches_as_indexes(sounds.text, overlapping=True) if self._sounds else ():
            number, span = self._sound_owners[form], Span(*sounds.source(start, end))
            if span not in found.get(number, ()):
                found.setdefault(number, []).append(span)
                heard += 1
        return heard


class Evidence:
    """One text before the rules."""

    def __init__(self, text: str, context: Context, book: TermBook, registers: Registers) -> None:
        self.context, self.registers = context, registers
        self.normal = normalise(text)
        self.sounds = spoken(self.normal) if not self.normal.folded.text.isascii() else None
        self.found, heard = book.find(self.normal, self.sounds)
        if heard:
            self.normal.undone["homophone"] = heard
        # Spans are in the text as sent, distances in rules mean the text as read.
        self.stretch = max(1.0, len(self.normal.sent) / max(1, len(self.normal.folded.text)))
        written, self.signature_span = reading.signature(self.normal.sent)
        self.signature = context.signature or written
        self._facts: dict[str, tuple[Span, ...]] = {}
        self._links: tuple[Link, ...] | None = None

    def spans(self, numbers: frozenset[int]) -> tuple[Span, ...] | None:
        """Answer the spans of those terms, or `None` if the text holds none of them."""
        met = numbers & self.found.keys()
        return tuple(sorted((s for n in met for s in self.found[n]), key=lambda s: s.start)) if met else None

    def plain_spans(self, terms: Iterable[str]) -> tuple[Span, ...] | None:
        """Answer the first span of each term in the text as sent."""
        text = plain(self.normal).text
        found = tuple(Span(at, at + len(term)) for term in terms if (at := text.find(term)) >= 0)
        return found or None

    def fact(self, work_out: "FactMaker") -> tuple[Span, ...] | None:
        """Answer the spans of a fact, or `None`; each is worked out once."""
        name = work_out.__name__
        if name not in self._facts:
            self._facts[name] = tuple(work_out(self))
        return self._facts[name] or None

    @property
    def links(self) -> tuple[Link, ...]:
        """The addresses of the text, judged against what is filed for the sender."""
        if self._links is None:
            allowed = self.context.domains | self.registers.domains_of(self.signature)
            self._links = tuple(links.find(self.normal, self.registers, allowed))
        return self._links


FactMaker = Callable[[Evidence], Iterable[Span]]
# Characters that, next to a Latin term, make it part of a longer word.
_joins: Final = str.isalpha


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _split_forms(term: str) -> list[str]:
    """Answer the ways to write a term with one character taken apart; only listed terms are read this way."""
    return [term[:i] + pair + term[i + 1 :] for i, char in enumerate(term) for pair in _pairs().get(char, ())] if len(term) > 1 else []


def _pairs() -> dict[str, list[str]]:
    if not _PAIRS:
        for pair, char in components().items():
            _PAIRS.setdefault(char, []).append(pair)
    return _PAIRS


_PAIRS: dict[str, list[str]] = {}


def _of_kind(kind: str) -> FactMaker:
    def fact(evidence: Evidence) -> Iterable[Span]:
        hint = reading.PATTERNS[kind].hint
        text = evidence.normal.folded.text
        return reading.find(evidence.normal, kind) if any(c in text for c in hint) else ()

    fact.__name__ = kind
    return fact


def _flagged(flag: str) -> FactMaker:
    def fact(evidence: Evidence) -> Iterable[Span]:
        return (link.span for link in evidence.links if flag in link.flags)

    fact.__name__ = f"link_{flag}"
    return fact


def link(evidence: Evidence) -> Iterable[Span]:
    """Any address."""
    return (found.span for found in evidence.links)


def contact(evidence: Evidence) -> Iterable[Span]:
    """Any way to answer: an address not filed for the sender, a number not filed, a handle."""
    yield from evidence.fact(FACTS["link_unregistered"]) or ()
    yield from evidence.fact(FACTS["handle"]) or ()
    for span in evidence.fact(FACTS["phone"]) or ():
        if reading.digits(evidence.normal, span) not in evidence.context.phones:
            yield span


def han(evidence: Evidence) -> Iterable[Span]:
    """Chinese: there are ideographs in the text."""
    if evidence.sounds is not None and evidence.sounds.text != evidence.normal.folded.text:
        yield Span(0, len(evidence.normal.sent))


def signed(evidence: Evidence) -> Iterable[Span]:
    """A signature in the text or approved beside it."""
    if evidence.signature_span is not None:
        yield evidence.signature_span


def refusal(evidence: Evidence) -> Iterable[Span]:
    """An instruction how to refuse."""
    return (span for _, span in reading.opt_out(evidence.normal))


def foreign_brand(evidence: Evidence) -> Iterable[Span]:
    """A registered brand named by a text whose signature may not name it."""
    text, mine = evidence.normal.folded.text, (evidence.signature or "").lower()
    for brand in evidence.registers.brands:
        if mine in map(str.lower, brand.signatures):
            continue
        for name in brand.names:
            if (at := text.find(name)) >= 0:
                yield Span(*evidence.normal.folded.source(at, at + len(name)))


def disguised(evidence: Evidence) -> Iterable[Span]:
    """Any disguise that honest senders do not use."""
    if not HONEST_DISGUISES.issuperset(evidence.normal.undone):
        yield Span(0, len(evidence.normal.sent))


# Width, pictures and script variants are seen in lawful texts too; they are undone, and noted, and mean nothing alone.
HONEST_DISGUISES: Final = frozenset({"fullwidth", "emoji_inside", "keycap", "enclosed", "contact_alias", "numerals", "spaced_letters", "split_address", "homophone"})
FACTS: Final[dict[str, FactMaker]] = {
    **{kind: _of_kind(kind) for kind in reading.PATTERNS},
    **{f"link_{flag}": _flagged(flag) for flag in links.FLAGS},
    "link": link,
    "han": han,
    "contact": contact,
    "signed": signed,
    "refusal": refusal,
    "foreign_brand": foreign_brand,
    "disguised": disguised,
}
