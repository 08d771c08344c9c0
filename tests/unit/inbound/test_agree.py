"""What a request for consent promises: how often, for how long. What cannot be read is no promise."""

import pytest

from kanhe.inbound.agree import frequency_of, term_days_of


@pytest.mark.parametrize(
    ("text", "often", "days"),
    [
        ("每月不超过4条优惠信息，有效期一年，随时可退订。同意请回复Y", (4, "month"), 365),
        ("每周最多2条，有效期6个月", (2, "week"), 180),
        ("每天1条，为期半年", (1, "day"), 182),
        ("优惠信息 3条/月，期限为十二个月", (3, "month"), 360),
        ("Up to 4 msgs/month for 1 year. Reply Y to agree", (4, "month"), 365),
        ("At most 2 offers per week, valid for 6 months", (2, "week"), 180),
        ("3 texts a day for 30 days", (3, "day"), 30),
        ("We would like to send you offers. Reply Y", None, None),
        ("每月都有惊喜", None, None),
        ("0 messages per month", None, None),
    ],
)
def test_the_promise_is_read(text: str, often: tuple[int, str] | None, days: int | None) -> None:
    assert (frequency_of(text), term_days_of(text)) == (often, days)
