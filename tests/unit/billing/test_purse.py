"""Money: what is set aside, spent and given back adds up, and a batch that failed leaves no trace."""

from hypothesis import given
from hypothesis import strategies as st

from kanhe.billing.purse import Moves, Purse

ACCOUNT = 1


def test_a_prepaid_account_cannot_reserve_what_it_does_not_have() -> None:
    purse = Purse([(ACCOUNT, 100, 0)])
    moves = Moves()
    assert purse.reserve(moves, ACCOUNT, 60, prepaid=True)
    assert not purse.reserve(moves, ACCOUNT, 60, prepaid=True)
    assert purse.reserve(moves, ACCOUNT, 60, prepaid=False), "a postpaid one may owe"


@given(st.lists(st.tuples(st.sampled_from(["reserve", "capture", "release"]), st.integers(0, 1_000)), max_size=30))
def test_postings_say_what_moved_and_undo_takes_it_back(steps: list[tuple[str, int]]) -> None:
    purse = Purse([(ACCOUNT, 10_000, 0)])
    moves = Moves()
    for what, amount in steps:
        if what == "reserve":
            purse.reserve(moves, ACCOUNT, amount, prepaid=False)
        elif what == "capture":
            purse.capture(moves, ACCOUNT, amount)
        else:
            purse.release(moves, ACCOUNT, amount)
    money = purse.balance(ACCOUNT)
    for posting in moves.postings():
        assert money.balance == 10_000 - posting.captured
        assert money.reserved == posting.reserved - posting.captured - posting.released
    purse.undo(moves)
    assert (money.balance, money.reserved) == (10_000, 0)
    assert moves.postings() == []
