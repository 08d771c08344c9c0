"""Ids that never go back, secrets that open only where they belong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.kit.clock import FixedClock
from kanhe.kit.ids import COUNTER_MAX, EPOCH_MS, IdSource, first_of, instant_of
from kanhe.kit.rng import SeededRng
from kanhe.kit.vault import SecretUnreadableError, Vault

NOW = EPOCH_MS + 60_000_000_000


@given(st.lists(st.tuples(st.integers(-5_000, 5_000), st.integers(1, 6_000)), max_size=20))
def test_ids_rise_whatever_the_clock_does(steps: list[tuple[int, int]]) -> None:
    clock = FixedClock(NOW)
    ids, last = IdSource(clock, 3), 0
    for jump, count in steps:
        clock.instant_ms += jump
        taken = ids.take(count)
        assert taken == sorted(set(taken))
        assert taken[0] > last
        last = taken[-1]
    assert last < 1 << 63


def test_an_id_tells_its_millisecond_and_a_range_of_time_is_a_range_of_ids() -> None:
    identifier = IdSource(FixedClock(NOW), 0).next()
    assert instant_of(identifier) == NOW
    assert first_of(NOW) <= identifier < first_of(NOW + 1)


def test_a_restart_goes_on_behind_the_last_id() -> None:
    clock = FixedClock(NOW)
    last = IdSource(clock, 1).take(COUNTER_MAX)[-1]
    assert IdSource(clock, 1, after=last).next() > last


def test_a_sealed_secret_opens_under_its_own_name_and_key_only() -> None:
    vault = Vault(b"k" * 32, SeededRng(1))
    sealed = vault.seal("secret08", "smpp/esme01")
    assert vault.open(sealed, "smpp/esme01") == "secret08"
    for other, name, text in (
        (vault, "smpp/esme02", sealed),
        (Vault(b"x" * 32, SeededRng(1)), "smpp/esme01", sealed),
        (vault, "smpp/esme01", sealed[:-2] + "00"),
        (vault, "smpp/esme01", "no hex"),
    ):
        with pytest.raises(SecretUnreadableError):
            other.open(text, name)


def test_the_same_secret_is_never_sealed_alike() -> None:
    vault = Vault(b"k" * 32, SeededRng(1))
    assert vault.seal("a", "n") != vault.seal("a", "n")
    assert vault.digest("key") == vault.digest("key") != Vault(b"x" * 32, SeededRng(1)).digest("key")
