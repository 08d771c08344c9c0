"""Every store there is, for one contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kanhe.store.sqlite.store import SqliteStore, open_store


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
