"""What all tests have in common."""

import gc
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from kanhe.app.run import GC_THRESHOLDS, set_logs

# As rarely as in production: the rules of all countries are alive throughout, and looking at them again and again costs time.
gc.set_threshold(*GC_THRESHOLDS)

# What a busy machine takes its time for is no mistake.
settings.register_profile("kanhe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kanhe")


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    """Whatever another test made of the log: every line is heard, and what this one makes of it ends with it.

    As the platform writes it: a trace with the values of all variables takes seconds to draw.
    """
    before = structlog.get_config()
    structlog.reset_defaults()
    set_logs()
    yield
    structlog.configure(**before)
