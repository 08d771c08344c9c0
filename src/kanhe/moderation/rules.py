"""Rules as data: their schema, the little language of their conditions, and the check of their own examples.

A rule file is YAML: `version`, optional `lists` of terms, and `rules`. A condition is one of

- a term (text, matched folded, on word borders where it is Latin), `$list`, or `@fact`;
- a list: any of its conditions;
- `{all: [...]}`, `{any: [...]}`, `{none: [...]}`, `{at_least: {count: n, of: [...]}}`;
- `{near: {within: n, of: [...]}}`: all of them, no further apart than n characters;
- `{channel: plain, of: [terms]}`: terms searched in the text as sent;
- `{context: {category: [...], signature: known|unknown}}`.

Each condition answers the spans that fulfil it, or `None`. Conditions name what must be there; no rule is a bare word:
a rule that blocks has to combine two conditions at least.
"""

from collections.abc import Callable, Iterable
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import yaml

from kanhe.moderation.evidence import COMMON_FACTS, FACT_NUMBERS, FACTS, Evidence
from kanhe.moderation.terms import TermBook
from kanhe.moderation.verdict import Span, Suggestion

Spans = tuple[Span, ...]
Condition = Callable[[Evidence], Spans | None]

# A rule is evaluated on every text that holds one of its triggers; nobody reads conditions nested deeper than this.
NESTING_MAX: Final = 6
# Two of five conditions have five needs; beyond a few dozen it is faster to ask the condition.
NEEDS_MAX: Final = 32
# A rule shows that it works on at least one text, and that it leaves at least one alone.
EXAMPLES_MIN: Final = 1
SUGGESTIONS: Final = {"note": Suggestion.NOTE, "review": Suggestion.REVIEW, "block": Suggestion.BLOCK}
_SCORES: Final = {Suggestion.NOTE: 0.0, Suggestion.REVIEW: 0.8, Suggestion.BLOCK: 0.98}


class Needs(NamedTuple):
    """What can be told of a condition from what a text holds, before it is asked."""

    some: tuple[frozenset[int], ...] = ()  # of each of these sets a text must hold something
    none: frozenset[int] = frozenset()  # of these it must hold nothing
    exact: bool = False  # `some` is one set, and to hold something of it is all that the condition asks


class RuleFileError(ValueError):
    """A rule file is wrong; says where. Whoever loads keeps the policy that was in force."""


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts a rule must find and texts it must leave alone."""

    finds: tuple[str, ...]
    leaves: tuple[str, ...]


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as written."""

    id: str
    category: str
    suggest: str
    when: object
    examples: Examples
    version: int = 1
    unless: object = None
    score: float | None = None
    why: str = ""


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of rules as written; operators' lists name their source and date."""

    version: str
    rules: tuple[RuleText, ...] = ()
    lists: dict[str, tuple[str, ...]] = {}
    source: str = ""
    date: str = ""


class Rule(msgspec.Struct, frozen=True):
    """A rule made ready: its condition is a function; of its needs the rarest stands first."""

    id: str
    version: str
    category: str
    suggestion: Suggestion
    score: float
    when: Condition
    unless: Condition | None
    needs: Needs
    examples: Examples


def read(path: Path) -> RuleFile:
    """Read one file; an error names the file and the place in it."""
    try:
        # The base loader keeps every word a string: in a list of terms `off` is no boolean and `1:1` no number.
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
        return msgspec.convert(raw, RuleFile, strict=False)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path.name}: {error}") from error


def compile_rules(files: Iterable[tuple[str, RuleFile]], book: TermBook, categories: Iterable[str]) -> tuple[Rule, ...]:
    """Compile the rules of all files against one book of terms; lists are shared among the files."""
    named = list(files)
    lists = {name: terms for _, file in named for name, terms in file.lists.items()}
    known, seen, rules = frozenset(categories), set[str](), []
    for name, file in named:
        for rule in file.rules:
            place = f"{name}: rule `{rule.id}`"
            if rule.id in seen:
                raise RuleFileError(f"{place}: the id is used twice")
            seen.add(rule.id)
            rules.append(_compile(rule, file.version, _Compiler(place, book, lists), known))
    return tuple(rules)


