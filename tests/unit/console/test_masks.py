"""Numbers and codes as they stand until somebody asks."""

from hypothesis import given
from hypothesis import strategies as st

from kanhe.console.masks import DOT, masked_number, masked_text


def test_a_number_keeps_its_country_and_its_last_digits() -> None:
    assert masked_number(8613800138000) == "+86138••••8000"
    assert masked_number(33612345678) == "+336••••5678"


@given(st.integers(min_value=10_000_000, max_value=999_999_999_999_999))
def test_four_digits_of_every_number_are_hidden(number: int) -> None:
    masked = masked_number(number)
    assert masked.count(DOT) == 4
    assert len(masked) == len(str(number)) + 1


def test_codes_are_hidden_and_hotlines_are_not() -> None:
    assert masked_text("验证码 482913，五分钟内有效") == "验证码 ••••••，五分钟内有效"
    assert masked_text("code 1234.") == "code ••••."
    assert masked_text("客服4000000000, 3 days") == "客服4000000000, 3 days"


@given(st.text(alphabet="0123456789 a，"))
def test_a_masked_text_is_as_long_and_holds_no_code(text: str) -> None:
    masked = masked_text(text)
    assert len(masked) == len(text)
    assert masked_text(masked) == masked
