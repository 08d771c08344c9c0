"""From a number to its law: country, regions and zones.

The numbering library takes 50 to 200 µs per question, so it is asked once per prefix and length; after that a look-up costs a
fraction of a microsecond and every number of a prefix shares one `Recipient`.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

import msgspec
import phonenumbers
from phonenumbers.tzdata import TIMEZONE_DATA

from kanhe.domain.facts import Recipient
from kanhe.law.rules import Pack
from kanhe.law.source import read_document
from kanhe.law.words import LAW_FOLDER

# What is left of a number without its last digits holds every code that tells countries apart (+44 77977 is Jersey) and every
# area code, and keeps one country's mobile numbers to a few thousand prefixes. By length of the number; shorter ones lose four.
_ENDING_DIGITS = {15: 6, 14: 6, 13: 6, 12: 5}
_ENDING_DIGITS_SHORT = 4
# All prefixes of the six busiest countries; beyond it the least used is asked again.
PREFIXES_MAX = 65_536
# ITU-T E.164, section 6: a number has at most fifteen digits.
DIGITS_MAX = 15
# Longer texts are no number, whatever stands in them.
WRITTEN_MAX = 40
# How a prefix may go on: it exists when the plan knows any of these numbers.
_ENDINGS = "01259"
_WRITTEN = re.compile(r"\+[1-9][0-9]{3,14}")


class NumberRefused(msgspec.Struct, frozen=True):
    """Why a text is no number, and what was understood of it."""

    code: str  # stable reason code, sentences in `law/reasons.yaml`
    understood: str


class Place(msgspec.Struct, frozen=True):
    """Where the number plan puts a prefix."""

    country: str
    regions: tuple[str, ...]
    calling_code: int


class PlanTables(msgspec.Struct, frozen=True):
    """`numberplan.yaml`: what is added to the numbering library."""

    territories: Mapping[str, tuple[str, ...]]
    zones: Mapping[int, tuple[str, ...]]
    areas: Mapping[int, Mapping[str, tuple[int, ...]]]


def parse_number(text: str, default_country: str | None = None) -> int | NumberRefused:
    """The E.164 digits of any written form that has a country, or why there are none."""
    if _WRITTEN.fullmatch(text):
        return _checked(text[1:])
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("tel:")
    if len(plain) > WRITTEN_MAX or not any(char.isdigit() for char in plain):
        return NumberRefused("number-unreadable", plain[:WRITTEN_MAX])
    if default_country is None and plain.startswith("00"):
        plain = "+" + plain[2:]
    try:
        parsed = phonenumbers.parse(plain, default_country)
    except phonenumbers.NumberParseException as error:
        return NumberRefused(_UNPARSED.get(error.error_type, "number-unreadable"), plain)
    if parsed.extension:
        return NumberRefused("number-extension", plain)
    return _checked(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[1:])


_UNPARSED: dict[int, str] = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "number-country-missing",
    phonenumbers.NumberParseException.NOT_A_NUMBER: "number-unreadable",
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: "number-too-short",
    phonenumbers.NumberParseException.TOO_SHORT_NSN: "number-too-short",
    phonenumbers.NumberParseException.TOO_LONG: "number-too-long",
}
_IMPOSSIBLE: dict[int, str] = {
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "number-country-unknown",
    phonenumbers.ValidationResult.TOO_SHORT: "number-too-short",
    phonenumbers.ValidationResult.TOO_LONG: "number-too-long",
    phonenumbers.ValidationResult.INVALID_LENGTH: "number-wrong-length",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "number-too-short",
}


def _prefix(digits: str) -> str:
    return digits[: -_ENDING_DIGITS.get(len(digits), _ENDING_DIGITS_SHORT)]


def _checked(digits: str) -> int | NumberRefused:
    found = place(_prefix(digits), len(digits))
    return int(digits) if isinstance(found, Place) else NumberRefused(found.code, f"+{digits}")


@lru_cache(maxsize=PREFIXES_MAX)
def place(prefix: str, length: int) -> Place | NumberRefused:
    """Where the numbers of a prefix and length lie, or why there are none."""
    if length > DIGITS_MAX:
        return NumberRefused("number-too-long", f"+{prefix}")
    numbers = [number for digit in _ENDINGS if (number := _parsed(prefix.ljust(length, digit))) is not None]
    if not numbers:
        return NumberRefused("number-country-unknown", f"+{prefix}")
    code = _IMPOSSIBLE.get(phonenumbers.is_possible_number_with_reason(numbers[0]))
    if code is not None:
        return NumberRefused(code, f"+{prefix}")
    known = next((number for number in numbers if phonenumbers.is_valid_number(number)), None)
    if known is None and not any(map(_thinkable, numbers)):
        return NumberRefused("number-not-in-plan", f"+{prefix}")
    return _placed(prefix, known or numbers[0])


def _thinkable(number: phonenumbers.PhoneNumber) -> bool:
    """Whether the plan leaves room for it: new and reserved mobile ranges are not in the library's tables."""
    code = number.country_code or 0
    region = phonenumbers.region_code_for_country_code(code)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None or metadata.mobile is None:
        return False
    national = phonenumbers.national_significant_number(number)
    pattern = metadata.general_desc.national_number_pattern or ""
    lengths = metadata.mobile.possible_length or metadata.general_desc.possible_length
    return len(national) in lengths and re.fullmatch(pattern, national) is not None


