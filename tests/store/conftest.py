"""Every store there is, for one contract."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kanhe.store.sqlite.store import SqliteStore, open_store

sys.path.insert(0, str(Path(__file__).parent))  # tests are imported by path, so helpers beside them must be findable


@pytest.fixture(params=["threaded", "inline"])
def inline(request: pytest.FixtureRequest) -> bool:
    return request.param == "inline"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kanhe.db"


@pytest.fixture
def store(path: Path, inline: bool) -> Iterator[SqliteStore]:
    opened = open_store(path, inline=inline, durable=False)
    yield opened
    opened.close()
