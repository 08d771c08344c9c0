"""What the filter's fields ask for."""

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kanhe.console.messages import BAD_CHOICE, BAD_NUMBER, BAD_TIME, FILTERS, read_filter
from kanhe.domain.state import State

SHANGHAI = ZoneInfo("Asia/Shanghai")
EMPTY = dict.fromkeys(FILTERS, "")


def test_fields_become_a_filter() -> None:
    fields = {
        "state": "delivered",
        "category": "marketing",
        "account": "7",
        "sender": "示例",
        "to": "+86 138 0013 8000",
    }
    which, wrong = read_filter({**EMPTY, **fields, "since": "2026-07-01T08:00"}, "99", SHANGHAI)
    assert not wrong
    assert (which.state, which.category, which.account, which.sender) == (State.DELIVERED, "marketing", 7, "示例")
    assert (which.number, which.before) == (8613800138000, 99)
    assert which.since == 1_782_864_000_000  # 2026-07-01T00:00:00Z


def test_an_empty_form_asks_for_everything() -> None:
    which, wrong = read_filter(EMPTY, "", SHANGHAI)
    assert not wrong
    assert (which.state, which.account, which.number, which.since, which.before) == (None, None, None, None, None)


def test_what_cannot_be_read_is_named_by_its_field() -> None:
    fields = {**EMPTY, "state": "gone", "to": "12", "until": "tomorrow", "account": "x"}
    assert read_filter(fields, "nonsense", SHANGHAI)[1] == {
        "state": BAD_CHOICE,
        "to": BAD_NUMBER,
        "until": BAD_TIME,
        "account": BAD_CHOICE,
    }


@given(st.fixed_dictionaries({name: st.text(max_size=24) for name in FILTERS}), st.text(max_size=24))
def test_anything_written_is_read_or_named(fields: dict[str, str], before: str) -> None:
    which, wrong = read_filter(fields, before, SHANGHAI)
    assert set(wrong) <= set(FILTERS)
    assert which.number is None or which.number > 0
