"""Models on disk: kept, compared, promoted only if nothing gets worse, rolled back."""

import json
from pathlib import Path

import pytest

from kanhe.moderation import evaluate, learning, policy, versions
from kanhe.moderation.learning import Approved
from kanhe.moderation.model import ModelFile, ModelFileError, ScriptFile, load_model, ready, to_bytes
from kanhe.moderation.policy import Policy
from kanhe.moderation.templates import Template
from kanhe.moderation.train import Row


def small(version: str, ngram: str, weight: float) -> ModelFile:
    """A model that reviews Latin texts holding one n-gram."""
    return ModelFile(version, {"latin": ScriptFile((ngram,), (weight,), -4.0, 1.0, 0.0, 0.5, 0.99)})


@pytest.fixture
def rows(tmp_path: Path) -> list[Row]:
    path = tmp_path / "rows.jsonl"
    texts = [("grab the zorb", "spam", "zorb"), ("zorbs are here", "spam", "zorb"), ("see you soon", "ham", "")]
    path.write_text(
        "".join(json.dumps({"text": t, "label": label, "category": c, "lang": "en"}) + "\n" for t, label, c in texts)
    )
    return evaluate.read_rows([path])


def in_force(folder: Path) -> Policy:
    return policy.load(model=versions.model_of(folder, versions.in_force(folder)))


def test_a_model_is_promoted_and_rolled_back(tmp_path: Path, rows: list[Row]) -> None:
    folder = tmp_path / "models"
    for version in ("one", "two"):
        versions.keep(folder, small(version, "zorb", 8.0))
        assert learning.promote(rows, in_force(folder), folder, version)["promoted"] is True
    assert versions.in_force(folder) == "two"
    assert learning.rollback(folder) == {"in_force": "one"}
    assert learning.rollback(folder) == {"in_force": "seed"}
    with pytest.raises(versions.VersionError, match="nothing to roll back"):
        learning.rollback(folder)


def test_a_model_that_loses_recall_is_refused_and_the_old_one_stays(tmp_path: Path, rows: list[Row]) -> None:
    folder = tmp_path / "models"
    versions.keep(folder, small("good", "zorb", 8.0))
    versions.keep(folder, small("blind", "zorb", -8.0))
    learning.promote(rows, in_force(folder), folder, "good")
    answer = learning.promote(rows, in_force(folder), folder, "blind")
    assert answer["promoted"] is False
    assert answer["because"] == ["recall of `zorb` falls from 1.0 to 0.0"]
    assert versions.in_force(folder) == "good"
    compared = learning.compare(rows, in_force(folder), folder, "blind")
    assert [change["to"] for change in compared["changed"]] == ["pass", "pass"]


def _approved(*templates: Template) -> list[Approved]:
    return [Approved(template.id, "", template) for template in templates]


def test_a_policy_that_would_block_an_approved_template_is_refused(shipped: Policy) -> None:
    template = Template("t1", "专业搬家，加微信{handle}", {"handle": "text"})
    fine = Template("t2", "【某店】您的验证码是{code}", {"code": "code"})
    forbidden = Template("t3", "老虎机注册送彩金，加微信ab12345")
    assert learning.refusals_of(shipped, shipped, [Row("x", "ham")], _approved(template, fine)) == []
    assert learning.refusals_of(shipped, shipped, [Row("x", "ham")], _approved(forbidden)) == [
        "approved template `t3` would be blocked"
    ]


def test_an_unknown_version_or_a_path_is_no_version(tmp_path: Path) -> None:
    for name in ("nothing", "../seed", ""):
        with pytest.raises(versions.VersionError):
            versions.model_of(tmp_path, name)


def test_a_model_file_round_trips_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    file = small("one", "zorb", 8.0)
    path = versions.keep(tmp_path, file)
    assert load_model(path).scripts["latin"].file == file.scripts["latin"]
    assert path.read_bytes() == to_bytes(file)
    for broken in (b"", b"junk", path.read_bytes()[:40]):
        path.write_bytes(broken)
        with pytest.raises(ModelFileError):
            load_model(path)
    with pytest.raises(ModelFileError, match="do not match"):
        ready(ModelFile("x", {"latin": ScriptFile(("a",), (), 0, 0, 0, 0, 0)}))


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a", "label": "ham"}\n{"text": 1}\n')
    with pytest.raises(evaluate.RowFileError, match=r"rows\.jsonl, line 2"):
        evaluate.read_rows([path])
