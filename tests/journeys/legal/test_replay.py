"""`kanhe law replay`: a draft pack over what was really sent, read from the store's file."""

import asyncio
import json
from pathlib import Path

from typer.testing import CliRunner

from kanhe.cli.main import app
from kanhe.domain.category import Category
from kanhe.domain.state import State
from kanhe.law.load import PACKS_FOLDER
from kanhe.records.filing import written
from kanhe.sim.papers import ACCOUNT, CHINA_OFFERS
from tests.journeys.stage import Stage, play

PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"
OFFER = "【示例商城】会员日全场八折，客服4000000000，拒收请回复R"
AGREED, REFUSED, STRANGER = 8613800138300, 8613800138302, 8613800138304


async def evening(stage: Stage) -> None:
    """At half past eight: two offers that go, one that is refused, a notice; then somebody refuses."""
    for number in (AGREED, REFUSED):
        await stage.consent(number)
        offer = await stage.send(number, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        await stage.until(offer, State.DELIVERED)
    await stage.send(STRANGER, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
    await stage.until(await stage.send(AGREED, PARCEL), State.DELIVERED)
    stage.carrier.inject(str(REFUSED), "10690000002", "TD")
    await asyncio.sleep(10)


def draft(folder: Path) -> Path:
    """The pack of China with offers until eight."""
    text = (PACKS_FOLDER / "cn.yaml").read_text("utf-8")
    start = text.index("id: cn.quiet.marketing")
    later = text[start:].replace("22:00", "20:00", 1)
    path = folder / "draft.yaml"
    path.write_text(text[:start] + later, "utf-8")
    return path


def test_a_draft_shows_whose_verdict_would_change_and_by_which_rule(tmp_path: Path) -> None:
    data = tmp_path / "data"
    play(evening, data, start="2026-11-24T20:30:00+08:00")
    ask = ["law", "replay", "--data", str(data), "--json", "--pack"]
    told = CliRunner().invoke(app, [*ask, str(draft(tmp_path)), "--since", "2026-11-24"])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["messages"] == 5  # the confirmation of the refusal is one
    assert answer["by_rule"] == {"cn.quiet.marketing": 2}
    assert answer["by_outcome"] == {"allow -> defer": 2}
    same = CliRunner().invoke(app, [*ask, str(PACKS_FOLDER / "cn.yaml"), "--since", "2026-11-24"])
    assert json.loads(same.stdout)["changed"] == 0
    later = CliRunner().invoke(app, [*ask, str(PACKS_FOLDER / "cn.yaml"), "--since", "2026-11-25T00:00:00+08:00"])
    assert json.loads(later.stdout)["messages"] == 0


def test_each_message_is_judged_by_the_papers_that_stood_when_it_came(tmp_path: Path) -> None:
    data = tmp_path / "data"

    async def story(stage: Stage) -> None:
        await evening(stage)
        sender = stage.platform.world.books.find("sender", f"{ACCOUNT}/{CHINA_OFFERS}")
        assert sender is not None
        await stage.platform.file([("sender", {**written(sender), "status": "suspended"})])
        late = await stage.send(AGREED, OFFER, Category.MARKETING, sender=CHINA_OFFERS)
        assert late.state is State.REFUSED

    play(story, data, start="2026-11-24T20:30:00+08:00")
    ask = ["law", "replay", "--data", str(data), "--pack", str(draft(tmp_path)), "--since", "2026-11-24"]
    answer = json.loads(CliRunner().invoke(app, [*ask, "--json"]).stdout)
    assert answer["messages"] == 6
    assert answer["by_outcome"] == {"allow -> defer": 2}, "a sender of today lets nothing through; then it did"
    assert any("registers" in each for each in answer["of_today"])
    assert "as of today:" in CliRunner().invoke(app, ask).stdout


def test_what_cannot_be_replayed_is_answered(tmp_path: Path) -> None:
    pack = PACKS_FOLDER / "cn.yaml"
    (tmp_path / "kanhe.db").touch()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(pack.read_text("utf-8").replace("kind: licence", "kind: lizenz", 1), "utf-8")
    for arguments, said in (
        (["--pack", str(pack), "--since", "gestern", "--data", str(tmp_path)], "`gestern` is no date"),
        (["--pack", str(tmp_path / "none.yaml"), "--since", "2026-11-24", "--data", str(tmp_path)], "there is no file"),
        (["--pack", str(wrong), "--since", "2026-11-24", "--data", str(tmp_path)], "lizenz"),
        (["--pack", str(pack), "--since", "2026-11-24", "--data", str(tmp_path / "nowhere")], "there is no file"),
    ):
        told = CliRunner().invoke(app, ["law", "replay", *arguments, "--json"])
        assert told.exit_code == 2
        assert said in json.loads(told.stdout)["error"]
