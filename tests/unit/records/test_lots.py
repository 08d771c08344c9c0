"""Lots of consents: who joins which, how many are drawn, what a decision does."""

from itertools import count

from msgspec import structs

from kanhe.domain.facts import Consent
from kanhe.domain.lot import Joined, Looked, Lot, Sample
from kanhe.kit.rng import SeededRng
from kanhe.records.lots import LATER_ONE_IN, LOTS_OF_ACCOUNT_MAX, SAMPLES_MAX, Lots, Taken, becomes

FORM = Lot(0, 7, "Shop", "shop", "api", 1, "web", "I agree to 4 texts a month")
SHEET = Lot(0, 7, "Shop", "shop", "import", 1, name="june.csv")
GIVEN = Consent(0, "active", "shop", frozenset({"marketing"}), "express", 1)


class Rising:
    def __init__(self) -> None:
        self._next = count(1)

    def take(self, many: int) -> list[int]:
        return [next(self._next) for _ in range(many)]


IDS, CHANCE = Rising(), SeededRng(3)


def hand_in(lots: Lots, form: Lot, many: int, *, looked_at: bool = True) -> Taken:
    taken = lots.take_in(form, [(n, GIVEN) for n in range(many)], IDS, CHANCE, lambda number: looked_at)
    lots.put(taken.lot)
    return taken


def looked(lot: Lot, sample: int, *, good: bool) -> Lot:
    after = becomes(lot, Looked(lot.id, sample, good, 2, "Ann", "seen" if good else "no proof in it"))
    assert after is not None
    return after


def approve(lots: Lots, lot: Lot) -> Lot:
    while lot.samples:
        lot = looked(lot, lot.samples[0].consent, good=True)
        lots.put(lot)
    return lot


def test_a_file_is_a_lot_of_its_own_and_thirteen_of_it_are_looked_at() -> None:
    lots = Lots()
    first, second = hand_in(lots, SHEET, 1_000), hand_in(lots, SHEET, 5)
    assert first.lot.id != second.lot.id
    assert (len(first.lot.samples), len(second.lot.samples)) == (SAMPLES_MAX, 5)
    assert {sample.consent for sample in first.lot.samples} <= {consent.id for _, _, consent in first.rows}
    assert all(consent.lot == first.lot.id for _, _, consent in first.rows)


def test_where_no_law_asks_nobody_looks() -> None:
    taken = hand_in(Lots(), SHEET, 100, looked_at=False)
    assert (taken.lot.review, taken.lot.samples) == ("none", ())


def test_what_comes_one_by_one_joins_its_form_and_is_looked_at_now_and_then() -> None:
    lots = Lots()
    first = hand_in(lots, FORM, 1).lot
    assert (first.review, len(first.samples)) == ("pending", 1)
    assert hand_in(lots, FORM, 1).lot == first, "while the first is pending nothing more is drawn"
    assert approve(lots, first).review == "approved"
    for _ in range(20 * LATER_ONE_IN):
        hand_in(lots, FORM, 1)
    [lot] = lots.by_id.values()
    assert lot.review == "approved", "a look now and then holds nobody up"
    assert 5 <= len(lot.samples) <= 50


def test_one_refused_sample_refuses_the_lot_and_what_comes_later_is_another() -> None:
    lots = Lots()
    lot = hand_in(lots, FORM, 30).lot
    bad = structs.replace(looked(lot, lot.samples[3].consent, good=False), revision=40)
    assert (bad.review, bad.samples, bad.reason) == ("refused", (), "no proof in it")
    lots.put(bad)
    assert lots.newest(7, 39) == 40
    assert lots.newest(7, 40) == 0
    assert lots.newest(8, 0) == 0
    assert hand_in(lots, FORM, 1).lot.id != lot.id


def test_ever_new_wordings_end_in_one_lot() -> None:
    lots = Lots(Lot(n, 7, "Shop", "shop", "api", 1, wording=str(n)) for n in range(1, LOTS_OF_ACCOUNT_MAX + 1))
    one, two = hand_in(lots, FORM, 1).lot, hand_in(lots, SHEET, 1).lot
    assert one.wording is None
    assert hand_in(lots, Lot(0, 7, "Shop", "shop", "api", 1, "web", "Dear Bob"), 1).lot.id == one.id != two.id


def test_what_happens_at_once_counts_in_either_order() -> None:
    lot = Lot(5, 7, "Shop", "shop", "import", 1, review="pending", samples=(Sample(1, 10), Sample(2, 20)))
    one, two = Looked(5, 1, True, 2, "Ann", "seen"), Looked(5, 2, True, 2, "Bo", "seen")
    for first, second in ((one, two), (two, one)):
        after = becomes(becomes(lot, first), second)
        assert after is not None
        assert (after.review, after.samples) == ("approved", ())
    assert becomes(becomes(lot, one), structs.replace(one, good=False, by="Bo")) is None, "the word comes too late"
    bad, joins = Looked(5, 1, False, 2, "Ann", "bought"), Joined(lot, (Sample(3, 30),))
    for order in ((bad, joins), (joins, bad)):
        after = becomes(becomes(lot, order[0]), order[1])
        assert after is not None
        assert (after.review, after.samples) == ("refused", ()), "nothing that comes in revives a refused lot"
