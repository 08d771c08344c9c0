"""The terms of every rule, and the hints of every pattern, found in one pass over each channel of a text."""

from functools import cache
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from kanhe.moderation import reading
from kanhe.moderation.normalise import Channel, normalise, sound_of
from kanhe.moderation.tables import components
from kanhe.moderation.verdict import Span

# Shorter phrases of sound meet by chance: 410 syllables make 28 billion phrases of four, but only 168,000 of two.
SOUND_SYLLABLES_MIN: Final = 4
# Terms by their number, with their spans in the text as sent.
Terms = dict[int, list[Span]]


class TermBook:
    """Every term of every rule, in one automaton per channel. Filled while rules compile, then sealed."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.plain_terms: set[str] = set()
        self._digits = self._folded = self._sounds = AhoCorasick([])
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
        self._digits = AhoCorasick(with_digits)
        self._sounds = AhoCorasick([s for s, _ in spoken_terms], matchkind=MatchKind.Standard)
        return self

    def names_digits(self, text: str) -> bool:
        """Tell whether a text may hold a term that names digits, such as `1:1`; half a surrogate pair may stand for anything."""
        try:
            return bool(self._digits.find_matches_as_indexes(text))
        except UnicodeEncodeError:
            return True

    def find(self, folded: Channel) -> tuple[Terms, reading.Seen]:
        """Answer the terms and the hints that are written."""
        terms: Terms = {}
        seen: reading.Seen = {}
        text, span = folded.text, folded.spans
        for form, start, end in self._folded.find_matches_as_indexes(text, overlapping=True):
            owner, left, right = self._owners[form]
            if isinstance(owner, str):
                seen[owner] = (seen[owner][0] if owner in seen else start, end)
            elif not (left and start and _joins(text[start - 1])) and not (
                right and end < len(text) and _joins(text[end])
            ):
                terms.setdefault(owner, []).append(span(start, end))
        return terms, seen

    def listen(self, sounds: Channel, found: Terms) -> int:
        """Add the terms that are only heard, not written; answer how many."""
        heard = 0
        for form, start, end in self._sounds.find_matches_as_indexes(sounds.text, overlapping=True):
            number, span = self._sound_owners[form], sounds.span(start, end)
            if span not in found.get(number, ()):
                found.setdefault(number, []).append(span)
                heard += 1
        return heard


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


# Characters that, next to a Latin term, make it part of a longer word.
_joins: Final = str.isalpha
