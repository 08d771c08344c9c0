"""Grounds: what is on file of one recipient in the place of a consent, and until when it holds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kanhe.domain.facts import Consent, Facts
from kanhe.domain.verdict import Outcome, Verdict
from kanhe.gate.casefacts import NUMBER, build, instant
from kanhe.gate.casefile import load_cases, merged
from kanhe.gate.gate import Gate
from kanhe.kit.clock import DAY_MS
from kanhe.law.grounds import of_one_recipient, the_grounds
from kanhe.law.kinds import Consent as ConsentRule
from kanhe.law.kinds import QuietHours
from kanhe.law.library import Library
from kanhe.law.words import vocabulary

MINUTE_MS = 60_000
# Exceptions that are so of a sender, a template or a text: papers prove them.
OF_PAPERS = frozenset(
    {"designated_government", "designated_charity", "designated_factual", "emergency_purposes"}
    | {"exempt_package_financial_healthcare"}
)
FOLDER = Path(__file__).parents[1] / "law" / "cases"
BY_ID = {case["id"]: case for path in sorted(FOLDER.glob("??.yaml")) for case in load_cases(path)}
GB, CA, KR, SG, NIGHT = "GB11", "CA04", "KR04", "SG06", "KR12"


def judged(gate: Gate, name: str, *records: Consent, changes: Mapping[str, Any] | None = None) -> tuple[Verdict, Facts]:
    """A worked case without consent and proofs, with these records of its recipient on file."""
    case = BY_ID[name]
    now = instant(case["now"])
    facts = merged(case["facts"], {"consent": None, "proofs": [], **(changes or {})})
    message, told = build(facts, now)
    told = msgspec.structs.replace(told, consents={(message.account, NUMBER): records})
    return gate.judge([message], told)[0], told


def ground(name: str, word: str, ago_ms: int, **more: object) -> Consent:
    now = instant(BY_ID[name]["now"])
    made = Consent(9, "active", "e1", frozenset({"marketing"}), "", now - ago_ms, ground=word)
    return msgspec.structs.replace(made, **more)


def codes(verdict: Verdict, rule: str) -> list[str]:
    return [finding.code for finding in verdict.shape.findings if finding.rule == rule]


def test_the_words_are_those_of_the_law(library: Library) -> None:
    proofs = frozenset(vocabulary().allowed("proofs"))
    grounds = the_grounds()
    assert {word for word, one in grounds.grounds.items() if one.kind is None} <= proofs
    assert {one.kind for one in grounds.grounds.values()} - {None} <= set(vocabulary().allowed("recipient_kind"))
    asked = [rule.parameters for rule in library.rules.values()]
    excepted = {word for one in asked if isinstance(one, ConsentRule) for word in one.exceptions}
    lifted = {word for one in asked if isinstance(one, QuietHours) for word in one.lifted_by}
    assert excepted | lifted <= of_one_recipient() | OF_PAPERS
    assert {term for one in grounds.grounds.values() for term in one.needs} == set(grounds.terms)


def test_a_ground_on_file_stands_in_the_place_of_a_consent_and_is_named(gate: Gate) -> None:
    verdict, _ = judged(gate, GB)
    assert (verdict.outcome, codes(verdict, "gb.consent.marketing")) == (Outcome.REFUSE, ["consent-missing"])
    verdict, _ = judged(gate, GB, ground(GB, "soft_opt_in_customer", 900 * DAY_MS))
    assert (verdict.outcome, codes(verdict, "gb.consent.marketing")) == (Outcome.ALLOW, ["ground-on-file"])
    assert 9 in verdict.noted, "the explanation names the record"


@pytest.mark.parametrize(
    "differs",
    [
        {"status": "withdrawn"},
        {"entity": "e2"},
        {"categories": frozenset({"transactional"})},
        {"ground": "business_relationship"},
        {"expires_at": instant(BY_ID[GB]["now"])},
        {"captured_at": instant(BY_ID[GB]["now"])},
    ],
    ids=str,
)
def test_it_carries_only_what_it_is_for(gate: Gate, differs: dict[str, object]) -> None:
    verdict, _ = judged(gate, GB, ground(GB, "soft_opt_in_customer", DAY_MS, **differs))
    assert verdict.outcome is Outcome.REFUSE


def test_no_paper_of_an_account_or_a_sender_proves_it_for_everybody(gate: Gate) -> None:
    case = BY_ID[GB]
    message, facts = build(merged(case["facts"], {"consent": None, "proofs": []}), instant(case["now"]))
    proofs = frozenset({"soft_opt_in_customer"})
    accounts = {i: msgspec.structs.replace(a, proofs=proofs, revision=1) for i, a in facts.accounts.items()}
    senders = {i: msgspec.structs.replace(s, proofs=proofs, revision=1) for i, s in facts.senders.items()}
    told = msgspec.structs.replace(facts, accounts=accounts, senders=senders)
    assert gate.judge([message], told)[0].outcome is Outcome.REFUSE


def test_it_ends_with_the_term_of_the_law_and_the_verdict_with_it(gate: Gate) -> None:
    now = instant(BY_ID[CA]["now"])
    last = instant("2024-11-23T12:00:00-05:00")
    assert now == instant("2026-11-23T12:00:00-05:00"), "24 months to the minute"
    over, _ = judged(gate, CA, ground(CA, "implied_purchase_24_months", now - last))
    assert (over.outcome, codes(over, "ca.consent.cem")) == (Outcome.REFUSE, ["ground-over"])
    still, _ = judged(gate, CA, ground(CA, "implied_purchase_24_months", now - last - MINUTE_MS))
    assert (still.outcome, codes(still, "ca.consent.cem")) == (Outcome.ALLOW, ["ground-on-file"])
    assert still.valid_until <= now + MINUTE_MS, "nothing leaves on it after the last minute"
    korea, _ = judged(gate, KR, ground(KR, "same_kind_goods_within_6_months", 190 * DAY_MS))
    assert codes(korea, "kr.consent.ad") == ["ground-over"]


def test_a_charity_alone_rests_on_its_supporters_and_only_since_the_day_of_the_law(gate: Gate) -> None:
    supporter = ground(GB, "soft_opt_in_charity", DAY_MS)
    assert judged(gate, GB, supporter)[0].outcome is Outcome.REFUSE, "this sender is a company"
    charity = {"sender": {"entity_kind": "charity"}}
    assert judged(gate, GB, supporter, changes=charity)[0].outcome is Outcome.ALLOW
    for day, outcome in (("2026-02-04T23:59:00+00:00", Outcome.REFUSE), ("2026-02-05T00:00:00+00:00", Outcome.ALLOW)):
        early = msgspec.structs.replace(supporter, captured_at=instant(day))
        assert judged(gate, GB, early, changes=charity)[0].outcome is outcome


def test_a_consent_that_does_not_hold_gives_way_to_a_ground_that_does(gate: Gate) -> None:
    consent = Consent(8, "withdrawn", "e1", frozenset({"marketing"}), "written", instant(BY_ID[GB]["now"]) - DAY_MS)
    verdict, _ = judged(gate, GB, consent, ground(GB, "soft_opt_in_customer", DAY_MS))
    assert codes(verdict, "gb.consent.marketing") == ["ground-on-file"]


def test_a_ground_is_no_consent_that_would_end_a_refusal(gate: Gate) -> None:
    refusal = {
        "id": "x1",
        "at": "2026-10-01T10:00:00+01:00",
        "level": "sender",
        "entity": "e1",
        "categories": ["marketing"],
    }
    verdict, _ = judged(gate, GB, ground(GB, "soft_opt_in_customer", DAY_MS), changes={"suppressions": [refusal]})
    assert (verdict.outcome, codes(verdict, "gb.optout.marketing")) == (Outcome.REFUSE, ["refused"])


def test_a_running_relation_goes_before_the_register(gate: Gate) -> None:
    listed = {"dnc": {"sg.dnc": {"listed": True}}}
    assert judged(gate, SG, changes=listed)[0].outcome is Outcome.REFUSE
    verdict, _ = judged(gate, SG, ground(SG, "ongoing_relationship", DAY_MS), changes=listed)
    assert (verdict.outcome, codes(verdict, "sg.consent.dnc")) == (Outcome.ALLOW, ["ground-on-file"])


def test_a_consent_for_the_night_lifts_the_hours_of_its_recipient_alone(gate: Gate) -> None:
    case = BY_ID[NIGHT]
    now = instant(case["now"])
    message, facts = build(merged(case["facts"], {"proofs": []}), now)
    other = msgspec.structs.replace(message, id=2, recipient=NUMBER + 1)
    [consent] = facts.consents[message.account, NUMBER]
    night = ground(NIGHT, "separate_night_consent", DAY_MS)
    told = msgspec.structs.replace(
        facts,
        recipients={NUMBER: facts.recipients[NUMBER], NUMBER + 1: facts.recipients[NUMBER]},
        consents={(message.account, NUMBER): (consent, night), (message.account, NUMBER + 1): (consent,)},
    )
    for batch in ([message, other], [other, message]):
        verdicts = {each.id: verdict for each, verdict in zip(batch, gate.judge(batch, told), strict=True)}
        assert (verdicts[1].outcome, codes(verdicts[1], "kr.quiet.night")) == (
            Outcome.ALLOW,
            ["hours-lifted-by-ground"],
        )
        assert verdicts[2].outcome is Outcome.DEFER
        assert verdicts[2].not_before == instant("2026-11-24T08:00:00+09:00")


def test_what_keeps_a_recipient_waiting_who_agreed_to_the_night_is_the_cap_and_not_the_hours(gate: Gate) -> None:
    """The search for a lawful moment leaves out hours that are lifted, and its result is nobody else's."""
    now = instant(BY_ID[NIGHT]["now"])
    at_ten = now + 60 * MINUTE_MS
    message, facts = build(merged(BY_ID[NIGHT]["facts"], {"proofs": []}), now)
    [consent] = facts.consents[message.account, NUMBER]
    night = ground(NIGHT, "separate_night_consent", DAY_MS)
    told = msgspec.structs.replace(facts, consents={(message.account, NUMBER): (consent, night)})
    (verdict,) = gate.judge([msgspec.structs.replace(message, at=at_ten)], told)
    assert (verdict.outcome, verdict.not_before) == (Outcome.DEFER, at_ten)
    (plain,) = gate.judge([message], msgspec.structs.replace(facts, consents={(message.account, NUMBER): (consent,)}))
    assert plain.not_before == instant("2026-11-24T08:00:00+09:00")


def test_a_corporate_subscriber_is_none_of_those_whom_the_rule_protects(gate: Gate) -> None:
    unknown, _ = judged(gate, GB)
    assert "gb.consent.marketing" in {finding.rule for finding in unknown.shape.findings}, "unknown stays strict"
    company, _ = judged(gate, GB, ground(GB, "corporate_subscriber", DAY_MS, categories=frozenset({"all"})))
    rules = {finding.rule for finding in company.shape.findings}
    assert "gb.consent.marketing" not in rules
    assert (company.outcome, codes(company, "zz.consent.marketing")) == (Outcome.REFUSE, ["consent-missing"])
    foreign, _ = judged(gate, GB, ground(GB, "corporate_subscriber", DAY_MS, entity="e2"))
    assert "gb.consent.marketing" in {finding.rule for finding in foreign.shape.findings}
