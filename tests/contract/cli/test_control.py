"""The operator's socket: an order that breaks us is answered and noted, and the next one is carried out."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from kanhe.doors.control import ControlDoor, OrderRefusedError, ask
from kanhe.kit.faults import Faults


async def breaks(said: Mapping[str, object]) -> object:
    raise LookupError(str(said["do"]))


async def holds(said: Mapping[str, object]) -> object:
    return {"heard": said["word"]}


async def test_an_order_that_breaks_us_is_answered_and_noted(tmp_path: Path) -> None:
    path, faults = tmp_path / "control.sock", Faults()
    door = ControlDoor(path, {"breaks": breaks, "holds": holds}, faults)
    await door.start()
    with pytest.raises(OrderRefusedError, match="a fault of ours"):
        await ask(path, {"do": "breaks"})
    assert faults.counts == {"order": 1}
    assert await ask(path, {"do": "holds", "word": "yes"}) == {"heard": "yes"}
    await door.stop()
