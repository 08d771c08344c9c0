"""The template way: approved words are not judged again, only the variables and what they make of the text.

A template's text has variables as `{name}`. When it is approved, its labels under neutral variables are noted as its baseline:
people have looked at those. A filled text is refused whatever its variables add: a value that does not fit its kind, a label that
the baseline lacks and that touches a variable. Most values add nothing that any rule could see (`quiet`): such a text has the
verdict that its template has, and is not judged at all.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from ahocorasick_rs import AhoCorasick

from kanhe.moderation.engine import decide, total_score, weigh
from kanhe.moderation.evidence import Evidence
from kanhe.moderation.policy import Policy
from kanhe.moderation.verdict import Context, Label, Source, Span, Suggestion, Verdict

_VARIABLE: Final = re.compile(r"\{([a-z][a-z0-9_]{0,30})\}")
# What a variable may be: the pattern of its values, and a neutral value that stands for all of them.
KINDS: Final = {
    "code": (re.compile(r"[0-9A-Za-z]{4,8}"), "0000"),
    "number": (re.compile(r"[0-9A-Za-z-]{1,24}"), "000"),
    "amount": (re.compile(r"[0-9][0-9,.]{0,14}"), "00"),
    "date": (re.compile(r"[0-9年月日时分:/ .-]{1,20}"), "0月0日"),
    "name": (re.compile(r"[^\W\d_]{1,10}(?:[·. ][^\W\d_]{1,12}){0,3}"), "某某"),
    "text": (re.compile(r"[^\r\n【】]{1,30}"), "某某"),
    "link": (re.compile(r"(?:https?://)?[0-9A-Za-z./?=&_%#:-]{4,80}"), ""),
    "phone": (re.compile(r"\+?[0-9][0-9 -]{2,18}"), "000"),
}
LATIN_NEUTRAL: Final = {"某某": "Alex", "0月0日": "00/00"}
# What a variable without a declared kind is filled with when its template is judged.
DEFAULT_KIND: Final = "text"
# Values of these kinds say nothing by themselves, unless they are long enough to be called.
SILENT_KINDS: Final = frozenset({"code", "number", "amount", "date"})
_CALLABLE: Final = re.compile(r"[0-9](?:[ -]?[0-9]){6}")
# A value is read with so many characters around it: a term that it completes reaches no further.
REACH_CHARS: Final = 24
# A value that is longer than every kind allows belongs to another template.
VALUE_CHARS_MAX: Final = 80
# A piece of fixed text that is shorter tells no template from others.
PIECE_CHARS_MIN: Final = 2
Places = Mapping[str, Span]


class Template(msgspec.Struct, frozen=True):
    """An approved text and what its variables may be."""

    id: str
    text: str
    kinds: dict[str, str] = {}
    limits: dict[str, int] = {}  # characters, tighter than the kind


class Baseline(msgspec.Struct, frozen=True):
    """A template and the labels that people saw when they approved it."""

    template: Template
    rules: frozenset[str]
    suggestion: Suggestion
    approved: Verdict  # what a filling that adds nothing gets
    pattern: re.Pattern[str]


def variables(template: Template) -> tuple[str, ...]:
    """Answer the names of a template's variables in order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(template.text)))


def neutral_text(template: Template) -> str:
    """Answer a template filled with values that say nothing."""
    neutral = {name: KINDS[template.kinds.get(name, DEFAULT_KIND)][1] for name in variables(template)}
    if template.text.isascii():  # a name in ideographs would make another text of it
        neutral = {name: LATIN_NEUTRAL.get(value, value) for name, value in neutral.items()}
    return _fill(template, neutral)[0]


def approve(template: Template, context: Context, policy: Policy) -> Baseline:
    """Judge a template under neutral variables; a person looks at what this finds, once."""
    verdict = weigh(neutral_text(template), context, policy)
    graver = frozenset(label.rule for label in verdict.labels if label.suggestion >= Suggestion.REVIEW)
    noted = tuple([msgspec.structs.replace(label, spans=()) for label in verdict.labels if label.rule not in graver])
    approved = msgspec.structs.replace(
        verdict, suggestion=decide(noted), labels=noted, score=total_score(noted), decisive=None
    )
    return Baseline(template, graver, verdict.suggestion, approved, _pattern(template))


def judge_filled(baseline: Baseline, params: Mapping[str, str], context: Context, policy: Policy) -> Verdict:
    """Answer the verdict on a filled template: that of the template, or the labels that its variables add."""
    text, places = _fill(baseline.template, params)
    if quiet(baseline.template, text, places, context, policy):
        return baseline.approved
    return settle(weigh(text, context, policy), text, baseline, places)


def recognise(baseline: Baseline, text: str) -> dict[str, Span] | None:
    """Answer where the variables of a template stand in a text, or `None` if it is no filling of it."""
    match = baseline.pattern.fullmatch(text)
    return None if match is None else {name: Span(*match.span(name)) for name in match.groupdict()}


