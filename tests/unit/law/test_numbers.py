"""From a number to its law: country, region, zones; and why a text is no number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanhe.law.load import load_packs
from kanhe.law.numbers import NOWHERE, NumberPlan, NumberRefused, parse_number, plan_tables, zones_of_country

LIBRARY = load_packs()
PLAN = LIBRARY.numbers


@pytest.mark.parametrize(
    ("number", "country", "regions", "zones"),
    [
        ("+8613800138000", "CN", (), ("Asia/Shanghai",)),
        ("+85261234567", "HK", (), ("Asia/Hong_Kong",)),
        ("+12125550100", "US", ("US-NY",), ("America/New_York",)),
        ("+15415550100", "US", ("US-OR",), ("America/Los_Angeles", "America/Boise")),
        ("+14165550100", "CA", ("CA-ON",), ("America/Toronto", "America/Winnipeg")),
        ("+17825550100", "CA", ("CA-NS", "CA-PE"), ("America/Halifax",)),
        (
            "+18675550100",
            "CA",
            ("CA-NT", "CA-NU", "CA-YT"),
            ("America/Edmonton", "America/Iqaluit", "America/Winnipeg", "America/Whitehorse"),
        ),
        ("+17875550100", "US", ("US-PR",), ("America/Puerto_Rico",)),
        ("+16715550100", "US", ("US-GU",), ("Pacific/Guam",)),
        ("+16845550100", "US", ("US-AS",), ("Pacific/Pago_Pago",)),
        ("+18765550100", "JM", (), ("America/Jamaica",)),
        ("+447400123456", "GB", (), ("Europe/London",)),
        ("+447700900123", "GB", (), ("Europe/London",)),
        ("+447797712345", "JE", (), ("Europe/Jersey",)),
        ("+447781123456", "GG", (), ("Europe/Guernsey",)),
        ("+447624301234", "IM", (), ("Europe/Isle_of_Man",)),
        ("+59995181234", "CW", (), ("America/Curacao",)),
        ("+5993181234", "BQ", (), ("America/Kralendijk",)),
        ("+262692123456", "FR", ("FR-974",), ("Indian/Reunion",)),
        ("+262639123456", "FR", ("FR-976",), ("Indian/Mayotte",)),
        ("+590690123456", "FR", ("FR-971",), ("America/Guadeloupe",)),
        ("+594694123456", "FR", ("FR-973",), ("America/Cayenne",)),
        ("+596696123456", "FR", ("FR-972",), ("America/Martinique",)),
        ("+33612345678", "FR", (), ("Europe/Paris",)),
        ("+34612345678", "ES", (), ("Europe/Madrid", "Atlantic/Canary")),
        ("+34928123456", "ES", ("ES-CN",), ("Atlantic/Canary",)),
        ("+5511912345678", "BR", ("BR-SP",), ("America/Sao_Paulo",)),
        ("+5561912345678", "BR", ("BR-DF", "BR-GO"), ("America/Sao_Paulo",)),
        ("+4779123456", "NO", (), ("Europe/Oslo",)),
        ("+390669812345", "VA", (), ("Europe/Vatican",)),
        ("+393123456789", "IT", (), ("Europe/Rome",)),
        ("+38344123456", "XK", (), ("Europe/Belgrade",)),
        # +1 beyond the United States and Canada: each island is a country of its own
        ("+16585550100", "JM", (), ("America/Jamaica",)),
        ("+18095550100", "DO", (), ("America/Santo_Domingo",)),
        ("+18295550100", "DO", (), ("America/Santo_Domingo",)),
        ("+18495550100", "DO", (), ("America/Santo_Domingo",)),
        ("+12423591234", "BS", (), ("America/Nassau",)),
        ("+12462501234", "BB", (), ("America/Barbados",)),
        ("+12642351234", "AI", (), ("America/Anguilla",)),
        ("+12684641234", "AG", (), ("America/Antigua",)),
        ("+12843001234", "VG", (), ("America/Tortola",)),
        ("+13453231234", "KY", (), ("America/Cayman",)),
        ("+14413701234", "BM", (), ("Atlantic/Bermuda",)),
        ("+14734031234", "GD", (), ("America/Grenada",)),
        ("+16492311234", "TC", (), ("America/Grand_Turk",)),
        ("+16644921234", "MS", (), ("America/Montserrat",)),
        ("+17215205678", "SX", (), ("America/Lower_Princes",)),
        ("+17582845678", "LC", (), ("America/St_Lucia",)),
        ("+17672251234", "DM", (), ("America/Dominica",)),
        ("+17844301234", "VC", (), ("America/St_Vincent",)),
        ("+18682911234", "TT", (), ("America/Port_of_Spain",)),
        ("+18697652917", "KN", (), ("America/St_Kitts",)),
        ("+13405550100", "US", ("US-VI",), ("America/Puerto_Rico",)),
        ("+16705550100", "US", ("US-MP",), ("Pacific/Guam",)),
        ("+19395550100", "US", ("US-PR",), ("America/Puerto_Rico",)),
        # states and provinces of several zones
        ("+19075550100", "US", ("US-AK",), ("America/Anchorage", "America/Adak")),
        ("+18085550100", "US", ("US-HI",), ("Pacific/Honolulu",)),
        ("+16045550100", "CA", ("CA-BC",), ("America/Vancouver", "America/Edmonton")),
        # +44: mobile and fixed numbers of the islands
        ("+447509123456", "JE", (), ("Europe/Jersey",)),
        ("+447839123456", "GG", (), ("Europe/Guernsey",)),
        ("+441534456789", "JE", (), ("Europe/Jersey",)),
        ("+441481256789", "GG", (), ("Europe/Guernsey",)),
        ("+441624756789", "IM", (), ("Europe/Isle_of_Man",)),
        ("+442079460018", "GB", (), ("Europe/London",)),
        # territories under another country's law: Aland, Svalbard, the shores of the Indian Ocean
        ("+3581812345", "FI", (), ("Europe/Helsinki",)),
        ("+358412345678", "FI", (), ("Europe/Helsinki",)),
        ("+4740612345", "NO", (), ("Europe/Oslo",)),
        ("+262269601234", "FR", ("FR-976",), ("Indian/Mayotte",)),
        ("+672381234", "NF", (), ("Pacific/Norfolk",)),
        ("+85366123456", "MO", (), ("Asia/Macau",)),
        ("+886912345678", "TW", (), ("Asia/Taipei",)),
    ],
)
def test_a_number_lies_where_the_plan_says(number: str, country: str, regions: tuple[str, ...], zones: tuple[str, ...]):
    digits = parse_number(number)
    assert digits == int(number[1:])
    found = PLAN.recipient(digits)
    assert (found.country, found.regions, found.zones) == (country, regions, zones)


@pytest.mark.parametrize("number", [61412345678, 61891641234, 61891621234])
def test_a_number_of_australia_may_lie_on_its_islands_in_the_indian_ocean(number: int):
    found = PLAN.recipient(number)
    assert found.country == "AU"
    assert {"Australia/Sydney", "Australia/Perth", "Indian/Christmas", "Indian/Cocos"} <= set(found.zones)


def test_seven_is_shared_by_russia_and_kazakhstan_and_mobile_numbers_may_lie_anywhere_in_them():
    russia, kazakhstan = PLAN.recipient(79161234567), PLAN.recipient(77012345678)
    assert (russia.country, kazakhstan.country) == ("RU", "KZ")
    assert {"Europe/Kaliningrad", "Asia/Kamchatka"} <= set(russia.zones)
    assert "Asia/Almaty" in kazakhstan.zones


def test_a_number_of_no_known_region_may_lie_in_every_zone_of_its_country():
    free_of_charge = PLAN.recipient(18005550100)
    assert (free_of_charge.country, free_of_charge.regions) == ("US", ())
    assert set(free_of_charge.zones) == set(LIBRARY.packs["us"].timezones)


def test_all_numbers_of_a_place_share_one_object():
    assert PLAN.recipient(8613800138000) is PLAN.recipient(8618612345678)
    assert PLAN.recipient(12125550100) is PLAN.recipient(17185550100)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**15 - 1))
def test_any_number_has_a_place_or_none_whoever_was_asked_before(number: int):
    found = PLAN.recipient(number)
    assert found == NumberPlan(LIBRARY.packs).recipient(number)
    assert found.zones
    assert found == NOWHERE or found.country


@pytest.mark.parametrize(
    ("text", "default", "digits"),
    [
        ("+86 138 0013 8000", None, 8613800138000),
        ("＋８６ １３８００１３８０００", None, 8613800138000),
        ("0086-138-0013-8000", None, 8613800138000),
        ("tel:+1-201-555-0123", None, 12015550123),
        ("138 0013 8000", "CN", 8613800138000),
        ("8613800138000", "CN", 8613800138000),
        ("(212) 555-0100", "US", 12125550100),
        ("020 7946 0958", "GB", 442079460958),
        ("011 86 138 0013 8000", "US", 8613800138000),
    ],
)
def test_any_written_form_with_a_country_is_read(text: str, default: str | None, digits: int):
    assert parse_number(text, default) == digits


@pytest.mark.parametrize(
    ("text", "code", "understood"),
    [
        ("", "number-unreadable", ""),
        ("hello", "number-unreadable", "hello"),
        ("1" * 60, "number-unreadable", "1" * 40),
        ("13800138000", "number-country-missing", "13800138000"),
        ("+861234", "number-too-short", "+861234"),
        ("+86138001380001", "number-not-in-plan", "+86138001380001"),
        ("+861380013800012", "number-too-long", "+861380013800012"),
        ("+10000000000", "number-not-in-plan", "+10000000000"),
        ("+80012345678", "number-no-country", "+80012345678"),
        ("+8613800138000 ext 5", "number-extension", "+8613800138000 ext 5"),
        ("+0123456789", "number-country-missing", "+0123456789"),
    ],
)
def test_a_text_that_is_no_number_is_refused_with_what_was_understood(text: str, code: str, understood: str):
    assert parse_number(text) == NumberRefused(code, understood)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str):
    found = parse_number(text, "CN")
    assert isinstance(found, NumberRefused) or PLAN.recipient(found).country is not None


def test_every_region_of_the_area_table_has_zones_in_its_pack():
    regions = {region for codes in plan_tables().areas.values() for region in codes}
    regions |= {region for country, *more in plan_tables().territories.values() for region in more}
    known = {region for pack in LIBRARY.packs.values() for region in pack.regions}
    assert regions <= known


def test_a_country_nobody_lists_has_a_clock_all_the_same():
    assert zones_of_country(None) == ("UTC",)
    assert zones_of_country("XX") == ("UTC",)
    assert zones_of_country("PL") == ("Europe/Warsaw",)
