"""The duty calendar of a running platform: events become dated tasks, late ones are named, done ones say by whom."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.contract.law.platform_of_law import risen
from typer.testing import CliRunner

from kanhe.app.folder import CONTROL
from kanhe.cli.main import app
from kanhe.doors.control import OrderRefusedError, ask

HOUR_MS = 3_600_000


@pytest.mark.timeout(60)
async def test_an_event_becomes_dated_tasks_and_a_late_one_is_named_until_it_is_done(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        platform = await risen(stack, tmp_path / "data")
        socket, now = platform.data / CONTROL, platform.clock.now_ms()
        event = {"kind": "breach", "country": "CN", "at": now - 5 * HOUR_MS, "note": "backup tape lost"}
        opened = await ask(socket, {"do": "duties", "open": event})
        due = {task["rule"]: (task["work"], task["due"] - event["at"]) for task in opened["duties"]}
        assert due["cn.breach.incident_report"] == ("notify_authority", 4 * HOUR_MS)
        assert len({task["about"] for task in opened["duties"]}) == 1
        late = [task for task in opened["duties"] if task["due"] <= now]
        complaints = platform.health()["complaints"]
        assert all(any(str(task["id"]) in said and "overdue" in said for said in complaints) for task in late)
        for task in late:
            await ask(socket, {"do": "duties", "done": task["id"], "by": "Li Na", "note": "reported, number 7"})
        assert not any("overdue" in said for said in platform.health()["complaints"])
        with pytest.raises(OrderRefusedError, match="no open duty"):
            await ask(socket, {"do": "duties", "done": late[0]["id"], "by": "Li Na", "note": "again"})
        with pytest.raises(OrderRefusedError, match="asks for a date"):
            await ask(socket, {"do": "duties", "open": {"kind": "dsr", "country": "CN", "right": "dance"}})
        everything = (await ask(socket, {"do": "duties", "all": True}))["duties"]
        assert {task["id"]: task["done_by"] for task in everything} == {
            task["id"]: "Li Na" if task in late else "" for task in opened["duties"]
        }


def test_how_long_records_are_kept_is_told_by_rule() -> None:
    told = CliRunner().invoke(app, ["law", "duties", "keep", "CN"])
    assert told.exit_code == 0
    assert "cn.retention." in told.output
    wrong = CliRunner().invoke(app, ["law", "duties", "open", "birthday", "--country", "CN"])
    assert wrong.exit_code == 2
