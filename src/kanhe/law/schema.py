"""Is a pack well formed? Every check here is about one file; `integrity.py` checks what packs say of each other.

Each function yields the mistakes it finds as (place, what), so one run names them all.
"""

import re
from collections.abc import Iterator, Mapping

from kanhe.law.kinds import Kind
from kanhe.law.parameters import check_parameters
from kanhe.law.questions import COUNTRY, Wrong, as_list, as_map, each_of, keys, local_date, matches, one_of, zones
from kanhe.law.rules import PENALTIES_BESIDES
from kanhe.law.source import At
from kanhe.law.words import Words

SCHEMA = 2
PACK_NEEDS = ("schema", "jurisdiction", "iso", "as_of", "languages", "dial_prefixes", "timezones", "sources", "rules")
PACK_MAY = (
    "parent",
    "members",
    "regions",
    "holiday_calendar",
    "currency",
    "regulators",
    "penalties",
    "gaps",
    "gaps_zh",
    "jurisdiction_zh",
)
RULE_NEEDS = (
    *("id", "title", "kind", "applies_to", "subject", "binding", "enforce", "parameters", "citation"),
    *("source", "evidence", "confidence"),
)
RULE_MAY = ("title_zh", "when", "region", "reach", "replaces", "effective", "penalty", "verified", "note", "note_zh")
PENALTY_KEYS = ("text_zh", "max", "currency", "per", "turnover_pct", "other")
ROLES = ("recipient", "operator", "sender")

RULE_ID = re.compile(r"[a-z]{2}(\.[a-z0-9_]+){2,}")
CURRENCY = re.compile(r"[A-Z]{3}")
PREFIX = re.compile(r"\+[1-9]\d{0,6}")


# ------------------------------------------------------------------ packs


def check_pack(words: Words, name: str, pack: object) -> Iterator[Wrong]:
    """Everything one file can get wrong."""
    wrong = list(keys(pack, PACK_NEEDS, PACK_MAY, ()))
    yield from wrong
    if not isinstance(pack, dict) or any(" is missing" in what for _, what in wrong):
        return
    yield from _head(name, pack)
    yield from _tables(pack)
    if not isinstance(pack["rules"], list):
        yield ("rules",), "rules must be a list"
        return
    for index, rule in enumerate(pack["rules"]):
        yield from check_rule(words, name, pack, rule, ("rules", index))


def _head(name: str, pack: dict[str, object]) -> Iterator[Wrong]:
    if pack["schema"] != SCHEMA:
        yield ("schema",), f"schema `{pack['schema']}`, expected {SCHEMA}"
    if pack["iso"] != name.upper() or not re.fullmatch("[a-z]{2}", name):
        yield ("iso",), f"iso `{pack['iso']}` does not fit the file name"
    if pack["as_of"] is None:
        yield ("as_of",), "as_of must be a date"
    yield from local_date(pack["as_of"], ("as_of",), "as_of")
    yield from zones(pack["timezones"], ("timezones",), "timezone")
    for index, prefix in enumerate(as_list(pack["dial_prefixes"])):
        yield from matches(prefix, PREFIX, ("dial_prefixes", index), "dial prefix `{}` is not +digits")
    for index, country in enumerate(as_list(pack.get("members"))):
        yield from matches(country, COUNTRY, ("members", index), "member `{}` is not an ISO 3166 code")
    for region, where in as_map(pack.get("regions")).items():
        yield from matches(region, region_of(pack), ("regions", region), f"region `{{}}` is no region of {pack['iso']}")
        yield from zones(where, ("regions", region), f"zone of {region}")
    if pack.get("holiday_calendar") is not None:
        yield from matches(
            pack["holiday_calendar"], COUNTRY, ("holiday_calendar",), "holiday calendar `{}` is not a country"
        )
    if pack.get("currency") is not None:
        yield from matches(pack["currency"], CURRENCY, ("currency",), "currency `{}` is not an ISO 4217 code")


def _tables(pack: dict[str, object]) -> Iterator[Wrong]:
    for name, source in as_map(pack["sources"]).items():
        yield from keys(source, ("title",), ("title_zh", "ref"), ("sources", name), f"source {name}: key")
    for name, penalty in as_map(pack.get("penalties")).items():
        yield from keys(penalty, ("text",), PENALTY_KEYS, ("penalties", name), f"penalty {name}: key")
        other = as_list(as_map(penalty).get("other"))
        yield from each_of(other, PENALTIES_BESIDES, ("penalties", name, "other"), "penalty besides money")


def region_of(pack: Mapping[str, object]) -> re.Pattern[str]:
    """The form of an ISO 3166-2 code of this pack's country."""
    return re.compile(rf"{re.escape(str(pack['iso']))}-[A-Z0-9]{{1,3}}")


