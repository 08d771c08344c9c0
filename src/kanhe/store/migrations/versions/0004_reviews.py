"""The review queue, and what was decided of messages that may still be on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key(name: str) -> sa.Column[object]:
    return sa.Column(name, Number, autoincrement=False, nullable=False)


def number(name: str) -> sa.Column[object]:
    return sa.Column(name, Number, nullable=False)


def text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "reviews",
        key("id"),
        text("kind"),
        text("subject"),
        sa.Column("account", Number, nullable=True),
        sa.Column("closed_at", Number, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reviews_by_subject", "reviews", ["kind", "subject"])
    op.create_index("reviews_by_end", "reviews", ["closed_at"])
    op.create_table(
        "reviewed", key("message"), number("review"), number("released"), sa.PrimaryKeyConstraint("message")
    )
