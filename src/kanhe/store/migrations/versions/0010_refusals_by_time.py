"""Refusals in the order in which they were noted, for reports."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("suppressions_by_id", "suppressions", ["id"])
