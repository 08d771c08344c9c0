"""The packs of this release, as a whole."""

from pathlib import Path

import msgspec
import pytest

from kanhe.domain.category import Category
from kanhe.law.kinds import DUTIES, MESSAGE_PATH, PARAMETERS, Kind
from kanhe.law.lint import lint, rows, show
from kanhe.law.load import PACKS_FOLDER, load_packs, with_draft
from kanhe.law.rules import REACH, REACH_OTHERWISE, Binding
from kanhe.law.source import PackError
from kanhe.law.words import vocabulary

LIBRARY = load_packs()
JURISDICTIONS = {
    *[
        "CN",
        "HK",
        "TW",
        "SG",
        "JP",
        "KR",
        "IN",
        "AU",
        "NZ",
        "US",
        "CA",
        "BR",
        "GB",
        "IE",
        "EU",
        "FR",
        "DE",
        "ES",
        "IT",
        "AE",
        "SA",
        "ZA",
        "NG",
        "ZZ",
    ]
}


def test_every_jurisdiction_has_its_pack_and_no_rule_is_lost():
    assert {pack.iso for pack in LIBRARY.packs.values()} == JURISDICTIONS
    assert len(LIBRARY.rules) == 223
    assert sum(len(pack.rules) for pack in LIBRARY.packs.values()) == 223


def test_the_packs_have_no_mistake_and_use_every_key_of_the_vocabulary():
    assert lint() == ()


def test_types_and_vocabulary_name_the_same_parameters_of_each_kind():
    words = vocabulary()
    for kind, typed in PARAMETERS.items():
        assert {field.encode_name for field in msgspec.structs.fields(typed)} == set(words.parameters[kind])


def test_kinds_bindings_categories_and_reach_are_those_of_the_vocabulary():
    words = vocabulary()
    assert set(words.kinds["message_path"]) == set(MESSAGE_PATH)
    assert set(words.kinds["duty_calendar"]) == set(DUTIES)
    assert set(words.bindings) == set(Binding) == set(words.on_unknown)
    assert set(words.categories) == set(Category)
    reach = {str(kind): set(roles) for kind, roles in REACH.items()} | {"other": set(REACH_OTHERWISE)}
    assert {kind: set(roles) for kind, roles in words.reach_by_kind.items()} == reach


def test_a_default_left_out_and_the_same_default_written_out_are_the_same_pack(tmp_path: Path):
    text = (PACKS_FOLDER / "zz.yaml").read_text(encoding="utf-8")
    longer = text.replace(
        "    proof_required: true\n", "    proof_required: true\n    review_required: false\n    dnc: null\n"
    )
    assert longer != text
    (tmp_path / "zz.yaml").write_text(longer, encoding="utf-8")
    assert load_packs(tmp_path).packs["zz"].digest == LIBRARY.packs["zz"].digest


def test_the_digest_does_not_see_lines_and_sees_every_fact(tmp_path: Path):
    text = (PACKS_FOLDER / "zz.yaml").read_text(encoding="utf-8")
    (tmp_path / "zz.yaml").write_text("# a comment\n\n" + text, encoding="utf-8")
    assert load_packs(tmp_path).packs["zz"].digest == LIBRARY.packs["zz"].digest
    (tmp_path / "zz.yaml").write_text(text.replace("'20:00'", "'20:01'"), encoding="utf-8")
    changed = load_packs(tmp_path)
    assert changed.packs["zz"].digest != LIBRARY.packs["zz"].digest
    assert changed.digest != LIBRARY.digest


def test_a_draft_stands_for_the_pack_of_its_country_and_the_library_in_force_stays_as_it_was(tmp_path: Path):
    before = LIBRARY.digest
    text = (PACKS_FOLDER / "gb.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "draft.yaml"
    draft.write_text(text.replace("max_len: 11", "max_len: 9"), encoding="utf-8")
    drafted = with_draft(LIBRARY, draft)
    assert lint(draft) == ()
    assert drafted.rules["gb.senderid.operator"].parameters.max_len == 9
    assert LIBRARY.rules["gb.senderid.operator"].parameters.max_len == 11
    assert (LIBRARY.digest, drafted.digest == before) == (before, False)


def test_a_bad_draft_is_refused_with_file_line_rule_and_what(tmp_path: Path):
    text = (PACKS_FOLDER / "gb.yaml").read_text(encoding="utf-8")
    draft = tmp_path / "draft.yaml"
    draft.write_text(text.replace("max_len: 11", "max_len: eleven"), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        with_draft(LIBRARY, draft)
    line = text.splitlines().index("    max_len: 11") + 1
    assert lint(draft) == caught.value.mistakes
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        f"draft.yaml:{line}: gb.senderid.operator: parameter `max_len` must be a whole number from 0, got `eleven`"
    ]


def test_every_rule_is_shown_with_sources_and_evidence_in_both_languages():
    for rule in LIBRARY.rules.values():
        english, chinese = show(LIBRARY, rule.id), show(LIBRARY, rule.id, "zh")
        assert english is not None
        assert chinese is not None
        assert english.source
        assert english.citation
        assert english.verified == (english.evidence != "none")
        assert english.title == rule.title
        assert chinese.title != english.title
    assert show(LIBRARY, "xx.no.rule") is None


def test_lists_can_be_narrowed_by_pack_and_kind():
    assert len(rows(LIBRARY)) == 223
    assert {row.id for row in rows(LIBRARY, pack="zz", kind=Kind.CONSENT)} == {
        "zz.consent.marketing",
        "zz.consent.basis",
    }


def test_no_provision_says_that_it_was_not_seen_it_is_left_out():
    cited = [citation for rule in LIBRARY.rules.values() for citation in rule.citation]
    assert [str(each) for each in cited if "seen" in each.provision] == []
    rule = LIBRARY.rules["cn.licence.upstream"]
    assert [str(each) for each in rule.citation] == [
        "通信短信息服务管理规定 (工业和信息化部令第31号), 第六条",
        "通信短信息服务管理规定 (工业和信息化部令第74号)",
    ]


def test_a_chinese_reader_reads_chinese_where_the_pack_has_it():
    shown = show(LIBRARY, "cn.licence.telecom", "zh")
    assert shown is not None
    assert shown.jurisdiction == "中国大陆"
    assert shown.penalty[0].text.startswith("无证或超范围经营")
    assert shown.source[1].title.startswith("工信部明确")
    assert (shown.note or "").startswith("短信平台归入 B25")
    assert shown.gaps[-1].startswith("第74号令是否保留")
    english = show(LIBRARY, "cn.licence.telecom", "en")
    assert english is not None
    assert english.penalty[0].text.startswith("Operating without")
    assert (english.jurisdiction, english.penalty[0].text_zh) == ("China (mainland)", None)


def test_every_penalty_and_jurisdiction_speaks_chinese():
    assert [pack.name for pack in LIBRARY.packs.values() if pack.jurisdiction_zh is None] == []
    assert [key for pack in LIBRARY.packs.values() for key, each in pack.penalties.items() if not each.text_zh] == []
