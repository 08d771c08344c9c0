"""Bringing a database to this release's schema when it is opened. Alembic is imported only when there is something to do."""

import sqlite3
from pathlib import Path

from kanhe.store.errors import StoreNewerError

# The last revision in `migrations/versions`; a test holds them together.
HEAD = "0012"

_REVISIONS = "SELECT version_num FROM alembic_version"


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the database at `path` to the newest schema."""
    if (revision := current_revision(connection)) != HEAD:
        upgrade(f"sqlite:///{path}", revision)


def current_revision(connection: sqlite3.Connection) -> str | None:
    """Say which schema a database has; None: it is empty."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone():
        return None
    row = connection.execute(_REVISIONS).fetchone()
    return row[0] if row else None


def upgrade(url: str, revision: str | None = None) -> None:
    """Run the migrations from `revision` to the newest."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreNewerError(f"the store has schema `{revision}`, which this release does not know; upgrade kanhe")
    command.upgrade(config, "head")
