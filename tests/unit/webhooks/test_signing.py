"""Signatures as Standard Webhooks writes them; two keys sign while one takes the other's place."""

from kanhe.kit.rng import SeededRng
from kanhe.webhooks.signing import OVERLAP_MS, changed, in_force, make_secret, sign

# The example of the specification (spec/standard-webhooks.md, "Signature scheme", and its reference libraries' tests).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
IDENTIFIER, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_specifications_example_is_signed_as_there() -> None:
    assert sign([SECRET], IDENTIFIER, TIMESTAMP, BODY) == SIGNATURE


def test_a_changed_key_signs_beside_the_old_one_for_a_day() -> None:
    old, new = make_secret(SeededRng(1)), make_secret(SeededRng(2))
    kept = changed(old, new, now=1_000)
    assert in_force(kept, 1_000 + OVERLAP_MS - 1) == [new, old]
    assert in_force(kept, 1_000 + OVERLAP_MS) == [new]
    assert in_force(old, 1_000) == [old]
    assert sign([new, old], "a", 1, b"x").split() == [sign([new], "a", 1, b"x"), sign([old], "a", 1, b"x")]
