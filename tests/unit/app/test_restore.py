"""A restore takes what `kanhe backup` has written, and nothing else: the database stays as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kanhe.app.folder import DATABASE, restore_backup
from kanhe.settings import Settings, load
from kanhe.store.errors import StoreError
from kanhe.store.sqlite.connect import copy_store
from kanhe.store.sqlite.store import open_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data" / DATABASE
    path.parent.mkdir()
    open_store(path, inline=True).close()
    return path


def settings(database: Path) -> Settings:
    return load(None, {"KANHE_PLATFORM_DATA": str(database.parent)})


def test_a_backup_takes_the_place_of_the_database(database: Path, tmp_path: Path) -> None:
    copy_store(database, tmp_path / "backup.db")
    database.unlink()
    restore_backup(settings(database), tmp_path / "backup.db")
    open_store(database, inline=True).close()


def test_what_is_no_backup_is_named_and_changes_nothing(database: Path, tmp_path: Path) -> None:
    nothing, folder, letter, half = (tmp_path / name for name in ("nothing.db", "folder", "letter.txt", "half.db"))
    folder.mkdir()
    letter.write_text("dear reader " * 100)
    half.write_bytes(database.read_bytes())
    half.with_name("half.db-wal").write_bytes(b"the rest")
    before = database.read_bytes()
    for backup, said in (
        (nothing, "there is no backup `.*nothing.db`"),
        (folder, "there is no backup `.*folder`"),
        (letter, "`.*letter.txt` is damaged or not a database"),
        (half, "`.*half.db` is half of a database"),
        (database, "is the database itself"),
    ):
        with pytest.raises(StoreError, match=said):
            restore_backup(settings(database), backup)
        assert database.read_bytes() == before


def test_a_database_of_others_is_no_backup(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "others.db")) as others:
        others.execute("CREATE TABLE t (x)")
    with pytest.raises(StoreError, match=r"`.*others.db` is damaged or no store of ours"):
        restore_backup(settings(database), tmp_path / "others.db")
