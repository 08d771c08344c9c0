"""Every target holds on its seeds, on mutations of them, on any octets; in bounded time and memory."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.run import CLOCK
from tests.fuzz.seeds import OCTETS_MAX, Chance, mutated, seeds
from tests.fuzz.targets import TARGETS

MUTATIONS = 400
# A read of a hundred kilobytes; the machine of a busy day gets ten times what it takes.
SECONDS_MAX = 3.0
# Events of the smallest packets weigh some hundred octets each: what one input may hold at once.
MEMORY_MAX = 64 * 1024 * 1024


@pytest.fixture(params=list(TARGETS))
def name(request):
    return request.param


def test_the_corpus_and_its_mutations(name):
    start, chance = seeds(name), Chance(2026)
    for data in start:
        TARGETS[name](data)
    for _ in range(MUTATIONS):
        TARGETS[name](mutated(chance.of(start), start, chance))


@pytest.mark.parametrize("name", list(TARGETS))
@given(data=st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_octets(name, data):
    TARGETS[name](data)


def worst(name):
    """Streams that cost the most: the smallest packet again and again, one that never ends, noughts, an unfinished one."""
    smallest = min((data for data in seeds(name) if data), key=len)
    return {
        "smallest packets": (smallest * (OCTETS_MAX // len(smallest))),
        "noughts": bytes(OCTETS_MAX),
        "an endless frame": (60_000).to_bytes(4, "big") + bytes(OCTETS_MAX - 4),
        "ones": b"\xff" * OCTETS_MAX,
    }


def test_the_worst_streams_are_read_in_bounded_time_and_memory(name):
    for what, data in worst(name).items():
        tracemalloc.start()
        began = CLOCK.monotonic()
        TARGETS[name](data)
        took = CLOCK.monotonic() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MEMORY_MAX, f"{what}: {peak} octets"
        assert took < SECONDS_MAX * 10, f"{what}: {took:.1f} s"
