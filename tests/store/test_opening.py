"""Opening: migrations equal the metadata, a second process is refused, damage and a full disk have names."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from tests.store.store_samples import accepted, message, submission

import kanhe.store
from kanhe.ports.store import Filter, HeldUp, StoreHeldUpError
from kanhe.store import migrate
from kanhe.store.errors import StoreCorruptError, StoreInUseError, StoreNewerError
from kanhe.store.schema import metadata
from kanhe.store.sqlite.connect import connect
from kanhe.store.sqlite.statements import load
from kanhe.store.sqlite.store import SqliteStore, open_store


def test_migrations_make_what_the_metadata_says(path: Path) -> None:
    open_store(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        made = tables(connection.connection.dbapi_connection)
    engine.dispose()
    plain = create_engine("sqlite://")
    with plain.connect() as connection:
        metadata.create_all(connection)
        assert tables(connection.connection.dbapi_connection) == made
    plain.dispose()


def tables(connection) -> dict[str, str]:
    """Tables as SQLite keeps them, with what a comparison of types does not see: row ids and the order of keys."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL AND name <> 'alembic_version'")
    return {name: " ".join(sql.split()) for name, sql in rows.fetchall()}


def test_the_head_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(Path(kanhe.store.__file__).with_name("migrations")))
    assert scripts.get_current_head() == migrate.HEAD


def test_documents_of_papers_outlive_their_new_key(path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(kanhe.store.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.upgrade(config, "0011")
    kept = (7, 1, "ab" * 32, "copy", "a.pdf", "application/pdf", 3, 5, "ann", 0)
    connection = connect(path)
    connection.execute(f"INSERT INTO dossier_documents VALUES ({', '.join('?' * 10)})", kept)
    connection.close()
    open_store(path).close()
    connection = connect(path)
    rows = connection.execute("SELECT * FROM dossier_documents").fetchall()
    connection.close()
    assert [tuple(row) for row in rows] == [kept]


def test_a_store_at_head_opens_without_alembic(path: Path) -> None:
    open_store(path).close()
    code = (
        "import sys, pathlib; from kanhe.store.sqlite.store import open_store;"
        "open_store(pathlib.Path(sys.argv[1])).close();"
        "print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_store_of_a_later_release_is_left_alone(path: Path) -> None:
    open_store(path).close()
    connection = connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreNewerError, match="9999"):
        open_store(path)


def test_a_second_process_is_refused(path: Path) -> None:
    store = open_store(path)
    code = "import sys, pathlib; from kanhe.store.sqlite.store import open_store; open_store(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "StoreInUseError: another process has the store" in done.stderr
    with pytest.raises(StoreInUseError):
        open_store(path)
    store.close()
    open_store(path).close()


@pytest.mark.parametrize("octets", [b"not a database at all, but long enough to be read as one" * 100])
def test_a_damaged_file_is_named(path: Path, octets: bytes) -> None:
    path.write_bytes(octets)
    with pytest.raises(StoreCorruptError, match="restore a backup"):
        open_store(path)
    assert path.read_bytes() == octets


async def test_a_full_disk_loses_nothing_and_ends_when_there_is_room(store: SqliteStore) -> None:
    await store.commit(submission(accepted(message(1))))
    connection = store.writer._hand.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    big = submission(*(accepted(message(2 + n)) for n in range(256)))
    outcomes = await asyncio.gather(store.commit(big), return_exceptions=True)
    assert isinstance(outcomes[0], StoreHeldUpError)
    assert outcomes[0].why is HeldUp.FULL
    assert len(store.rows(Filter())) == 1
    connection.execute("PRAGMA max_page_count = 1000000")
    await store.commit(big)
    assert len(store.rows(Filter(limit=1000))) == 257
    assert len(store.entries_since(0, 1000)) == 257


async def test_a_database_that_another_holds_is_no_fault_of_what_is_written(store: SqliteStore) -> None:
    change = submission(accepted(message(1)))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreHeldUpError) as held_up:
            await store.commit(change)
        assert held_up.value.why is HeldUp.LOCKED
    await store.commit(change)
    assert len(store.rows(Filter())) == 1


async def test_a_disk_that_does_not_write_is_no_fault_of_what_is_written(store: SqliteStore) -> None:
    change, connection = submission(accepted(message(1))), store.writer._hand.connection
    await store.commit(submission(accepted(message(2))))
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreHeldUpError) as held_up:
        await store.commit(change)
    assert held_up.value.why is HeldUp.DISK
    connection.execute("PRAGMA query_only = OFF")
    await store.commit(change)
    assert len(store.rows(Filter())) == 2


def test_every_statement_says_what_it_does_and_can_be_prepared(store: SqliteStore) -> None:
    for name, statement in load().items():
        assert statement.description.endswith("."), name
        if name.startswith(("begin", "commit", "rollback", "end_read")):
            continue
        for sql in (statement.sized(1), statement.sized(4)):
            values = [None] * sql.count("?") or dict.fromkeys(re.findall(r":(\w+)", sql))
            store.reader.connection.execute(f"EXPLAIN {sql}", values).fetchall()
