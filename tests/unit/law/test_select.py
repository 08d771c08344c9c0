"""Which rules stand over a message: by seat, layer, region and date; then by category, tests and replacement."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanhe.domain.category import Category
from kanhe.domain.facts import Recipient
from kanhe.law.clock import FOREVER_MS
from kanhe.law.kinds import Kind
from kanhe.law.load import load_packs
from kanhe.law.rules import Test
from kanhe.law.select import UNKNOWN, Ask, holds, narrow

LIBRARY = load_packs()
SHANGHAI = Recipient("CN", (), ("Asia/Shanghai",))
PARIS = Recipient("FR", (), ("Europe/Paris",))
MADRID = Recipient("ES", (), ("Europe/Madrid", "Atlantic/Canary"))
WARSAW = Recipient("PL", (), ("Europe/Warsaw",))
BANGKOK = Recipient("TH", (), ("Asia/Bangkok",))
NEW_YORK = Recipient("US", ("US-NY",), ("America/New_York",))
TODAY = "2026-11-23T12:00:00+00:00"


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def ids(recipient: Recipient, operator: str, sender: str | None, at: str = TODAY) -> set[str]:
    selection = LIBRARY.select(recipient, operator, sender, ms(at))
    return {rule.id for rule in (*selection.rules, *selection.duties)}


def packs(recipient: Recipient, operator: str, sender: str | None) -> set[str]:
    return {LIBRARY.rules[name].pack for name in ids(recipient, operator, sender)}


def knowing(facts: Mapping[str, object]) -> Ask:
    return facts.get


# ------------------------------------------------------------------ select


@pytest.mark.parametrize(
    ("recipient", "layers"),
    [
        (SHANGHAI, ["cn"]),
        (PARIS, ["fr", "eu"]),
        (WARSAW, ["eu", "zz"]),
        (BANGKOK, ["zz"]),
        (Recipient("NO", (), ("Europe/Oslo",)), ["eu", "zz"]),
        (Recipient("EU", (), ("UTC",)), ["zz"]),
        (Recipient(None, (), ("UTC",)), ["zz"]),
    ],
)
def test_a_country_has_its_own_pack_its_layer_or_the_strict_default(recipient: Recipient, layers: list[str]):
    assert [pack.name for pack in LIBRARY.layers(recipient.country)] == layers


def test_operator_and_sender_bring_in_only_what_reaches_them_and_never_the_strict_default():
    assert packs(NEW_YORK, "US", "US") == {"us"}
    from_china = ids(NEW_YORK, "CN", "US")
    assert {"cn.licence.telecom", "cn.identity.customer_real_name"} <= from_china
    assert not {"cn.consent.commercial", "cn.quiet.marketing", "cn.agreement.customer"} & ids(NEW_YORK, "US", "JP")
    assert "cn.agreement.customer" in ids(NEW_YORK, "US", "CN")
    assert "eu.agreement.processor" in ids(NEW_YORK, "US", "DE") & ids(NEW_YORK, "DE", None)
    assert packs(NEW_YORK, "TH", "TH") == {"us"}
    assert "zz.licence.decision" in ids(BANGKOK, "US", "US")
    assert "zz.licence.decision" not in ids(NEW_YORK, "TH", "US")


def test_a_licence_rule_goes_by_the_operators_seat_not_the_recipients():
    assert "cn.licence.telecom" not in ids(SHANGHAI, "US", "CN")
    assert "cn.licence.telecom" in ids(SHANGHAI, "CN", "CN")


def test_rules_of_a_region_reach_numbers_that_may_lie_there():
    florida = Recipient("US", ("US-FL",), ("America/New_York", "America/Chicago"))
    somewhere = Recipient("US", (), ("America/New_York",))
    assert "us.fl.quiet" in ids(florida, "US", "US")
    assert "us.fl.quiet" not in ids(NEW_YORK, "US", "US")
    assert {"us.fl.quiet", "us.tx.quiet", "us.va.optout"} <= ids(somewhere, "US", "US")


@pytest.mark.parametrize(
    ("at", "old", "new"),
    [
        ("2026-04-30T23:59:59.999+08:00", True, False),
        ("2026-05-01T00:00:00+08:00", False, True),
        ("2015-06-29T23:59:59+08:00", False, False),
        ("2015-06-30T00:00:00+08:00", True, False),
    ],
)
def test_old_and_new_law_change_over_at_local_midnight(at: str, old: bool, new: bool):
    found = ids(SHANGHAI, "CN", "CN", at)
    assert ("cn.consent.commercial_2015" in found, "cn.consent.commercial" in found) == (old, new)


def test_a_rule_is_in_force_when_it_is_in_any_zone_the_number_may_be_in():
    both = Recipient("US", (), ("America/New_York", "Pacific/Honolulu"))
    rule = LIBRARY.rules["us.optout.revoke_all"]
    assert rule.first == "2027-01-31"
    assert rule.id not in ids(both, "US", "US", "2027-01-30T23:59:59-05:00")
    assert rule.id in ids(both, "US", "US", "2027-01-31T00:00:00-05:00")
    honolulu = Recipient("US", (), ("Pacific/Honolulu",))
    assert rule.id not in ids(honolulu, "US", "US", "2027-01-31T00:00:00-05:00")
    assert rule.id in ids(honolulu, "US", "US", "2027-01-31T00:00:00-10:00")


def test_a_rule_of_the_operator_goes_by_the_reference_zone_of_its_seat():
    rule = LIBRARY.rules["kr.registration.resender"]
    assert rule.first == "2025-09-19"
    assert rule.id not in ids(NEW_YORK, "KR", "US", "2025-09-18T23:59:59+09:00")
    assert rule.id in ids(NEW_YORK, "KR", "US", "2025-09-19T00:00:00+09:00")


@settings(deadline=None)
@given(st.integers(min_value=ms("2014-01-01T00:00:00+00:00"), max_value=ms("2030-01-01T00:00:00+00:00")))
def test_a_selection_says_until_when_it_holds(now: int):
    selection = LIBRARY.select(SHANGHAI, "CN", "CN", now)
    assert selection.since <= now < selection.until
    assert LIBRARY.select(SHANGHAI, "CN", "CN", selection.since) is selection
    assert LIBRARY.select(SHANGHAI, "CN", "CN", selection.until - 1) is selection
    following = LIBRARY.select(SHANGHAI, "CN", "CN", selection.until)
    assert (following is selection) == (selection.until == FOREVER_MS)


def test_the_next_change_of_the_law_is_the_end_of_a_selection():
    selection = LIBRARY.select(SHANGHAI, "CN", "CN", ms("2026-04-01T00:00:00+08:00"))
    assert selection.until == ms("2026-05-01T00:00:00+08:00")


# ------------------------------------------------------------------ narrow


@pytest.mark.parametrize(
    ("test", "facts", "answer"),
    [
        (Test(("sender.type",), "in", ("alphanumeric",)), {"sender.type": "alphanumeric"}, True),
        (Test(("sender.type",), "in", ("alphanumeric",)), {"sender.type": "numeric"}, False),
        (Test(("sender.type",), "in", ("alphanumeric",)), {}, False),
        (Test(("sender.type",), "in", ("alphanumeric",)), {"sender.type": UNKNOWN}, True),
        (Test(("recipient.kind",), "not_in", ("corporate",)), {"recipient.kind": "corporate"}, False),
        (Test(("recipient.kind",), "not_in", ("corporate",)), {"recipient.kind": "individual"}, True),
        (Test(("message.subcategory",), "not_in", ("transaction",)), {}, True),
        (Test(("message.subcategory",), "in", ("transaction",)), {}, True),
        (Test(("basis.kind",), "in", ("consent",)), {}, True),
        (Test(("basis.kind",), "in", ("consent",)), {"basis.kind": "contract"}, False),
        (Test(("consent.status",), "not_in", ("active",)), {}, True),
        (Test(("consent.status",), "in", ("active",)), {}, False),
        (Test(("account.is_reseller",), "in", (True,)), {"account.is_reseller": True}, True),
        (Test(("account.is_reseller",), "in", (True,)), {"account.is_reseller": False}, False),
        (Test(("text.links", "text.phones"), "nonempty"), {"text.links": (), "text.phones": ("1",)}, True),
        (Test(("text.links", "text.phones"), "nonempty"), {"text.links": (), "text.phones": ()}, False),
        (Test(("text.links", "text.phones"), "nonempty"), {"text.links": UNKNOWN}, True),
    ],
)
def test_a_test_holds_or_cannot_be_answered(test: Test, facts: dict[str, object], answer: bool):
    assert holds(test, knowing(facts)) is answer


def applying(recipient: Recipient, category: Category, facts: dict[str, object], waived: frozenset[str] = frozenset()):
    selection = LIBRARY.select(recipient, recipient.country or "CN", None, ms(TODAY))
    return {rule.id for rule in LIBRARY.applying(selection, category, knowing(facts), waived)}


def test_a_national_rule_replaces_only_what_it_names():
    found = applying(PARIS, Category.MARKETING, {})
    assert "fr.consent.marketing" in found
    assert "eu.consent.marketing" not in found
    assert {"eu.identity.sender", "fr.optout.stop"} <= found


def test_a_rule_that_does_not_apply_or_is_waived_replaces_nothing():
    rules = [LIBRARY.rules["eu.consent.marketing"], LIBRARY.rules["fr.consent.marketing"]]
    assert [rule.id for rule in narrow(rules, knowing({}))] == ["fr.consent.marketing"]
    kept = narrow(rules, knowing({}), waived=frozenset({"fr.consent.marketing"}))
    assert [rule.id for rule in kept] == ["eu.consent.marketing"]


@pytest.mark.parametrize(
    ("recipient", "category", "facts", "filled_in"),
    [
        (Recipient("GB", (), ("Europe/London",)), Category.VERIFICATION, {}, "zz.consent.basis"),
        (
            Recipient("GB", (), ("Europe/London",)),
            Category.MARKETING,
            {"recipient.kind": "corporate"},
            "zz.consent.marketing",
        ),
        (Recipient("GB", (), ("Europe/London",)), Category.MARKETING, {"recipient.kind": "individual"}, None),
        (SHANGHAI, Category.VERIFICATION, {}, None),
        (SHANGHAI, Category.EMERGENCY, {}, "zz.consent.basis"),
    ],
)
def test_every_message_rests_on_a_consent_rule(
    recipient: Recipient, category: Category, facts: dict[str, object], filled_in: str | None
):
    found = {name for name in applying(recipient, category, facts) if LIBRARY.rules[name].kind is Kind.CONSENT}
    assert {name for name in found if name.startswith("zz.")} == ({filled_in} if filled_in else set())


def test_private_messages_have_the_rules_that_name_them_and_rest_on_nothing():
    selection = LIBRARY.select(SHANGHAI, "CN", "CN", ms(TODAY))
    found = LIBRARY.applying(selection, Category.P2P, knowing({}))
    assert [rule.id for rule in found] == ["cn.content.secrecy"]