def _compile(rule: RuleText, file_version: str, compiler: "_Compiler", categories: frozenset[str]) -> Rule:
    if rule.category not in categories:
        raise compiler.wrong("category", f"`{rule.category}` is not in the taxonomy")
    if (suggestion := SUGGESTIONS.get(rule.suggest)) is None:
        raise compiler.wrong("suggest", f"`{rule.suggest}` is none of {', '.join(SUGGESTIONS)}")
    if len(rule.examples.finds) < EXAMPLES_MIN or len(rule.examples.leaves) < EXAMPLES_MIN:
        raise compiler.wrong("examples", "needs a text it finds and a text it leaves alone")
    if suggestion is Suggestion.BLOCK and not _combines(rule.when):
        raise compiler.wrong("when", "a rule that blocks must combine at least two conditions (all or near)")
    when, needs = compiler.condition(rule.when, "when")
    unless = compiler.condition(rule.unless, "unless")[0] if rule.unless is not None else None
    score = _SCORES[suggestion] if rule.score is None else rule.score
    return Rule(
        rule.id,
        f"{file_version}/{rule.version}",
        rule.category,
        suggestion,
        score,
        when,
        unless,
        needs._replace(some=tuple(sorted(needs.some, key=_commonness))),
        rule.examples,
    )


def _combines(node: object) -> bool:
    """Tell whether a condition asks for at least two things at once."""
    if isinstance(node, dict):
        if "all" in node or "near" in node or "at_least" in node:
            return True
        return any(_combines(child) for child in node.values())
    return isinstance(node, list) and bool(node) and all(_combines(child) for child in node)


