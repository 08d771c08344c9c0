"""Complaints against messages of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("account", Number, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("message", Number, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("complaints_of_account", "complaints", ["account", "at"])
