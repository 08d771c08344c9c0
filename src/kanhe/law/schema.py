"""Is a pack well formed? Every check here is about one file; `load.py` checks what packs say of each other.

Each function yields the mistakes it finds as (place, what), so one run names them all.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from zoneinfo import available_timezones

import msgspec

from kanhe.domain.category import Category
from kanhe.law.rules import PARAMETERS, Kind
from kanhe.law.source import At
from kanhe.law.words import Words

Wrong = tuple[At, str]

SCHEMA = 2
PACK_NEEDS = ("schema", "jurisdiction", "iso", "as_of", "languages", "dial_prefixes", "timezones", "sources", "rules")
PACK_MAY = ("parent", "members", "regions", "holiday_calendar", "currency", "regulators", "penalties", "gaps")
RULE_NEEDS = (
    *("id", "title", "kind", "applies_to", "subject", "binding", "enforce", "parameters", "citation"),
    *("source", "evidence", "confidence"),
)
RULE_MAY = ("title_zh", "when", "region", "reach", "replaces", "effective", "penalty", "verified", "note")
PENALTY_KEYS = ("text", "max", "currency", "per", "turnover_pct", "other")
ROLES = ("recipient", "operator", "sender")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

RULE_ID = re.compile(r"[a-z]{2}(\.[a-z0-9_]+){2,}")
COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
PREFIX = re.compile(r"\+[1-9]\d{0,6}")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
ZONES = frozenset(available_timezones())


# ------------------------------------------------------------------ small questions


def keys(given: object, needs: Iterable[str], may: Iterable[str], at: At, what: str = "key") -> Iterator[Wrong]:
    """Missing and unknown keys of a mapping."""
    if not isinstance(given, dict):
        yield at, f"{what}s expected, got `{given}`"
        return
    needed, allowed = list(needs), {*needs, *may}
    yield from ((at, f"{what} `{key}` is missing") for key in needed if key not in given)
    yield from (((*at, str(key)), f"{what} `{key}` is not known") for key in given if key not in allowed)


def one_of(given: object, allowed: Iterable[object], at: At, what: str) -> Iterator[Wrong]:
    """A word that must be on a list."""
    if isinstance(given, (list, dict)) or given not in list(allowed):
        yield at, f"{what} `{given}` is not one of {', '.join(map(str, allowed))}"


def each_of(given: object, allowed: Iterable[str], at: At, what: str) -> Iterator[Wrong]:
    """A list of words, each on a list, none twice."""
    if not isinstance(given, list):
        yield at, f"{what} must be a list, got `{given}`"
        return
    for index, word in enumerate(given):
        yield from one_of(word, allowed, (*at, index), what)
    if len({str(word) for word in given}) != len(given):
        yield at, f"{what} holds something twice"


def matches(given: object, pattern: re.Pattern[str], at: At, what: str) -> Iterator[Wrong]:
    """A text of a certain form."""
    if not isinstance(given, str) or not pattern.fullmatch(given):
        yield at, what.format(given)


def local_date(given: object, at: At, what: str) -> Iterator[Wrong]:
    """A quoted date, or nothing."""
    if given is not None and not _is_date(given):
        yield at, f"{what} `{given}` is not a quoted date YYYY-MM-DD"


def _is_date(given: object) -> bool:
    try:
        return isinstance(given, str) and len(given) == 10 and bool(date.fromisoformat(given))
    except ValueError:
        return False


def zones(given: object, at: At, what: str) -> Iterator[Wrong]:
    """A list of IANA zones."""
    if not isinstance(given, list):
        yield at, f"{what} must be a list, got `{given}`"
        return
    for index, zone in enumerate(given):
        if zone not in ZONES:
            yield (*at, index), f"{what} `{zone}` is not an IANA zone"


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
    for index, prefix in enumerate(_list(pack["dial_prefixes"])):
        yield from matches(prefix, PREFIX, ("dial_prefixes", index), "dial prefix `{}` is not +digits")
    for index, country in enumerate(_list(pack.get("members"))):
        yield from matches(country, COUNTRY, ("members", index), "member `{}` is not an ISO 3166 code")
    for region, where in _map(pack.get("regions")).items():
        yield from matches(region, region_of(pack), ("regions", region), f"region `{{}}` is no region of {pack['iso']}")
        yield from zones(where, ("regions", region), f"zone of {region}")
    if pack.get("holiday_calendar") is not None:
        yield from matches(
            pack["holiday_calendar"], COUNTRY, ("holiday_calendar",), "holiday calendar `{}` is not a country"
        )
    if pack.get("currency") is not None:
        yield from matches(pack["currency"], CURRENCY, ("currency",), "currency `{}` is not an ISO 4217 code")


def _tables(pack: dict[str, object]) -> Iterator[Wrong]:
    for name, source in _map(pack["sources"]).items():
        yield from keys(source, ("title",), ("ref",), ("sources", name), f"source {name}: key")
    for name, penalty in _map(pack.get("penalties")).items():
        yield from keys(penalty, ("text",), PENALTY_KEYS, ("penalties", name), f"penalty {name}: key")


def region_of(pack: Mapping[str, object]) -> re.Pattern[str]:
    """The form of an ISO 3166-2 code of this pack's country."""
    return re.compile(rf"{pack['iso']}-[A-Z0-9]{{1,3}}")


