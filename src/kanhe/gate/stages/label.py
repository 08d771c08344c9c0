"""Does the text, or the name of its sender, carry the label the law or the network asks for."""

import re
from collections.abc import Callable

from kanhe.domain.verdict import Effect
from kanhe.gate.case import Answer, Bound, Case
from kanhe.gate.findings import UNKNOWN, Codes, Says
from kanhe.gate.read import expand, unsure_insert
from kanhe.law.kinds import Label

CODES: Codes = {
    "label-present": Says(Effect.ALLOW),
    "label-not-asked": Says(Effect.ALLOW),
    "label-added": Says(Effect.AMEND),
    "label-missing": Says(Effect.REFUSE),
    "sender-suffix-missing": Says(Effect.REFUSE),
}
SIGNATURE = "{sender.signature}"

Test = Callable[[str], bool]


def judge(rule: Bound[Label], case: Case) -> Answer:
    """Look for the label in each text; add it where the account lets the gate do so."""
    asked = rule.parameters
    if asked.position == "sender_suffix":
        return _sender_suffix(rule, case)
    present = rule["label-present"]
    missing = rule[_without(asked, case)]
    carries = carries_label(asked)
    return lambda case: present if carries(case.text) else missing


def sort_of(asked: Label) -> str:
    """The sort of amendment an insertion is."""
    return "signature" if asked.insert is not None and SIGNATURE in asked.insert else "label"


def _without(asked: Label, case: Case) -> str:
    """What becomes of a text that lacks the label."""
    if asked.if_missing != "amend" or not case.standing.may(sort_of(asked)):
        return "label-missing"
    if unsure_insert(asked.insert, case):
        return UNKNOWN
    return "label-missing" if expand(asked.insert, case) is None else "label-added"


def _sender_suffix(rule: Bound[Label], case: Case) -> Answer:
    endings = rule.parameters.by_category.get(case.category)
    if not endings:
        return rule["label-not-asked"]
    if case.standing.unsure("sender.value"):
        return rule[UNKNOWN]
    return rule["label-present" if case.standing.id.value.endswith(tuple(endings)) else "sender-suffix-missing"]


def carries_label(asked: Label) -> Test:
    """The test of a rule on a text: any or all of its labels at their position."""
    ends = asked.texts
    if asked.match == "literal" and asked.position == "suffix" and asked.need != "all":
        return lambda text: text.endswith(ends)
    tests = [_test(asked, text) for text in asked.texts]
    if len(tests) == 1:
        return tests[0]
    if asked.need == "all":
        return lambda text: all(test(text) for test in tests)
    return lambda text: any(test(text) for test in tests)


def _test(asked: Label, label: str) -> Test:
    if asked.match == "regex":
        find = re.compile(label).search if asked.position != "prefix" else re.compile(label).match
        return lambda text: find(text) is not None
    if asked.position == "prefix":
        return lambda text: text.startswith(label)
    if asked.position == "suffix":
        return lambda text: text.endswith(label)
    return lambda text: label in text
