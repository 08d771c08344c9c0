"""For every rule of every pack: a case where it lets a message by, one where it acts, and one pair of neighbours between the two.

Neighbours are two cases of one jurisdiction that differ in one fact alone: the minute, the day, the number, the record. A pair whose
findings under a rule differ shows where the rule begins to act. `pytest -s` prints what each rule has.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from kanhe.gate.casefile import load_cases
from kanhe.gate.gate import Gate
from kanhe.gate.scenario import judge_case
from kanhe.law.kinds import MESSAGE_PATH
from kanhe.law.load import load_packs

HERE = Path(__file__).parent
FILES = (*sorted((HERE / "cases").glob("??.yaml")), *sorted((HERE.parent / "gate").glob("scenarios*.yaml")))
LIBRARY = load_packs()
# Records that are one fact, however many fields they have.
WHOLE = frozenset(
    {"consent", "suppressions", "history", "requests", "registrations", "dnc", "proofs", "operator", "basis"}
)
LETS_BY = frozenset({"allow", "advises:allow", "switched:allow"})

Place = tuple[str, ...]


class Told(NamedTuple):
    """A case as a set of facts, and what each rule found."""

    facts: Mapping[Place, str]
    found: Mapping[str, str]


def leaves(value: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    if isinstance(value, Mapping) and not (len(at) == 1 and at[0] in WHOLE):
        for key, inner in value.items():
            yield from leaves(inner, (*at, key))
    else:
        yield at, repr(value)


def cases() -> dict[str, list[Told]]:
    gate, found = Gate(LIBRARY), defaultdict[str, list[Told]](list)
    for path in FILES:
        for case in load_cases(path):
            if "path" in case:
                continue
            result = judge_case(case, LIBRARY, gate)
            facts = {**dict(leaves(case["facts"])), ("now",): case["now"], ("message", "text"): ""}
            found[case["jurisdiction"]].append(
                Told(facts, {row["rule"]: says(row) for row in result["findings"] if row["rule"]})
            )
    return found


def says(row: Mapping[str, Any]) -> str:
    return str(row["effect"]) if row["mode"] == "decides" else f"{row['mode']}:{row['would']}"


def neighbours(one: Told, other: Told) -> bool:
    return sum(one.facts.get(place) != other.facts.get(place) for place in one.facts.keys() | other.facts.keys()) == 1


def test_every_rule_has_a_case_on_either_side_and_one_pair_between() -> None:
    by_country = cases()
    lets, acts, edge = set[str](), set[str](), set[str]()
    for told in by_country.values():
        for each in told:
            lets |= {rule for rule, said in each.found.items() if said in LETS_BY}
            acts |= {rule for rule, said in each.found.items() if said not in LETS_BY}
        for one, other in combinations(told, 2):
            if neighbours(one, other):
                edge |= {r for r in one.found.keys() | other.found.keys() if one.found.get(r) != other.found.get(r)}
    judged = [rule.id for rule in LIBRARY.rules.values() if rule.kind in MESSAGE_PATH]
    for rule in judged:
        print(f"{rule:<40} lets by {rule in lets!s:<6} acts {rule in acts!s:<6} edge {rule in edge}")
    assert {rule: [name for name, has in (("acts", acts), ("edge", edge)) if rule not in has] for rule in judged} == {
        rule: [] for rule in judged
    } | {"cn.content.secrecy": ["acts"]}, "that rule limits who reads; it never acts on a message"
    assert [rule for rule in judged if rule not in lets] == []
