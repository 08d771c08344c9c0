"""Stories of the law itself: packs that change while a message waits, a stage of the gate that breaks."""

import asyncio
from pathlib import Path

from msgspec.structs import replace

from kanhe.app.building import STAGE_TOLD_MS
from kanhe.domain.state import State
from kanhe.doors.http.metrics import Counts, text
from kanhe.gate.gate import Gate
from kanhe.law.kinds import Parameters
from kanhe.law.library import Library
from kanhe.ledger.entry import Kind, decode_entry

from .stage import Stage, play

NUMBER = 8613800138001
PARCEL = "【示例商城】您的包裹已送达驿站，请及时领取。"


def with_parameters(library: Library, name: str, **changed: object) -> Library:
    """A library in which a rule has other parameters; nobody has linted it."""
    rule = library.rules[name]
    pack = library.packs[rule.pack]
    parameters: Parameters = replace(rule.parameters, **changed)
    rules = tuple(replace(each, parameters=parameters) if each is rule else each for each in pack.rules)
    return Library({**library.packs, pack.name: replace(pack, rules=rules, digest=name.encode().ljust(32, b"."))})


def test_a_message_that_waits_for_its_carrier_is_judged_anew_under_other_packs(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        gate = stage.platform.world.gate
        steadiness = stage.platform.world.steadiness
        steadiness._steady.clear()  # as after a jump of the wall clock: nothing leaves until an operator has looked
        answer = await stage.send(NUMBER, PARCEL)
        assert stage.row(answer).state is State.ACCEPTED
        release = gate.library
        gate.swap(Gate.ready(with_parameters(release, "cn.number.resource", numeric="forbidden")))
        steadiness.trust()
        row = await stage.until(answer, State.REFUSED)
        assert {finding.rule for finding in row.verdict.shape.findings if finding.code == "sender-type-forbidden"} == {
            "cn.number.resource"
        }
        entries = [decode_entry(each.octets) for each in stage.platform.store.entries_of(row.message.id)]
        assert [entry.kind for entry in entries] == [Kind.VERDICT, Kind.SECOND_VERDICT]
        assert [entry.packs for entry in entries] == [release.digest, gate.library.digest]

    play(story, tmp_path)


def test_a_stage_that_breaks_parks_its_messages_and_calls_for_a_person(tmp_path: Path) -> None:
    """A pattern that no lint has seen breaks the label stage; with the right one back everything goes by itself."""

    async def story(stage: Stage) -> None:
        platform = stage.platform
        gate, release = platform.world.gate, platform.world.gate.library
        gate.swap(Gate.ready(with_parameters(release, "cn.label.signature", texts=("[",))))
        answer = await stage.send(NUMBER, PARCEL)
        assert answer.state is State.PARKED
        assert [finding.code for finding in answer.verdict.shape.findings] == ["stage-failed"]
        assert any("a fault of ours in `gate/label`" in each for each in platform.health()["complaints"])
        assert b'kanhe_faults_total{where="gate/label"} 1.0' in text(platform.world, Counts())
        await asyncio.sleep(61)
        assert stage.row(answer).state is State.PARKED, "it is judged again every thirty seconds, and breaks again"
        assert platform.world.faults.counts["gate/label"] >= 2
        gate.swap(Gate.ready(release))
        await stage.until(answer, State.DELIVERED)
        assert not list(platform.world.faults.standing(stage.clock.now_ms() + STAGE_TOLD_MS))

    play(story, tmp_path)
