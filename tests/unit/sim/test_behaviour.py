"""Settings, chances and magic numbers give each submission its fate."""

import msgspec
import pytest

from kanhe.kit.rng import SeededRng
from kanhe.protocols.states import CarrierState
from kanhe.sim.behaviour import CHANCES, Answer, Behaviour, BehaviourError, Fate, Fates, changed
from kanhe.sim.magic import FATES, MAGIC

PLAIN = "447700900100"


def fates(seed=1, **changes):
    return Fates(changed(Behaviour(), changes), FATES, SeededRng(seed))


def test_an_ordinary_number_gets_the_settings_and_a_magic_one_its_own_fate_on_top_of_them():
    found = fates(answer_s=0.5, receipt_s=1.0, receipt_state="expired", hex_ids=True)
    assert found.of(PLAIN) == Fate(answer_s=0.5, receipt_s=1.0, state=CarrierState.EXPIRED, hex_ids=True)
    magic = found.of("447700900002")
    assert (magic.state, magic.error, magic.hex_ids) == (CarrierState.UNDELIVERABLE, "027", True)
    assert fates(magic=False).of("447700900009").answer is Answer.TAKE


def test_every_magic_number_is_a_valid_fate_that_differs_from_all_others():
    found = fates()
    made = [found.of(f"4477009{row.digits}") for row in MAGIC]
    for row, fate in zip(MAGIC, made, strict=True):
        assert all(getattr(fate, name) == value for name, value in row.fate.items())
        assert msgspec.json.decode(msgspec.json.encode(fate), type=Fate) == fate
    assert len(set(map(repr, made[1:]))) == len(MAGIC) - 1
    assert found.of("4477009000100") == found.of(PLAIN), "only the last four digits count"


@pytest.mark.parametrize(("name", "row"), CHANCES)
def test_a_chance_comes_as_often_as_it_says(name, row):
    drawn = fates(**{name: 25.0})
    usual = fates().of(PLAIN)
    hits = [fate for fate in (drawn.of(PLAIN) for _ in range(4_000)) if fate != usual]
    assert 850 < len(hits) < 1_150
    assert all(getattr(fate, key) == value for fate in hits for key, value in row.items())


def test_one_seed_gives_one_history_and_certain_things_are_certain():
    mixed = {"twice_percent": 30.0, "early_percent": 30.0, "throttle_percent": 10.0}
    first, again, other = fates(7, **mixed), fates(7, **mixed), fates(8, **mixed)
    history = [first.of(PLAIN) for _ in range(200)]
    assert history == [again.of(PLAIN) for _ in range(200)]
    assert history != [other.of(PLAIN) for _ in range(200)]
    assert fates(reject_percent=100.0, silence_percent=100.0).of(PLAIN).answer is Answer.REJECT
    assert fates(late_percent=100.0, late_s=9.0).of(PLAIN).answer_s == 9.0
    assert fates(reply_percent=100.0, reply_text="TD").of(PLAIN).inbound == "TD"


def test_settings_come_as_text_too_and_mistakes_are_named():
    behaviour = changed(Behaviour(), {"receipt_s": "1.5", "drop_every": "100", "shuffle": "true"})
    assert (behaviour.receipt_s, behaviour.drop_every, behaviour.shuffle) == (1.5, 100, True)
    for wrong in ({"twice_percent": 101}, {"no_such": 1}, {"window": 0}, {"answer_s": -1}, {"receipt_state": "lost"}):
        with pytest.raises(BehaviourError, match=next(iter(wrong))):
            changed(Behaviour(), wrong)