# ------------------------------------------------------------------ rules


def check_rule(words: Words, name: str, pack: dict[str, object], rule: object, at: At) -> Iterator[Wrong]:
    """Everything one rule can get wrong by itself."""
    wrong = list(keys(rule, RULE_NEEDS, RULE_MAY, at))
    yield from wrong
    if not isinstance(rule, dict) or any(" is missing" in what for _, what in wrong):
        return
    if not RULE_ID.fullmatch(str(rule["id"])) or not str(rule["id"]).startswith(name + "."):
        yield (*at, "id"), "id must be <file>.<topic>.<name> in lower case"
    yield from _standing(words, rule, at)
    yield from _grounds(pack, rule, at)
    yield from _reach(words, pack, rule, at)
    yield from check_parameters(words, rule, (*at, "parameters"))


def _standing(words: Words, rule: dict[str, object], at: At) -> Iterator[Wrong]:
    """Kind, categories and how it binds."""
    applies = rule["applies_to"]
    yield from one_of(rule["kind"], list(Kind), (*at, "kind"), "kind")
    yield from each_of(applies, ("all", *words.categories), (*at, "applies_to"), "applies_to")
    if not applies or ("all" in as_list(applies) and applies != ["all"]):
        yield (*at, "applies_to"), "applies_to is empty, or names `all` and more"
    yield from one_of(rule["subject"], ("sender", "operator", "both"), (*at, "subject"), "subject")
    yield from one_of(rule["binding"], words.bindings, (*at, "binding"), "binding")
    yield from one_of(rule["enforce"], ("hard", "soft", "advise"), (*at, "enforce"), "enforce")
    yield from one_of(rule["evidence"], ("primary", "secondary", "none"), (*at, "evidence"), "evidence")
    yield from one_of(rule["confidence"], ("high", "medium", "low"), (*at, "confidence"), "confidence")
    if rule["confidence"] == "low" and rule["enforce"] == "hard":
        yield (*at, "enforce"), "low confidence is never hard"
    if rule["binding"] == "guidance" and rule["enforce"] == "hard":
        yield (*at, "enforce"), "guidance is never hard"
    if "verified" in rule and rule["verified"] is not (rule["evidence"] != "none"):
        yield (*at, "verified"), "verified is true exactly when evidence is primary or secondary"


def _grounds(pack: dict[str, object], rule: dict[str, object], at: At) -> Iterator[Wrong]:
    """Sources, penalties, citations and dates."""
    for field in ("source", "penalty"):
        table = as_map(pack.get("sources" if field == "source" else "penalties"))
        for index, key in enumerate(as_list(rule.get(field))):
            if str(key) not in table:
                yield (*at, field, index), f"{field} `{key}` is not in this file"
    if not as_list(rule["source"]):
        yield (*at, "source"), "no source"
    if rule["evidence"] != "none" and set(map(str, as_list(rule["source"]))) <= {"gk"}:
        yield (*at, "evidence"), "evidence claimed, but the only source is general knowledge"
    if not as_list(rule["citation"]):
        yield (*at, "citation"), "no citation"
    for index, citation in enumerate(as_list(rule["citation"])):
        place = (*at, "citation", index)
        yield from keys(citation, ("instrument",), ("provision", "year"), place, "citation key")
    effective = rule.get("effective", {})
    yield from keys(effective, (), ("from", "to"), (*at, "effective"), "effective key")
    first, last = as_map(effective).get("from"), as_map(effective).get("to")
    yield from local_date(first, (*at, "effective", "from"), "from")
    yield from local_date(last, (*at, "effective", "to"), "to")
    if first and last and str(first) > str(last):
        yield (*at, "effective"), "effective: `from` is after `to`"


def _reach(words: Words, pack: dict[str, object], rule: dict[str, object], at: At) -> Iterator[Wrong]:
    """Region, roles and tests."""
    if "region" in rule and str(rule["region"]) not in as_map(pack.get("regions")):
        yield (*at, "region"), f"region `{rule['region']}` has no zones under `regions`"
    if "reach" in rule:
        yield from each_of(rule["reach"], ROLES, (*at, "reach"), "reach")
    for index, test in enumerate(as_list(rule.get("when"))):
        yield from _test(words, test, (*at, "when", index))


def _test(words: Words, test: object, at: At) -> Iterator[Wrong]:
    given = as_map(test)
    if set(given) == {"any_of", "nonempty"}:
        names = as_list(given["any_of"])
    elif set(given) in ({"fact", "in"}, {"fact", "not_in"}):
        names = [given["fact"]]
    else:
        yield at, "when: give `fact` and one of `in`, `not_in`, or `any_of` and `nonempty`"
        return
    for name in names:
        if not words.knows_fact(str(name)):
            yield at, f"when: fact `{name}` is not in vocabulary.yaml"
