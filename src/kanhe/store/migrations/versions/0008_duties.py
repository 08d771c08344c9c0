"""The duty calendar: dated tasks, and who did them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("due", Number, nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", Number, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("duties_by_end", "duties", ["done_at", "due"])
    op.create_index("duties_by_about", "duties", ["about"])
