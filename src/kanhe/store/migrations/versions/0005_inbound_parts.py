"""Segments of messages from people that wait for the others, and how many of a message never came."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbound_gaps",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("missing", Number, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "inbound_parts",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