class _Compiler:
    """Turns conditions as written into functions; remembers the place for error messages."""

    def __init__(self, place: str, book: TermBook, lists: dict[str, tuple[str, ...]]) -> None:
        self.place, self.book, self.lists = place, book, lists

    def wrong(self, path: str, what: str) -> RuleFileError:
        return RuleFileError(f"{self.place}, at `{path}`: {what}")

    def condition(self, node: object, path: str) -> tuple[Condition, Needs]:
        """Answer the function of a condition, and what a text needs for it."""
        if path.count(".") > NESTING_MAX:
            raise self.wrong(path, "nested too deep")
        if isinstance(node, str):
            return self._leaf(node, path)
        if isinstance(node, list):
            return self._any(node, path)
        if isinstance(node, dict) and len(node) == 1:
            ((word, body),) = node.items()
            if (make := self.WORDS.get(str(word))) is not None:
                return make(self, body, f"{path}.{word}")
        raise self.wrong(path, f"`{node}` is no condition")

    def _children(self, body: object, path: str) -> list[tuple[Condition, Needs]]:
        if not isinstance(body, list) or not body:
            raise self.wrong(path, "needs a list of conditions")
        return [self.condition(child, f"{path}[{i}]") for i, child in enumerate(body)]

    def _leaf(self, word: str, path: str) -> tuple[Condition, Needs]:
        if word.startswith("@"):
            if (name := word[1:]) not in FACTS:
                raise self.wrong(path, f"no fact is called `{word}`")
            return (lambda evidence: evidence.facts.get(name)), Needs((frozenset({FACT_NUMBERS[name]}),), exact=True)
        if word.startswith("$"):
            if (terms := self.lists.get(word[1:])) is None:
                raise self.wrong(path, f"no list is called `{word}`")
            return self._terms(terms)
        return self._terms([word])

    def _terms(self, terms: Iterable[str]) -> tuple[Condition, Needs]:
        numbers = frozenset(self.book.add(term) for term in terms)
        return (lambda evidence: evidence.spans(numbers)), Needs((numbers,), exact=True)

    def _any(self, body: object, path: str) -> tuple[Condition, Needs]:
        if isinstance(body, list) and body and all(isinstance(w, str) and w[:1] not in "@$" for w in body):
            return self._terms(body)
        children = self._children(body, path)

        def judge(evidence: Evidence) -> Spans | None:
            found = [spans for check, _ in children if (spans := check(evidence)) is not None]
            return tuple(s for spans in found for s in spans) if found else None

        return judge, _some_of([needs for _, needs in children], 1)

    def _all(self, body: object, path: str) -> tuple[Condition, Needs]:
        children = self._children(body, path)

        def judge(evidence: Evidence) -> Spans | None:
            found: list[Span] = []
            for check, _ in children:
                if (spans := check(evidence)) is None:
                    return None
                found += spans
            return tuple(found)

        return judge, _each_of([needs for _, needs in children])

    def _none(self, body: object, path: str) -> tuple[Condition, Needs]:
        judge_any, needs = self._any(body, path)
        barred = needs.some[0] if needs.exact else frozenset[int]()
        return (lambda evidence: () if judge_any(evidence) is None else None), Needs(none=barred)

    def _at_least(self, body: Any, path: str) -> tuple[Condition, Needs]:
        count, children = self._sized(body, "count", path)

        def judge(evidence: Evidence) -> Spans | None:
            found = [spans for check, _ in children if (spans := check(evidence)) is not None]
            return tuple(s for spans in found for s in spans) if len(found) >= count else None

        return judge, _some_of([needs for _, needs in children], count)

    def _near(self, body: Any, path: str) -> tuple[Condition, Needs]:
        within, children = self._sized(body, "within", path)

        def judge(evidence: Evidence) -> Spans | None:
            groups: list[Spans] = []
            for check, _ in children:
                if not (spans := check(evidence)):
                    return None
                groups.append(spans)
            return _closest(groups, within * evidence.stretch)

        return judge, _each_of([needs for _, needs in children])

    def _sized(self, body: Any, key: str, path: str) -> tuple[int, list[tuple[Condition, Needs]]]:
        if not isinstance(body, dict) or set(body) != {key, "of"} or not str(body[key]).isdecimal():
            raise self.wrong(path, f"needs `{key}` (a number) and `of` (a list)")
        return int(body[key]), self._children(body["of"], path)

    def _channel(self, body: object, path: str) -> tuple[Condition, Needs]:
        if not isinstance(body, list) or not all(isinstance(term, str) for term in body):
            raise self.wrong(path, "needs a list of terms")
        terms = tuple(term.lower() for term in body)
        self.book.plain_terms.update(terms)
        return (lambda evidence: evidence.plain_spans(terms)), Needs()

    def _context(self, body: Any, path: str) -> tuple[Condition, Needs]:
        if not isinstance(body, dict) or not set(body) <= {"category", "signature"}:
            raise self.wrong(path, "knows `category` and `signature`")
        allowed, signature = frozenset(body.get("category", ())), body.get("signature")

        def judge(evidence: Evidence) -> Spans | None:
            fits = not allowed or evidence.context.category in allowed
            known = signature is None or (signature == "known") == (evidence.signature is not None)
            return () if fits and known else None

        return judge, Needs()

    WORDS: Final = {
        "all": _all,
        "any": _any,
        "none": _none,
        "at_least": _at_least,
        "near": _near,
        "plain": _channel,
        "context": _context,
    }


def _commonness(need: frozenset[int]) -> tuple[bool, int]:
    """Tell how often a need is met for nothing: common facts most, then by the number of its terms."""
    return not COMMON_FACTS.isdisjoint(need), len(need)


def _each_of(children: list[Needs]) -> Needs:
    """Answer what several conditions need together."""
    return Needs(
        tuple([need for child in children for need in child.some]),
        frozenset().union(*[child.none for child in children]),
    )


def _some_of(children: list[Needs], count: int) -> Needs:
    """Answer what so many of several conditions need: whichever one leaves out, something of the rarest need of the others."""
    if not 1 <= count <= len(children) or not all(child.some for child in children):
        return Needs()
    rarest = [min(child.some, key=_commonness) for child in children]
    kept = len(children) - count + 1
    others = combinations(rarest, kept) if comb(len(children), kept) <= NEEDS_MAX else [rarest]
    return Needs(
        tuple([frozenset().union(*sets) for sets in others]), exact=count == 1 and all(c.exact for c in children)
    )


def _closest(groups: list[Spans], within: float) -> Spans | None:
    """Answer one span of each group, all within reach of one of the first group's spans."""
    for anchor in groups[0]:
        chosen = [min(group, key=lambda s: _gap(anchor, s)) for group in groups]
        if all(_gap(anchor, s) <= within for s in chosen):
            return tuple(chosen)
    return None


def _gap(a: Span, b: Span) -> int:
    return max(0, b.start - a.end, a.start - b.end)
