"""One library and one gate for all tests of the gate: papers are known by their revisions, so cases do not disturb each other."""

import pytest

from kanhe.gate.gate import Gate
from kanhe.law.library import Library
from kanhe.law.load import load_packs


@pytest.fixture(scope="session")
def library() -> Library:
    return load_packs()


@pytest.fixture(scope="session")
def gate(library: Library) -> Gate:
    return Gate(library)
