"""The vocabulary: every word that packs, facts and reasons share (`law/vocabulary.yaml`)."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from kanhe.law.source import read_document

LAW_FOLDER = Path(str(resources.files("kanhe.law")))


class FactWord(msgspec.Struct, frozen=True):
    """A fact that `gather` collects."""

    name: str
    type: str
    source: str
    meaning: str


class Words(msgspec.Struct, frozen=True):
    """The vocabulary as read."""

    schema: int
    categories: Mapping[str, str]
    subcategories: Mapping[str, str]
    kinds: Mapping[str, tuple[str, ...]]
    bindings: tuple[str, ...]
    on_unknown: Mapping[str, str]
    reach_by_kind: Mapping[str, tuple[str, ...]]
    facts: tuple[FactWord, ...]
    records: Mapping[str, tuple[str, ...]]
    tokens: Mapping[str, tuple[str, ...] | Mapping[str, object]]
    registry_keys: Mapping[str, str]
    licence_keys: Mapping[str, str]
    agreement_keys: Mapping[str, str]
    dnc_keys: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, str]]
    parameter_types: Mapping[str, tuple[str, ...]]

    def allowed(self, word: str) -> tuple[str, ...]:
        """The words a type of the vocabulary may take."""
        special: dict[str, tuple[str, ...]] = {
            "category": tuple(self.categories),
            "kind": tuple(kind for kinds in self.kinds.values() for kind in kinds),
            "registry_keys": tuple(self.registry_keys),
            "licence_keys": tuple(self.licence_keys),
            "agreement_keys": tuple(self.agreement_keys),
            "dnc_keys": tuple(self.dnc_keys),
        }
        found = special.get(word) or self.parameter_types.get(word) or self.tokens.get(word)
        assert found, f"vocabulary.yaml knows no type `{word}`"
        return tuple(found)

    def knows_fact(self, name: str) -> bool:
        """Whether a rule may name it: a fact, a field of a record, or the kind of the basis."""
        top, _, field = name.rpartition(".")
        return (
            name == "basis.kind" or any(fact.name == name for fact in self.facts) or field in self.records.get(top, ())
        )


@cache
def vocabulary() -> Words:
    """The vocabulary of this release."""
    document = read_document(LAW_FOLDER / "vocabulary.yaml")
    return msgspec.convert(document.data, Words)
