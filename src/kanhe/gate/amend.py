"""Changes the gate makes by itself, or proposes: characters, sender, identity line, labels, and the opt-out line last.

Order and meaning: law README, Amend. Nothing here decides whether a change may be made: a stage says so by its code.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from kanhe.domain.category import Category
from kanhe.domain.facts import TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import SenderId
from kanhe.domain.verdict import Change, Finding
from kanhe.gate.case import Bound, Case
from kanhe.gate.read import expand
from kanhe.gate.stages.label import SIGNATURE, sort_of
from kanhe.gate.stages.platform import may_spare
from kanhe.gate.stages.sender_id import fault, unused_alternatives
from kanhe.law.kinds import Label, OptOut, SenderIdUse
from kanhe.protocols.text.substitutions import is_spared, replaced, substitute, without_astral

Describe = Callable[[str, Message], TextFacts]

SUBSTITUTED = "text-substituted"
# What a code asks for; the second of a pair only proposes, since the account or the rule does not let the gate do it.
SWITCH = frozenset(
    {"sender-switched", "sender-type-forbidden", "sender-trait-missing", "sender-prefix", "sender-suffix"}
)
RELABEL = frozenset({"sender-relabelled"})
IDENTITY = frozenset({"identity-added", "identity-missing"})
LABEL = frozenset({"label-added", "label-missing"})
OPT_OUT = frozenset({"optout-added", "optout-missing"})
# A refusal with one of these carries the change that would help.
PROPOSING = frozenset({"identity-missing", "label-missing", "optout-missing"}) | (SWITCH - {"sender-switched"})

_CJK = re.compile(r"[\u3000-\u303f\uff00-\uffef]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")


class Draft:
    """A text while it is being changed."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.text = case.text
        self.id: SenderId = case.standing.id
        self.relabelled = False
        self.seen: TextFacts = case.seen
        self.changes: list[Change] = []

    def add(self, kind: str, rule: str, insert: str, *, prefix: bool = False) -> None:
        """Put words before or after the text."""
        self.text = insert + self.text if prefix else joined(self.text, insert)
        self.changes.append(Change(kind, rule, "", insert))

    def sees(self, *, shows: Iterable[str] = (), optout: Iterable[str] = ()) -> None:
        """What the content engine would find in the words that were added."""
        seen = self.seen
        forms = (*seen.optout_forms, *optout)
        self.seen = msgspec.structs.replace(seen, shows=seen.shows.union(shows), optout_forms=forms)


def amend(findings: Iterable[Finding], rules: dict[str, Bound[Any]], case: Case, describe: Describe | None) -> Draft:
    """The text and sender after every change that findings ask for, in their order."""
    draft, findings = Draft(case), list(findings)
    if SUBSTITUTED in {finding.code for finding in findings}:
        _substitute(draft)
    asked = [(finding, rules[finding.rule]) for finding in findings if finding.rule in rules]
    _switch(draft, [pair for pair in asked if pair[0].code in SWITCH | RELABEL], rules.values())
    _identify(draft, [rule for finding, rule in asked if finding.code in IDENTITY])
    labels = [rule for finding, rule in asked if finding.code in LABEL]
    for rule in sorted(labels, key=lambda rule: rule.parameters.position != "suffix"):
        _label(draft, rule, rules)
    for rule in [rule for finding, rule in asked if finding.code in OPT_OUT]:
        _opt_out(draft, rule)
    if describe is not None and draft.text != case.text:
        draft.seen = _merged(describe(draft.text, case.message), draft.seen)
    return draft


def _substitute(draft: Draft) -> None:
    """What the route cannot carry goes, then what would cost a segment more is written plainly."""
    case = draft.case
    pairs: dict[str, str] = {}
    if case.route is not None and case.route.astral == "strip":
        draft.text, pairs = without_astral(draft.text)
    if may_spare(case) and is_spared(draft.text):
        pairs |= replaced(draft.text)
        draft.text = substitute(draft.text)
    draft.changes.append(Change("substitutions", "", " ".join(pairs), " ".join(pairs.values())))


def _switch(draft: Draft, asked: list[tuple[Finding, Bound[Any]]], rules: Iterable[Bound[Any]]) -> None:
    """To an alternative that helps, best one right under every rule of sender ids; else the networks' warning is accepted."""
    case, sender = draft.case, draft.case.standing.sender
    if not asked:
        return
    _, rule = asked[0]
    if all(one.code in RELABEL for one, _ in asked):
        draft.relabelled = True
        draft.changes.append(Change("sender", rule.rule.id, draft.id.value, rule.parameters.relabel_to))
        return
    uses = [one.parameters for _, one in asked if isinstance(one.parameters, SenderIdUse)]
    others = list(unused_alternatives(case.standing))
    right = [other for other in others if all(fault(use, other, case.category) is None for use in uses)]
    if len(uses) < len(asked):
        right = [other for other in right if "registered" in other.traits]
    if right:
        draft.id = next((other for other in right if _fits(other, rules, case.category)), right[0])
        draft.changes.append(Change("sender", rule.rule.id, sender.id.value, draft.id.value))


def _fits(given: SenderId, rules: Iterable[Bound[Any]], category: Category) -> bool:
    uses = (rule.parameters for rule in rules if isinstance(rule.parameters, SenderIdUse))
    return all(fault(use, given, category) is None for use in uses)


def _identify(draft: Draft, rules: list[Bound[Any]]) -> None:
    line = draft.case.standing.account.identity_line
    if rules and line is not None:
        draft.add("identity_line", rules[0].rule.id, line.text)
        draft.sees(shows=line.shows)


def _label(draft: Draft, rule: Bound[Label], rules: dict[str, Bound[Any]]) -> None:
    insert = expand(rule.parameters.insert, draft.case)
    if insert is None:
        return
    draft.add(sort_of(rule.parameters), rule.rule.id, insert, prefix=rule.parameters.position != "suffix")
    if SIGNATURE in (rule.parameters.insert or ""):
        draft.sees(shows=["sender_name"])
    if any(_is_instruction(insert, other, draft.case) for other in rules.values()):
        draft.sees(optout=[insert])


def _opt_out(draft: Draft, rule: Bound[OptOut]) -> None:
    """Last, and only if still missing."""
    insert = None if draft.seen.optout_forms else expand(rule.parameters.insert, draft.case)
    if insert is not None:
        draft.add("optout_line", rule.rule.id, insert)
        draft.sees(optout=[insert])


def _is_instruction(text: str, rule: Bound[Any], case: Case) -> bool:
    """Whether words are known to tell how to refuse: the line a rule would insert, or one of its forms (x = digit)."""
    asked = rule.parameters
    if not isinstance(asked, OptOut):
        return False
    forms = [re.escape(form).replace("x", r"\d") for form in asked.instruction_forms]
    return text == expand(asked.insert, case) or any(re.fullmatch(form, text) for form in forms)


def joined(text: str, line: str) -> str:
    """A line at the end of a text, set off as its script does it."""
    last = text[-1:]
    if not last or last.isspace() or _CJK.match(last):
        return text + line
    return f"{text}，{line}" if _IDEOGRAPH.match(last) else f"{text} {line}"


def _merged(engine: TextFacts, derived: TextFacts) -> TextFacts:
    """What the engine found in the new text, and what is known of the words that were added."""
    return msgspec.structs.replace(
        engine,
        shows=engine.shows | derived.shows,
        states=engine.states | derived.states,
        optout_forms=engine.optout_forms or derived.optout_forms,
    )
