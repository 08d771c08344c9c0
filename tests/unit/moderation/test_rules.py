"""The rule language, and that a wrong file is refused with its place."""

from pathlib import Path

import pytest

from kanhe.moderation import policy
from kanhe.moderation.engine import judge
from kanhe.moderation.rules import RuleFileError
from kanhe.moderation.verdict import NOTHING_KNOWN, Context, Suggestion

RULE = """
version: "1"
lists: {{goods: [apples, pears]}}
rules:
  - id: test.rule
    category: spam.ad
    suggest: {suggest}
    when: {when}
    examples: {{finds: [{finds}], leaves: [{leaves}]}}
"""
# condition, texts it finds, texts it leaves
CONDITIONS = [
    ("apples", ["fresh APPLES here", "ａｐｐｌｅｓ", "apples"], ["pineapples", "applesauce"]),
    ("$goods", ["apples", "pears"], ["plums"]),
    ("[apples, plums]", ["plums"], ["pears"]),
    ("{all: [apples, pears]}", ["pears and apples"], ["apples"]),
    ("{any: [apples, {all: [pears, plums]}]}", ["plums, pears"], ["pears"]),
    ("{all: [apples, {none: [pears]}]}", ["apples"], ["apples and pears"]),
    ("{at_least: {count: 2, of: [apples, pears, plums]}}", ["plums, pears"], ["plums"]),
    ("{near: {within: 5, of: [apples, pears]}}", ["apples or pears"], ["apples, and very much later pears"]),
    ("{all: [apples, '@link']}", ["apples at www.fruit.example/x"], ["apples"]),
    ("{all: [apples, {plain: ['ap*ples']}]}", ["apples ap*ples"], ["apples"]),
    ("代开发票", ["代開發票", "代*开*发*票", "代kai发票", "戴开发票", "代开发飘"], ["开票"]),
    ("货真", ["贝化真"], ["化真"]),
]
WRONG = [
    ("when: {all: [apples, {nearly: [pears]}]}", r"rules.yaml: rule `test.rule`, at `when.all\[1\]`"),
    ("when: '@nothing'", "no fact is called `@nothing`"),
    ("when: $nothing", r"no list is called `\$nothing`"),
    ("when: {near: {of: [apples]}}", "needs `within`"),
    ("when: {all: []}", "needs a list of conditions"),
    ("category: spam.none", "`spam.none` is not in the taxonomy"),
    ("suggest: shout", "`shout` is none of note, review, block"),
    ("examples: {finds: [plums], leaves: [pears]}", "does not find `plums`"),
    ("examples: {finds: [apples], leaves: [red apples]}", "finds `red apples`"),
    ("examples: {finds: [], leaves: [pears]}", "needs a text it finds"),
    ("colour: red", r"rules.yaml: .*colour.* - at `\$.rules\[0\]`"),
    ("when: [", "rules.yaml: while parsing"),
]


def rule(
    tmp_path: Path, when: str = "apples", finds: str = "apples", leaves: str = "nothing", suggest: str = "review"
) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULE.format(when=when, finds=repr(finds), leaves=repr(leaves), suggest=suggest))
    return path


def load(path: Path) -> policy.Policy:
    return policy.load(policy.read_rules([path]))


@pytest.mark.parametrize(("when", "finds", "leaves"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_a_condition_finds_what_it_says(tmp_path: Path, when: str, finds: list[str], leaves: list[str]) -> None:
    loaded = load(rule(tmp_path, when, finds[0], leaves[0]))
    for text, found in [*((t, True) for t in finds), *((t, False) for t in leaves)]:
        rules = {label.rule for label in judge(text, NOTHING_KNOWN, loaded).labels}
        assert ("test.rule" in rules) is found, text


def test_a_condition_may_ask_for_context(tmp_path: Path) -> None:
    path = rule(
        tmp_path,
        "{any: [{all: [apples, pears]}, {all: [apples, {context: {category: [marketing]}}]}]}",
        "apples, pears",
        "apples",
    )
    loaded = load(path)
    found = {
        c: "test.rule" in {label.rule for label in judge("apples", Context(category=c), loaded).labels}
        for c in ("marketing", "verification")
    }
    assert found == {"marketing": True, "verification": False}


@pytest.mark.parametrize(("line", "place"), WRONG, ids=[w[0] for w in WRONG])
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, line: str, place: str) -> None:
    path = rule(tmp_path)
    key = line.split(":", 1)[0]
    lines = [text for text in path.read_text().splitlines() if not text.strip().startswith(f"{key}:")]
    path.write_text("\n".join([*lines, "    " + line]) + "\n")
    with pytest.raises(RuleFileError, match=place):
        load(path)


def test_a_bare_word_cannot_block(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="must combine at least two conditions"):
        load(rule(tmp_path, suggest="block"))
    assert (
        load(rule(tmp_path, "{all: [apples, pears]}", "apples, pears", suggest="block")).rules[0].suggestion
        is Suggestion.BLOCK
    )


def test_an_operators_list_of_a_state_related_kind_names_its_source_and_only_reviews(tmp_path: Path) -> None:
    path = rule(tmp_path)
    text = path.read_text().replace("spam.ad", "cn.rumour")
    path.write_text(text)
    with pytest.raises(RuleFileError, match="must name `source` and `date`"):
        load(path)
    path.write_text(text + "source: an authority\ndate: 2026-11-01\n")
    assert load(path).rules[0].suggestion is Suggestion.REVIEW
    path.write_text(
        text.replace("when: apples", "when: {all: [apples, pears]}")
        .replace("'apples'", "'apples, pears'")
        .replace("review", "block")
        + "source: a\ndate: b\n"
    )
    with pytest.raises(RuleFileError, match="two persons"):
        load(path)


def test_no_state_related_list_is_shipped(shipped: policy.Policy) -> None:
    assert not {r.category for r in shipped.rules if policy.taxonomy()[r.category].people > 1}


def test_no_term_of_any_rule_blocks_by_itself(shipped: policy.Policy) -> None:
    blocking = [
        term for term in shipped.book.terms if judge(term, NOTHING_KNOWN, shipped).suggestion is Suggestion.BLOCK
    ]
    assert blocking == []