def _parsed(digits: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return None


def _placed(prefix: str, number: phonenumbers.PhoneNumber) -> Place | NumberRefused:
    code = number.country_code or 0
    country = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(code)
    if country == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return NumberRefused("number-no-country", f"+{prefix}")
    country, *regions = plan_tables().territories.get(country, (country,))
    national = prefix[len(str(code)) :]
    found = {
        region for area, regions in _areas().get(code, {}).items() if national.startswith(area) for region in regions
    }
    regions += sorted(region for region in found if region.startswith(f"{country}-"))
    return Place(country, tuple(regions), code)


@cache
def plan_tables() -> PlanTables:
    """The tables of this release."""
    return msgspec.convert(read_document(LAW_FOLDER / "numberplan.yaml").data, PlanTables, strict=False)


@cache
def _areas() -> dict[int, dict[str, tuple[str, ...]]]:
    """Calling code -> area code -> the regions it may lie in."""
    tables: dict[int, dict[str, tuple[str, ...]]] = {}
    for code, regions in plan_tables().areas.items():
        table = tables.setdefault(code, {})
        for region, areas in regions.items():
            for area in areas:
                table[str(area)] = (*table.get(str(area), ()), region)
    return tables


@cache
def zones_of_country(country: str | None) -> tuple[str, ...]:
    """All zones of a country as the time zone database lists them; UTC when it lists none."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    listed = tuple(row[2] for row in rows if row[0] == country)
    calling_code = phonenumbers.country_code_for_region(country) if country else 0
    return listed or tuple(TIMEZONE_DATA.get(str(calling_code), ("UTC",)))


class NumberPlan:
    """The number plan with the zones that packs know."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        self._shared: dict[Place, Recipient] = {}
        self._long: dict[int, Recipient] = {}  # by number without its ending: 13 to 15 digits
        self._middle: dict[int, Recipient] = {}  # 12 digits
        self._short: dict[int, Recipient] = {}  # up to 11 digits

    def recipient(self, number: int) -> Recipient:
        """What the plan says of a number: one shared object per place."""
        if number >= 10**12:
            known, prefix = self._long, number // 10**6
        elif number >= 10**11:
            known, prefix = self._middle, number // 10**5
        else:
            known, prefix = self._short, number // 10**4
        return known.get(prefix) or self._remember(known, prefix, len(str(number)))

    def _remember(self, known: dict[int, Recipient], prefix: int, length: int) -> Recipient:
        if len(known) >= PREFIXES_MAX:
            known.clear()
        found = place(str(prefix), length)
        recipient = known[prefix] = self._share(found) if isinstance(found, Place) else NOWHERE
        return recipient

    def _share(self, found: Place) -> Recipient:
        shared = self._shared.get(found)
        if shared is None:
            shared = self._shared[found] = Recipient(found.country, found.regions, self._zones(found))
        return shared

    def _zones(self, found: Place) -> tuple[str, ...]:
        """All zones the number may lie in: those of its regions, of its calling code, or of its country."""
        pack = self._packs.get(found.country.lower())
        if pack is None:
            return zones_of_country(found.country)
        if found.regions and all(region in pack.regions for region in found.regions):
            return tuple(dict.fromkeys(zone for region in found.regions for zone in pack.regions[region]))
        return plan_tables().zones.get(found.calling_code) or pack.timezones


# A number that no plan knows: it has no law, and the gate refuses it.
NOWHERE = Recipient(None, (), ("UTC",))
