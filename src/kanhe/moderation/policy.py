"""A policy: rules, registers and model made ready, under one digest. Loading checks everything or changes nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import msgspec
import yaml

from kanhe.moderation import normalise
from kanhe.moderation.evidence import Evidence
from kanhe.moderation.model import Model, seed_model
from kanhe.moderation.registers import Registers
from kanhe.moderation.rules import Rule, RuleFile, RuleFileError, compile_rules, read
from kanhe.moderation.terms import TermBook
from kanhe.moderation.verdict import NOTHING_KNOWN, Span, Versions
from kanhe.moderation.waking import Waking, waking

_HERE: Final = files(__package__)


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the taxonomy."""

    en: str
    zh: str
    content: str | None = None
    also: tuple[str, ...] = ()
    people: int = 1


class Policy(msgspec.Struct, frozen=True, eq=False):
    """Everything a verdict depends on beside the text and its context."""

    versions: Versions
    rules: tuple[Rule, ...]
    book: TermBook
    registers: Registers
    model: Model
    waking: Waking
    lists: tuple[tuple[str, str, str], ...] = ()  # rule files of operators that name source and date

    def with_model(self, model: Model) -> "Policy":
        """The same rules and registers with another model."""
        versions = msgspec.structs.replace(self.versions, model=model.version)
        return msgspec.structs.replace(self, model=model, versions=versions)


@cache
def taxonomy() -> dict[str, Category]:
    """The categories, by key."""
    raw = yaml.load((_HERE / "taxonomy.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return msgspec.convert(raw, dict[str, Category])


@cache
def content_of(category: str) -> tuple[str, ...]:
    """The content tokens of the law packs that a category becomes."""
    line = taxonomy()[category]
    return (*((line.content,) if line.content else ()), *line.also)


def shipped_rules() -> list[tuple[str, RuleFile]]:
    """The rule files of the package."""
    with as_file(_HERE / "packs") as folder:
        return read_rules(sorted(folder.glob("*.yaml")))


def read_rules(paths: Iterable[Path]) -> list[tuple[str, RuleFile]]:
    """Read rule files; an operator's list of a state-related kind must name its source and date."""
    return [(path.name, read(path)) for path in paths]


def load(
    rule_files: Sequence[tuple[str, RuleFile]] | None = None,
    registers: Registers | None = None,
    model: Model | None = None,
) -> Policy:
    """Compile a policy and try every rule on its own examples; `RuleFileError` says where it is wrong."""
    named = shipped_rules() if rule_files is None else list(rule_files)
    book, registers = TermBook(), registers or Registers()
    _check_sources(named)
    rules = compile_rules(named, book, taxonomy())
    book.seal()
    model = model or seed_model()
    versions = Versions(_digest(named, registers), model.version, normalise.VERSION)
    lists = tuple((name, file.source, file.date) for name, file in named if file.source)
    policy = Policy(versions, rules, book, registers, model, waking(rules), lists)
    _check_examples(policy)
    return policy


def applies(rule: Rule, evidence: Evidence) -> tuple[Span, ...] | None:
    """Answer the spans by which a rule finds a text, or `None`."""
    if (spans := rule.when(evidence)) is None:
        return None
    return None if rule.unless is not None and rule.unless(evidence) is not None else spans


def _check_sources(named: Sequence[tuple[str, RuleFile]]) -> None:
    for name, file in named:
        for rule in file.rules:
            two_persons = taxonomy().get(rule.category, Category("", "")).people > 1
            if two_persons and (not file.source or not file.date):
                raise RuleFileError(f"{name}: rule `{rule.id}`: a list of this kind must name `source` and `date`")
            if two_persons and rule.suggest == "block":
                raise RuleFileError(f"{name}: rule `{rule.id}`: this kind always goes to two persons; suggest `review`")


def _check_examples(policy: Policy) -> None:
    """Refuse the rules whose own examples fail."""
    for rule in policy.rules:
        for text in rule.examples.finds:
            if applies(rule, Evidence(text, NOTHING_KNOWN, policy.book, policy.registers)) is None:
                raise RuleFileError(f"rule `{rule.id}`, at `examples.finds`: does not find `{text}`")
        for text in rule.examples.leaves:
            if applies(rule, Evidence(text, NOTHING_KNOWN, policy.book, policy.registers)) is not None:
                raise RuleFileError(f"rule `{rule.id}`, at `examples.leaves`: finds `{text}`")


def _digest(named: Sequence[tuple[str, RuleFile]], registers: Registers) -> str:
    content = msgspec.json.encode([named, registers.brands, sorted(registers.shorteners)], order="deterministic")
    return hashlib.sha256(content).hexdigest()[:16]