def settle(verdict: Verdict, text: str, baseline: Baseline, places: Places, at: int = 0) -> Verdict:
    """Answer a verdict less what people approved; `at` is where the template's text begins, if something stands before it."""
    moved = {name: Span(place.start + at, place.end + at) for name, place in places.items()} if at else places
    added = [
        label
        for label in verdict.labels
        if label.suggestion < Suggestion.REVIEW or _added(label, text, baseline, moved)
    ]
    labels = (*_misfits(baseline.template, text, moved), *added)
    suggestion = decide(labels)
    decisive = verdict.decisive if suggestion is Suggestion.BLOCK else None
    return msgspec.structs.replace(
        verdict, suggestion=suggestion, labels=labels, score=total_score(labels), decisive=decisive
    )


def quiet(template: Template, text: str, places: Places, context: Context, policy: Policy) -> bool:
    """Tell whether no value adds anything: each fits its kind, completes no term and holds nothing to answer by."""
    return all(
        _fits(template, name, value := text[place.start : place.end])
        and (
            (template.kinds.get(name) in SILENT_KINDS and _CALLABLE.search(value) is None)
            or not _speaks(text, place, context, policy)
        )
        for name, place in places.items()
    )


def _speaks(text: str, place: Span, context: Context, policy: Policy) -> bool:
    """Tell whether a value, read with its surroundings, holds or completes anything a rule could ask for."""
    start = max(0, place.start - REACH_CHARS)
    around = Evidence(text[start : place.end + REACH_CHARS], context, policy.book, policy.registers)
    here = Span(place.start - start, place.end - start)
    found = (*around.found.values(), *around.things.spans.values(), [link.span for link in around.links])
    return bool(around.normal.undone) or any(_meet(span, here) for spans in found for span in spans)


class Shelf:
    """The approved templates of one account, of which those are looked up that a text might be a filling of."""

    def __init__(self, templates: Iterable[Template]) -> None:
        pieces = [(max(_VARIABLE.split(t.text)[::2], key=len), t) for t in templates]
        self._known = [(piece, template) for piece, template in pieces if len(piece) >= PIECE_CHARS_MIN]
        self._pieces = AhoCorasick([piece for piece, _ in self._known]) if self._known else None

    def candidates(self, text: str) -> list[Template]:
        """Answer the templates whose longest piece of fixed text stands in a text, in the order of their filing."""
        found = self._pieces.find_matches_as_indexes(text, overlapping=True) if self._pieces is not None else ()
        return [self._known[n][1] for n in sorted({number for number, _, _ in found})]


def _pattern(template: Template) -> re.Pattern[str]:
    seen: set[str] = set()
    pieces = _VARIABLE.split(template.text)
    written = [re.escape(pieces[0])]
    for name, fixed in zip(pieces[1::2], pieces[2::2], strict=True):
        written.append(f"(?P={name})" if name in seen else f"(?P<{name}>.{{0,{VALUE_CHARS_MAX}}}?)")
        written.append(re.escape(fixed))
        seen.add(name)
    return re.compile("".join(written), re.DOTALL)


def _fill(template: Template, params: Mapping[str, str]) -> tuple[str, dict[str, Span]]:
    """Answer the text, and where each variable stands in it; a missing variable is empty."""
    pieces: list[str] = []
    places: dict[str, Span] = {}
    at = last = 0
    for match in _VARIABLE.finditer(template.text):
        fixed, value = template.text[last : match.start()], params.get(match[1], "")
        pieces += (fixed, value)
        places[match[1]] = Span(at + len(fixed), at + len(fixed) + len(value))
        at, last = at + len(fixed) + len(value), match.end()
    return "".join([*pieces, template.text[last:]]), places


def _added(label: Label, text: str, baseline: Baseline, places: Places) -> bool:
    """Tell whether a label is the variables' doing."""
    if label.rule in baseline.rules:
        return False
    # The model judges the words, and people approved these, unless most came with the variables.
    if label.source is Source.MODEL:
        return sum(place.end - place.start for place in places.values()) > len(baseline.template.text)
    # Some facts span the text.
    telling = [span for span in label.spans if span.end - span.start < len(text)] or label.spans
    return any(_meet(span, place) for span in telling for place in places.values())


def _misfits(template: Template, text: str, places: Places) -> list[Label]:
    """Answer a label for each value that is not of its kind."""
    return [
        Label("template", Suggestion.REVIEW, 0.5, Source.REGISTRY, f"variable.{template.kinds[name]}", "1", (place,))
        for name, place in places.items()
        if not _fits(template, name, text[place.start : place.end])
    ]


def _fits(template: Template, name: str, value: str) -> bool:
    """Tell whether a value is of its declared kind and no longer than allowed; without a kind it may be anything."""
    if (kind := template.kinds.get(name)) is None:
        return True
    return KINDS[kind][0].fullmatch(value) is not None and len(value) <= template.limits.get(name, VALUE_CHARS_MAX)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
