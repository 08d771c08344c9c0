from pathlib import Path

import pytest

from kanhe.moderation import policy
from kanhe.moderation.policy import Policy
from kanhe.moderation.registers import load_registers

DATA = Path(__file__).parents[2] / "data" / "moderation"


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def shipped() -> Policy:
    """The shipped rules and seed model, without any operator's register."""
    return policy.load()


@pytest.fixture(scope="session")
def with_brands() -> Policy:
    return policy.load(registers=load_registers(DATA / "brands.json"))
