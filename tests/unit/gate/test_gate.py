"""The gate as the journey uses it: folding, parking, swapping, proposals, second looks, questions to the books."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kanhe.domain.category import Category
from kanhe.domain.facts import Facts, Sent, TextFacts
from kanhe.domain.message import Message
from kanhe.domain.papers import Route
from kanhe.domain.verdict import Change as Amendment
from kanhe.domain.verdict import Effect, Outcome
from kanhe.gate.casefacts import NUMBER, build, instant
from kanhe.gate.casefile import load_cases, merged
from kanhe.gate.engine import Engine
from kanhe.gate.explain import explain
from kanhe.gate.findings import Mode
from kanhe.gate.gate import Gate
from kanhe.gate.measure import measure
from kanhe.gate.read import PER_MESSAGE, PLACEHOLDER, READERS
from kanhe.gate.replay import replay
from kanhe.gate.scenario import judge_case
from kanhe.gate.stages.exemption import CONDITIONS
from kanhe.gate.stages.platform import OWN
from kanhe.gate.stages.table import STAGES
from kanhe.gate.traffic import batches
from kanhe.law.kinds import Exemption, Kind
from kanhe.law.library import Library
from kanhe.law.reasons import LANGUAGES, reasons
from kanhe.law.rules import Enforce

HERE = Path(__file__).parent
CASES = {
    case["id"]: case for name in ("scenarios.yaml", "scenarios-interplay.yaml") for case in load_cases(HERE / name)
}

Change = Mapping[str, Any]
# The route of X20 without its tighter evening: marketing until 22:00.
UNTIL_TEN = {"route": {"overrides": None}}


@pytest.fixture(scope="session")
def case_of() -> Callable[..., tuple[Message, Facts]]:
    def make(name: str, changes: Change | None = None) -> tuple[Message, Facts]:
        case = CASES[name]
        return build(merged(case["facts"], changes or {}), instant(case["now"]))

    return make


Case = Callable[..., tuple[Message, Facts]]


def test_caps_see_the_earlier_messages_of_the_same_batch(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D04", {"history": []})
    batch = [
        message,
        msgspec.structs.replace(message, id=2),
        msgspec.structs.replace(message, id=3, recipient=NUMBER + 1),
    ]
    facts = msgspec.structs.replace(facts, recipients={**facts.recipients, NUMBER + 1: facts.recipients[NUMBER]})
    first, second, other = gate.judge(batch, facts)
    assert (first.outcome, second.outcome, other.outcome) == (Outcome.ALLOW, Outcome.DEFER, Outcome.ALLOW)
    assert second.not_before == facts.now + 60_000


def test_a_message_does_not_count_against_itself(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D05")
    mine = [msgspec.structs.replace(sent, message=message.id) for sent in facts.history[NUMBER]]
    (verdict,) = gate.judge([message], msgspec.structs.replace(facts, history={NUMBER: mine}))
    assert verdict.outcome is Outcome.ALLOW


def test_a_second_request_of_a_batch_is_a_repetition(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D07")
    verdicts = gate.judge([message, msgspec.structs.replace(message, id=2)], facts)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.ALLOW, Outcome.REFUSE]


def test_a_request_of_an_earlier_batch_is_on_record_before_the_carrier_has_it(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D07")
    sent = Sent(facts.now - 60_000, Category.CONSENT_REQUEST, message.account, message=7)
    for earlier, outcome in (
        (sent, Outcome.REFUSE),
        (msgspec.structs.replace(sent, message=message.id), Outcome.ALLOW),
        (msgspec.structs.replace(sent, account=message.account + 1), Outcome.ALLOW),
        (msgspec.structs.replace(sent, category=Category.TRANSACTIONAL), Outcome.ALLOW),
    ):
        (verdict,) = gate.judge([message], msgspec.structs.replace(facts, history={NUMBER: [earlier]}))
        assert verdict.outcome is outcome, earlier


def test_an_agreed_frequency_counts_what_was_sent_in_the_period(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("X43", {"consent": {"sent_in_period": 0}})
    assert gate.wants([message], facts).history == {NUMBER}
    entity = facts.senders[message.account, message.sender].entity
    for hours, outcome in ((1, Outcome.DEFER), (48, Outcome.ALLOW)):
        at = facts.now - hours * 3_600_000
        sends = [Sent(at, Category.MARKETING, message.account, entity, message=earlier) for earlier in (7, 8)]
        (verdict,) = gate.judge([message], msgspec.structs.replace(facts, history={NUMBER: sends}))
        assert verdict.outcome is outcome, hours


def test_what_a_batch_puts_off_to_another_period_uses_up_nothing_of_this_one(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("X43", {"consent": {"frequency": {"max": 2, "per": "day"}, "sent_in_period": 0}})
    entity = facts.senders[message.account, message.sender].entity
    sent = Sent(facts.now - 3_600_000, Category.MARKETING, message.account, entity, message=7)
    later = msgspec.structs.replace(message, id=message.id + 1, at=facts.now + 48 * 3_600_000)
    books = msgspec.structs.replace(facts, history={NUMBER: [sent]})
    for batch, outcome in (
        ([later, message], Outcome.ALLOW),
        ([msgspec.structs.replace(later, at=None), message], Outcome.DEFER),
    ):
        verdicts = gate.judge(batch, books)
        assert verdicts[-1].outcome is outcome


def test_a_sitting_goes_on_where_it_stopped(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D07")
    batch = [message, msgspec.structs.replace(message, id=2)]
    desk = gate.sitting(batch, facts)
    assert [desk.verdict(one) for one in batch] == gate.judge(batch, facts)


def test_a_sitting_keeps_to_the_papers_it_began_with_and_the_next_one_sees_what_is_gone(
    gate: Gate, case_of: Case
) -> None:
    message, facts = case_of("X01")
    senders = dict(facts.senders)
    facts = msgspec.structs.replace(facts, senders=senders)
    desk = gate.sitting([message, message], facts)
    first = desk.verdict(message)
    senders.clear()
    assert desk.verdict(message) == first
    (later,) = gate.judge([message], facts)
    assert [finding.code for finding in later.shape.findings] == ["sender-unknown"]


def test_what_is_known_of_one_message_alone_is_no_others(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("X01")
    other = msgspec.structs.replace(message, id=message.id + 1)
    plain = [verdict.category for verdict in gate.judge([message, other], facts)]
    told = msgspec.structs.replace(facts, categories={other.id: Category.TWO_WAY})
    assert plain[0] is not Category.TWO_WAY
    assert [verdict.category for verdict in gate.judge([message, other], told)] == [plain[0], Category.TWO_WAY]


def test_a_stage_that_breaks_parks_its_message_and_no_other(library: Library, case_of: Case) -> None:
    heard: list[tuple[str, str]] = []
    gate = Gate(library, on_failure=lambda stage, error: heard.append((stage, type(error).__name__)))
    message, facts = case_of("D03")
    broken = msgspec.structs.replace(message, id=2, recipient=NUMBER + 1, text="not described")
    senseless = msgspec.structs.replace(facts.operator, revision=1, licences=(None,))
    facts = msgspec.structs.replace(facts, recipients={**facts.recipients, NUMBER + 1: facts.recipients[NUMBER]})
    good, parked = gate.judge([message, broken], facts)
    assert good.outcome is Outcome.ALLOW
    assert parked.outcome is Outcome.PARK
    assert [finding.code for finding in parked.shape.findings] == ["stage-failed"]
    (all_parked,) = gate.judge([message], msgspec.structs.replace(facts, operator=senseless))
    assert all_parked.outcome is Outcome.PARK
    assert heard == [("gate", "KeyError"), ("licence", "AttributeError")]
    assert gate.explain(parked, broken).findings[0].decided


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("accounts", "account-unknown"),
        ("senders", "sender-unknown"),
        ("templates", "template-unknown"),
        ("routes", "no-route"),
    ],
)
def test_what_is_not_there_is_refused_with_its_own_reason(gate: Gate, case_of: Case, missing: str, code: str) -> None:
    message, facts = case_of("D03")
    (verdict,) = gate.judge([message], msgspec.structs.replace(facts, **{missing: {}}))
    assert verdict.outcome is Outcome.REFUSE
    assert code in {finding.code for finding in verdict.shape.findings}


def test_a_test_key_takes_simulated_routes_only(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D03")
    message = msgspec.structs.replace(message, live=False)
    (refused,) = gate.judge([message], facts)
    assert "no-route" in {finding.code for finding in refused.shape.findings}
    routes = {way: [*found, Route(1, "sim", "k", "c1", simulated=True)] for way, found in facts.routes.items()}
    (verdict,) = gate.judge([message], msgspec.structs.replace(facts, routes=routes))
    assert (verdict.outcome, verdict.route) == (Outcome.ALLOW, "sim")


def test_a_block_of_the_platform_stands_where_no_rule_speaks_of_refusals(gate: Gate, case_of: Case) -> None:
    block = {"id": "x", "at": "2026-10-01T09:00:00+00:00", "level": "platform", "entity": None, "account": None}
    message, facts = case_of(
        "D17", {"suppressions": [{**block, "categories": ["all"], "program": None, "clarity": "clear"}]}
    )
    (verdict,) = gate.judge([message], facts)
    assert verdict.outcome is Outcome.REFUSE
    assert "number-blocked" in {finding.code for finding in verdict.shape.findings}


def test_what_the_content_engine_suggests_is_followed(gate: Gate, case_of: Case) -> None:
    def outcome(name: str, suggestion: str) -> Outcome:
        message, facts = case_of(name)
        texts = {text: msgspec.structs.replace(seen, suggestion=suggestion) for text, seen in facts.texts.items()}
        (verdict,) = gate.judge([message], msgspec.structs.replace(facts, texts=texts))
        return verdict.outcome

    assert outcome("D03", "block") is Outcome.REFUSE
    assert outcome("D03", "review") is Outcome.HOLD
    assert outcome("D08", "review") is Outcome.ALLOW  # Telecommunications Regulations of China, art. 65


def test_a_schedule_of_the_caller_waits_for_a_lawful_hour(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("X20", UNTIL_TEN)
    at = instant("2026-11-24T03:00:00+08:00")
    (verdict,) = gate.judge([msgspec.structs.replace(message, at=at)], facts)
    assert (verdict.outcome, verdict.not_before) == (Outcome.DEFER, instant("2026-11-24T08:00:00+08:00"))
    (soon,) = gate.judge([msgspec.structs.replace(message, at=facts.now + 60_000)], facts)
    assert soon.not_before == facts.now + 60_000
    (late,) = gate.judge([msgspec.structs.replace(message, at=at, expires_at=at + 1)], facts)
    assert late.outcome is Outcome.REFUSE
    assert "validity-over" in {finding.code for finding in late.shape.findings}


def test_a_refusal_carries_the_change_that_would_help(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D23")
    (verdict,) = gate.judge([message], facts)
    assert [(change.kind, change.after) for change in verdict.changes] == [("optout_line", "Abmelden: STOP")]
    assert verdict.text is None
    message, facts = case_of("D30", {"account": {"amendments": []}})
    (verdict,) = gate.judge([message], facts)
    assert verdict.outcome is Outcome.REFUSE
    assert [(change.kind, change.after) for change in verdict.changes] == [("sender", "AD-EXSHOP")]


def test_substitutions_are_made_first_and_an_approved_template_is_left_alone(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D23", {"account": {"amendments": ["optout_line", "substitutions"]}})
    curly = "“Winter” sale… " + "20 % off everything. " * 5
    facts = msgspec.structs.replace(facts, texts={curly: facts.texts[message.text]})
    free = msgspec.structs.replace(message, text=curly, template=None)
    (verdict,) = gate.judge([free], facts)
    assert verdict.outcome is Outcome.AMEND
    assert [change.kind for change in verdict.changes] == ["substitutions", "optout_line"]
    assert (verdict.changes[0].before, verdict.changes[0].after) == ("“ ” …", '" " ...')
    assert verdict.text == '"Winter" sale... ' + "20 % off everything. " * 5 + "Abmelden: STOP"
    codes = [finding.code for finding in verdict.shape.findings]
    assert codes.count("text-substituted") == 1
    assert "text-as-written" not in codes
    (approved,) = gate.judge([msgspec.structs.replace(free, template=message.template)], facts)
    assert [change.kind for change in approved.changes] == ["optout_line"]


EMOJI = "Example: your parcel 📦 is here 👍🏽."


def test_what_a_route_does_not_carry_is_left_out_or_goes_another_way(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D23", {"account": {"amendments": ["optout_line"]}})
    message = msgspec.structs.replace(message, text=EMOJI, template=None)
    [(way, [plain])] = facts.routes.items()
    facts = msgspec.structs.replace(facts, texts={EMOJI: next(iter(facts.texts.values()))})

    def judged(*astral: str) -> Any:
        routes = [msgspec.structs.replace(plain, name=word, astral=word, revision=i) for i, word in enumerate(astral)]
        (verdict,) = gate.judge([message], msgspec.structs.replace(facts, routes={way: routes}))
        return verdict

    assert judged("send").changes[0].kind == "optout_line"
    stripped = judged("strip")
    assert (stripped.outcome, stripped.text) == (Outcome.AMEND, "Example: your parcel  is here . Abmelden: STOP")
    assert stripped.changes[0] == Amendment("substitutions", "", "📦 👍🏽", " ")
    refused = judged("refuse")
    assert refused.outcome is Outcome.REFUSE
    assert [f.code for f in refused.shape.findings if f.effect is Effect.REFUSE] == ["text-beyond-route"]
    other = judged("refuse", "send")
    assert (other.outcome, other.route, other.text) == (Outcome.AMEND, "send", EMOJI + " Abmelden: STOP")


def test_the_content_engine_reads_an_amended_text_again(library: Library, case_of: Case) -> None:
    read: list[str] = []
    message, facts = case_of("X29")

    def describe(text: str, message: Message) -> Any:
        read.append(text)
        return msgspec.structs.replace(facts.texts[message.text], content=frozenset({"gambling"}))

    (verdict,) = Gate(library, describe=describe).judge([message], facts)
    assert read == ["(광고)예시상점 겨울 할인 02-000-0000 무료수신거부 080-000-0000"]
    assert verdict.outcome is Outcome.REFUSE
    assert "content-forbidden" in {finding.code for finding in verdict.shape.findings}


def test_a_verdict_stands_until_time_books_or_packs_say_otherwise(library: Library, case_of: Case) -> None:
    gate = Gate(library)
    message, facts = case_of("X20", UNTIL_TEN)
    (verdict,) = gate.judge([message], facts)
    closes = instant("2026-11-23T22:00:00+08:00")
    assert verdict.valid_until == closes
    assert gate.still_stands(message, verdict, closes - 1, facts.revision)
    assert not gate.still_stands(message, verdict, closes, facts.revision)
    assert not gate.still_stands(message, verdict, facts.now, facts.revision + 1)
    pack = library.packs["zz"]
    gate.swap(Gate.ready(Library({**library.packs, "zz": msgspec.structs.replace(pack, digest=b"other")})))
    assert not gate.still_stands(message, verdict, facts.now, facts.revision)
    message, facts = case_of("D13")
    (deferred,) = gate.judge([message], facts)
    assert not gate.still_stands(message, deferred, deferred.not_before or 0, facts.revision)


def test_books_are_asked_only_what_the_rules_can_need(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D17")
    wants = gate.wants([message], facts)
    assert (wants.consents, wants.history, wants.requests, wants.dnc) == (frozenset(),) * 4
    assert wants.suppressions == {NUMBER}
    message, facts = case_of("D26")
    assert gate.wants([message], facts).dnc == {("sg.dnc", NUMBER)}
    message, facts = case_of("D07")
    wants = gate.wants([message], facts)
    assert wants.requests == {(message.account, NUMBER)}
    assert wants.history == {NUMBER}


def test_texts_that_differ_in_their_links_and_numbers_share_a_plan(library: Library, case_of: Case) -> None:
    engine = Engine(library)
    one, two = TextFacts(phones=("1",), labels=("a:b",)), TextFacts(phones=("2",))
    assert engine.reading(one) == engine.reading(two) != engine.reading(TextFacts(links=("a.example",)))
    filed, unfiled = case_of("D24", {"text": {"links": ["www.shop.example"]}}), case_of("D24")
    gate = Gate(library)
    outcomes = [gate.judge([message], facts)[0].outcome for message, facts in (filed, unfiled, filed)]
    assert outcomes == [Outcome.ALLOW, Outcome.REFUSE, Outcome.ALLOW]


def test_a_plan_of_today_does_not_judge_tomorrow(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D03")
    later = msgspec.structs.replace(facts, now=facts.now + 1000)
    outcomes = [gate.judge([message], told)[0].outcome for told in (facts, later, facts)]
    assert outcomes == [Outcome.ALLOW, Outcome.REFUSE, Outcome.ALLOW]


def test_a_draft_pack_shows_what_it_would_change(library: Library, case_of: Case) -> None:
    calmer = tuple(
        msgspec.structs.replace(rule, enforce=Enforce.ADVISE) if rule.kind is Kind.QUIET_HOURS else rule
        for rule in library.packs["za"].rules
    )
    draft = Library(
        {**library.packs, "za": msgspec.structs.replace(library.packs["za"], rules=calmer, digest=b"draft")}
    )
    past = [([message], facts) for message, facts in (case_of("D16"), case_of("D03"))]
    found = replay(past, library, draft)
    assert (found.messages, found.changed) == (2, 1)
    assert found.by_rule == {"za.quiet.marketing": 1}
    assert found.by_outcome == {"defer -> allow": 1}


def test_a_persons_request_waits_for_the_end_of_a_statutory_minimum(library: Library) -> None:
    def judged(request: Change) -> dict[str, Any]:
        facts = {**CASES["D03"]["facts"], "request": request}
        return judge_case({"path": "data_request", "now": "2026-11-23T10:00:00+08:00", "facts": facts}, library)

    assert judged({"right": "access"})["verdict"] == "allow"
    kept = judged({"right": "delete", "items": ["send_time"], "recorded_at": "2026-06-01T00:00:00+08:00"})
    assert (kept["verdict"], kept["decided_by"]) == ("defer", ["cn.retention.sms_records"])
    assert kept["not_before"] == "2026-12-02T00:00:00+08:00"
    assert judged({"right": "vote"})["verdict"] == "refuse"


# ------------------------------------------------------------------ tables


def test_every_fact_a_pack_tests_or_inserts_can_be_read(library: Library) -> None:
    tested = {fact for rule in library.rules.values() for test in rule.when for fact in test.facts}
    inserts = [getattr(rule.parameters, "insert", None) or "" for rule in library.rules.values()]
    assert tested | {name for insert in inserts for name in PLACEHOLDER.findall(insert)} <= {*READERS, *PER_MESSAGE}


def test_every_kind_of_the_message_path_has_its_stage(library: Library) -> None:
    assert {rule.kind for rule in library.rules.values()} - set(STAGES) == {
        Kind.RETENTION,
        Kind.DSR,
        Kind.COMPLAINT,
        Kind.BREACH,
        Kind.CROSS_BORDER,
    }
    conditions = {
        one
        for rule in library.rules.values()
        if isinstance(rule.parameters, Exemption)
        for one in rule.parameters.conditions
    }
    assert set(CONDITIONS) <= conditions | {"no_promotion"}


def test_every_code_has_its_sentences_in_both_languages() -> None:
    known = reasons()
    codes = {code: stage for stage, its in OWN.items() for code in its}
    codes |= {code: kind.value for kind, stage in STAGES.items() for code in stage.codes}
    for code, stage in codes.items():
        for language in LANGUAGES:
            assert known.say(code, stage, language).what, code


def test_a_rule_switched_off_says_what_it_would_do(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D28")
    (verdict,) = gate.judge([message], facts)
    shown = next(one for one in gate.explain(verdict, message).findings if one.rule == "br.consent.marketing")
    assert (shown.mode, shown.effect, shown.would, shown.decided) == (Mode.SWITCHED, "advise", "refuse", False)


def test_an_explanation_says_what_why_and_what_next_with_its_provision(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D09")
    (verdict,) = gate.judge([message], facts)
    first = gate.explain(verdict, message).findings[0]
    assert (first.rule, first.decided, first.code) == ("cn.registration.signature", True, "registration-other-carrier")
    assert first.citation[0].instrument.startswith("工信部")
    for language in LANGUAGES:
        words = first.words[language]
        assert words.title
        assert words.what
        assert words.why
        assert words.next


def test_a_sentence_names_a_record_by_its_number_alone(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D12")
    (verdict,) = gate.judge([message], facts)
    (told,) = (one for one in gate.explain(verdict, message).findings if one.noted == {"suppression": "suppression 3"})
    assert told.words["en"].what == "This person refused such messages (suppression 3)."
    assert told.words["zh"].what == "此人已拒收此类短信（禁发记录 3）。"


def test_instants_are_written_as_the_reader_has_them(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D13")
    (verdict,) = gate.judge([message], facts)
    told = explain(verdict, message, gate.library, when=lambda at: f"<{at}>").findings[0]
    assert told.noted == {"until": f"<{verdict.not_before}>"}
    assert f"<{verdict.not_before}>" in told.words["zh"].what


def test_a_verdict_that_never_ends_can_be_explained(gate: Gate, case_of: Case) -> None:
    message, facts = case_of("D03")
    (verdict,) = gate.judge([message], facts)
    endless = msgspec.structs.replace(verdict, valid_until=(1 << 63) - 1)
    assert gate.explain(endless, message).valid_until == "9999-12-30T00:00:00.000Z"


def test_the_gate_can_be_measured(library: Library) -> None:
    found = measure(library, batches(1))
    assert found["cpu_us_per_message"] > 0
    assert set(found["by_scope_us"]) == {"standing", "text", "message"}
    assert found["verdicts"]["allow"] > 0