def _list(given: object) -> list[object]:
    return given if isinstance(given, list) else []


def _map(given: object) -> dict[str, object]:
    return given if isinstance(given, dict) else {}


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
    yield from _parameters(words, rule, (*at, "parameters"))


def _standing(words: Words, rule: dict[str, object], at: At) -> Iterator[Wrong]:
    """Kind, categories and how it binds."""
    applies = rule["applies_to"]
    yield from one_of(rule["kind"], list(Kind), (*at, "kind"), "kind")
    yield from each_of(applies, ("all", *words.categories), (*at, "applies_to"), "applies_to")
    if not applies or ("all" in _list(applies) and applies != ["all"]):
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
        table = _map(pack.get("sources" if field == "source" else "penalties"))
        for index, key in enumerate(_list(rule.get(field))):
            if key not in table:
                yield (*at, field, index), f"{field} `{key}` is not in this file"
    if not _list(rule["source"]):
        yield (*at, "source"), "no source"
    if rule["evidence"] != "none" and set(map(str, _list(rule["source"]))) <= {"gk"}:
        yield (*at, "evidence"), "evidence claimed, but the only source is general knowledge"
    if not _list(rule["citation"]):
        yield (*at, "citation"), "no citation"
    for index, citation in enumerate(_list(rule["citation"])):
        place = (*at, "citation", index)
        yield from keys(citation, ("instrument", "provision"), ("year",), place, "citation key")
    effective = rule.get("effective", {})
    yield from keys(effective, (), ("from", "to"), (*at, "effective"), "effective key")
    first, last = _map(effective).get("from"), _map(effective).get("to")
    yield from local_date(first, (*at, "effective", "from"), "from")
    yield from local_date(last, (*at, "effective", "to"), "to")
    if first and last and str(first) > str(last):
        yield (*at, "effective"), "effective: `from` is after `to`"


def _reach(words: Words, pack: dict[str, object], rule: dict[str, object], at: At) -> Iterator[Wrong]:
    """Region, roles and tests."""
    if "region" in rule and rule["region"] not in _map(pack.get("regions")):
        yield (*at, "region"), f"region `{rule['region']}` has no zones under `regions`"
    if "reach" in rule:
        yield from each_of(rule["reach"], ROLES, (*at, "reach"), "reach")
    for index, test in enumerate(_list(rule.get("when"))):
        yield from _test(words, test, (*at, "when", index))


def _test(words: Words, test: object, at: At) -> Iterator[Wrong]:
    given = _map(test)
    if set(given) == {"any_of", "nonempty"}:
        names = _list(given["any_of"])
    elif set(given) in ({"fact", "in"}, {"fact", "not_in"}):
        names = [given["fact"]]
    else:
        yield at, "when: give `fact` and one of `in`, `not_in`, or `any_of` and `nonempty`"
        return
    for name in names:
        if not words.knows_fact(str(name)):
            yield at, f"when: fact `{name}` is not in vocabulary.yaml"


