"""The template way: approved words are not judged again, only the variables and what they make of the text.

A template's text has variables as `{name}`. When it is approved, its labels under neutral variables are noted as its baseline:
people have looked at those. A filled text is refused whatever its variables add: a value that does not fit its kind, a label that
the baseline lacks and that touches a variable.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from kanhe.moderation.engine import decide, judge, total_score
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
DEFAULT_KIND: Final = "text"


class Template(msgspec.Struct, frozen=True):
    """An approved text and what its variables may be."""

    id: str
    text: str
    kinds: dict[str, str] = {}


class Baseline(msgspec.Struct, frozen=True):
    """A template and the labels that people saw when they approved it."""

    template: Template
    rules: frozenset[str]
    suggestion: Suggestion


def variables(template: Template) -> tuple[str, ...]:
    """Answer the names of a template's variables in order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(template.text)))


def approve(template: Template, context: Context, policy: Policy) -> Baseline:
    """Judge a template under neutral variables; a person looks at what this finds, once."""
    neutral = {name: KINDS[template.kinds.get(name, DEFAULT_KIND)][1] for name in variables(template)}
    verdict = judge(_fill(template, neutral)[0], context, policy)
    return Baseline(
        template,
        frozenset(label.rule for label in verdict.labels if label.suggestion >= Suggestion.REVIEW),
        verdict.suggestion,
    )


def judge_filled(baseline: Baseline, params: Mapping[str, str], context: Context, policy: Policy) -> Verdict:
    """Answer the verdict on a filled template: the labels that its variables add."""
    text, places = _fill(baseline.template, params)
    verdict = judge(text, context, policy)
    added = [
        label for label in verdict.labels if label.suggestion < Suggestion.REVIEW or _added(label, baseline, places)
    ]
    labels = (*(_misfits(baseline.template, params, places)), *added)
    suggestion = decide(labels)
    decisive = verdict.decisive if suggestion is Suggestion.BLOCK else None
    return msgspec.structs.replace(
        verdict, suggestion=suggestion, labels=labels, score=total_score(labels), decisive=decisive
    )


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


def _added(label: Label, baseline: Baseline, places: Mapping[str, Span]) -> bool:
    """Tell whether a label is the variables' doing."""
    if label.rule in baseline.rules or label.source is Source.MODEL:
        return False  # people approved it; the model judged the approved words, not the variables
    return any(span.start < place.end and place.start < span.end for span in label.spans for place in places.values())


def _misfits(template: Template, params: Mapping[str, str], places: Mapping[str, Span]) -> list[Label]:
    """Answer a label for each value that is not of its kind."""
    misfits = []
    for name, place in places.items():
        kind = template.kinds.get(name, DEFAULT_KIND)
        if KINDS[kind][0].fullmatch(params.get(name, "")) is None:
            misfits.append(
                Label("template", Suggestion.REVIEW, 0.5, Source.REGISTRY, f"variable.{kind}", "1", (place,))
            )
    return misfits
