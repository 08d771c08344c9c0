"""Users of the console, their sessions, and what they looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("account", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("closed_at", Number, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    for name in ("login_links", "sessions"):
        op.create_table(
            name,
            sa.Column("digest", sa.Text(), autoincrement=False, nullable=False),
            sa.Column("user", Number, nullable=False),
            sa.Column("expires_at", Number, nullable=False),
            sa.PrimaryKeyConstraint("digest"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "looks",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("user", Number, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