# ------------------------------------------------------------------ parameters


def _parameters(words: Words, rule: dict[str, object], at: At) -> Iterator[Wrong]:
    kind, given = rule["kind"], rule["parameters"]
    if kind not in list(Kind):
        return
    spec = words.parameters[str(kind)]
    needs = [f.encode_name for f in msgspec.structs.fields(PARAMETERS[Kind(str(kind))]) if f.required]
    wrong = list(keys(given, needs, spec, at, "parameter"))
    yield from wrong
    for name, value in _map(given).items():
        if name in spec:
            wrong += (found := list(check_value(words, spec[name], value, (*at, name), f"parameter `{name}`")))
            yield from found
    if not wrong:
        yield from TOGETHER.get(Kind(str(kind)), _nothing_more)(rule, _map(given), at)


def check_value(words: Words, wanted: str, given: object, at: At, what: str) -> Iterator[Wrong]:
    """A parameter against its type in the vocabulary."""
    if wanted.endswith("?"):
        if given is None:
            return
        wanted = wanted[:-1]
    if wanted in SIMPLE:
        yield from SIMPLE[wanted](words, given, at, what)
    elif "|" in wanted:
        yield from one_of(given, [None if word == "null" else word for word in wanted.split("|")], at, what)
    elif wanted.startswith("["):
        yield from each_of(given, words.allowed(wanted[1:-1]), at, what)
    else:
        yield from one_of(given, words.allowed(wanted), at, what)


def _string(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, str):
        yield at, f"{what} must be a text, got `{given}`"
        return
    for fact in PLACEHOLDER.findall(given):
        if not words.knows_fact(fact):
            yield at, f"{what}: placeholder `{fact}` is not a fact"


