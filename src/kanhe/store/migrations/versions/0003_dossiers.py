"""Papers through all their versions, with their documents and history."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key(name: str, kind: sa.types.TypeEngine[Any] = Number) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, Number, nullable=False)


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "dossiers",
        key("id"),
        text("kind"),
        text("key"),
        sa.Column("account", Number, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("dossiers_by_key", "dossiers", ["kind", "key"], unique=True)
    op.create_table(
        "dossier_versions",
        key("dossier"),
        key("number"),
        text("stand"),
        number("at"),
        text("by"),
        text("why"),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("dossier", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("versions_by_stand", "dossier_versions", ["stand", "valid_to"])
    op.create_table(
        "dossier_documents",
        key("dossier"),
        key("version"),
        key("digest", sa.Text()),
        text("role"),
        text("name"),
        text("media"),
        number("octets"),
        number("at"),
        text("by"),
        number("sealed"),
        sa.PrimaryKeyConstraint("dossier", "version", "digest"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dossier_history",
        key("seq"),
        number("dossier"),
        number("version"),
        number("at"),
        text("by"),
        text("act"),
        text("reason"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("history_of_dossier", "dossier_history", ["dossier"])
