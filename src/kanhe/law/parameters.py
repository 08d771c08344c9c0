"""The parameters of a rule against the types its kind has in the vocabulary."""

import re
from collections.abc import Callable, Iterator

import msgspec

from kanhe.domain.category import Category
from kanhe.law.kinds import PARAMETERS, Kind
from kanhe.law.questions import COUNTRY, WEEK, ZONES, Wrong, as_list, as_map, each_of, keys, matches, one_of
from kanhe.law.source import At
from kanhe.law.words import Words

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
PLACEHOLDER = re.compile(r"\{([^}]*)\}")


def check_parameters(words: Words, rule: dict[str, object], at: At) -> Iterator[Wrong]:
    """The parameters of a rule against its kind."""
    kind, given = rule["kind"], rule["parameters"]
    if kind not in list(Kind):
        return
    spec = words.parameters[str(kind)]
    needs = [f.encode_name for f in msgspec.structs.fields(PARAMETERS[Kind(str(kind))]) if f.required]
    wrong = list(keys(given, needs, spec, at, "parameter"))
    yield from wrong
    for name, value in as_map(given).items():
        if name in spec:
            wrong += (found := list(check_value(words, spec[name], value, (*at, name), f"parameter `{name}`")))
            yield from found
    if not wrong:
        yield from TOGETHER.get(Kind(str(kind)), _nothing_more)(rule, as_map(given), at)


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
    for index, limit in enumerate(as_list(given)):
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
    for index, window in enumerate(as_list(given)):
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
    denied, windows = as_list(given.get("deny_days")), as_list(given["allow"])
    if "public_holiday" in denied and not given.get("holiday_calendar"):
        yield at, "public_holiday needs a holiday_calendar"
    for day in denied:
        if any(day in as_list(as_map(window)["days"]) for window in windows):
            yield (*at, "deny_days"), f"`{day}` is both allowed and denied"
    if not windows:
        yield (*at, "allow"), "no window: use content or consent to forbid altogether"


def _consent_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    applies = as_list(rule["applies_to"])
    if "consent_request" in applies and given.get("asking") is None:
        yield at, "covers consent_request but `asking` is null"
    if given["model"] == "none" and not given.get("lawful_bases"):
        yield at, "model none needs lawful_bases"


def _label_together(rule: dict[str, object], given: dict[str, object], at: At) -> Iterator[Wrong]:
    for category, endings in as_map(given.get("by_category")).items():
        yield from one_of(category, list(Category), (*at, "by_category"), "by_category")
        if not all(isinstance(ending, str) for ending in as_list(endings) or [None]):
            yield (*at, "by_category"), f"by_category `{category}` must be a list of quoted texts"
    if given.get("need") == "by_category" and not given.get("by_category"):
        yield at, "need by_category without by_category"
    if given.get("match") == "regex":
        for text in map(str, as_list(given.get("texts"))):
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
    applies = as_list(rule["applies_to"])
    for category in as_list(given.get("required_in")):
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