def _strings(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        yield at, f"{what} must be a list of quoted texts, got `{given}`"


def _int(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        yield at, f"{what} must be a whole number from 0, got `{given}`"


def _bool(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, bool):
        yield at, f"{what} must be true or false, got `{given}`"


def _mapping(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, dict):
        yield at, f"{what} must be a map, got `{given}`"


def _country(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    yield from matches(given, COUNTRY, at, what + " `{}` is not an ISO 3166 code")


def _tz_basis(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if given != "recipient" and str(given).removeprefix("fixed:") not in ZONES:
        yield at, f"{what} `{given}` is neither `recipient` nor `fixed:<zone>`"


def _deadline(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    wrong = list(keys(given, ("value", "unit"), (), at, f"{what}: key"))
    yield from wrong
    if wrong or not isinstance(given, dict):
        return
    yield from _int(words, given["value"], at, f"{what}: value")
    yield from one_of(given["unit"], words.allowed("deadline_unit"), at, f"{what}: unit")
    if given["unit"] == "immediate" and given["value"] != 0:
        yield at, f"{what}: immediate has value 0"


def _dnc(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    wrong = list(keys(given, ("key", "registry", "max_age_days", "consent_overrides"), (), at, f"{what}: key"))
    yield from wrong
    if wrong or not isinstance(given, dict):
        return
    yield from one_of(given["key"], words.dnc_keys, at, what)
    yield from check_value(words, "int?", given["max_age_days"], at, f"{what}: max_age_days")
    yield from _bool(words, given["consent_overrides"], at, f"{what}: consent_overrides")


def _limits(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, list) or not given:
        yield at, f"{what} must be a list of limits"
    for index, limit in enumerate(_list(given)):
        place = (*at, index)
        wrong = list(keys(limit, ("max", "per_seconds", "key", "window"), (), place, "limit key"))
        yield from wrong
        if not wrong and isinstance(limit, dict):
            yield from _int(words, limit["max"], place, "max")
            yield from _int(words, limit["per_seconds"], place, "per_seconds")
            yield from one_of(limit["key"], words.allowed("limit_key"), place, f"{what}: key")
            yield from one_of(limit["window"], words.allowed("limit_window"), place, f"{what}: window")


def _windows(words: Words, given: object, at: At, what: str) -> Iterator[Wrong]:
    if not isinstance(given, list):
        yield at, f"{what} must be a list of windows"
    taken: dict[str, list[tuple[str, str]]] = {day: [] for day in WEEK}
    for index, window in enumerate(_list(given)):
        wrong = list(_window(window, (*at, index), what))
        yield from wrong
        if wrong or not isinstance(window, dict):
            continue
        first, last = window["from"], window["to"]
        for day in window["days"]:
            for start, end in taken[day]:
                if first < end and start < last:
                    yield (*at, index), f"{what}: {day} {first}-{last} overlaps {start}-{end}"
            taken[day].append((first, last))


def _window(window: object, at: At, what: str) -> Iterator[Wrong]:
    wrong = list(keys(window, ("days", "from", "to"), (), at, "window key"))
    yield from wrong
    if wrong or not isinstance(window, dict):
        return
    yield from each_of(window["days"], WEEK, at, f"{what}: day")
    first, last = str(window["from"]), str(window["to"])
    if not CLOCK.fullmatch(first) or not (CLOCK.fullmatch(last) or last == "24:00"):
        yield at, f"{what}: `{first}`-`{last}` are not quoted times HH:MM"
    elif first >= last:
        yield at, f"{what}: {first}-{last} is empty or crosses midnight: write two windows"


Check = Callable[[Words, object, At, str], Iterator[Wrong]]
SIMPLE: dict[str, Check] = {
    "string": _string,
    "[string]": _strings,
    "int": _int,
    "bool": _bool,
    "map": _mapping,
    "country": _country,
    "tz_basis": _tz_basis,
    "deadline": _deadline,
    "dnc": _dnc,
    "[limit]": _limits,
    "[window]": _windows,
}


# ------------------------------------------------------------------ parameters that must agree with each other


def _nothing_more(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    yield from ()


def _quiet_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    denied, windows = _list(given.get("deny_days")), _list(given["allow"])
    if "public_holiday" in denied and not given.get("holiday_calendar"):
        yield at, "public_holiday needs a holiday_calendar"
    for day in denied:
        if any(day in _list(_map(window)["days"]) for window in windows):
            yield (*at, "deny_days"), f"`{day}` is both allowed and denied"
    if not windows:
        yield (*at, "allow"), "no window: use content or consent to forbid altogether"


def _consent_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    applies = _list(rule["applies_to"])
    if "consent_request" in applies and given.get("asking") is None:
        yield at, "covers consent_request but `asking` is null"
    if given["model"] == "none" and not given.get("lawful_bases"):
        yield at, "model none needs lawful_bases"


def _label_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    for category, endings in _map(given.get("by_category")).items():
        yield from one_of(category, list(Category), (*at, "by_category"), "by_category")
        if not all(isinstance(ending, str) for ending in _list(endings) or [None]):
            yield (*at, "by_category"), f"by_category `{category}` must be a list of quoted texts"
    if given.get("need") == "by_category" and not given.get("by_category"):
        yield at, "need by_category without by_category"
    if given.get("match") == "regex":
        for text in map(str, _list(given.get("texts"))):
            try:
                re.compile(text)
            except re.error as error:
                yield (*at, "texts"), f"`{text}` is not a regular expression: {error}"


def _content_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    if (given["action"] == "reclassify") != (given.get("reclassify_to") is not None):
        yield at, "reclassify and reclassify_to go together"


def _registration_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    if (given.get("if_missing") == "relabel") != (given.get("relabel_to") is not None):
        yield at, "relabel and relabel_to go together"


def _optout_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    applies = _list(rule["applies_to"])
    for category in _list(given.get("required_in")):
        if category not in applies and applies != ["all"]:
            yield (*at, "required_in"), f"required_in `{category}` is outside applies_to"


Together = Callable[[dict[str, object], dict[str, object], At], Iterator[Wrong]]
TOGETHER: dict[Kind, Together] = {
    Kind.QUIET_HOURS: _quiet_together,
    Kind.CONSENT: _consent_together,
    Kind.LABEL: _label_together,
    Kind.CONTENT: _content_together,
    Kind.REGISTRATION: _registration_together,
    Kind.OPT_OUT: _optout_together,
}
