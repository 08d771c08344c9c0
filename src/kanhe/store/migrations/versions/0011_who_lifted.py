"""Who took a refusal or block back, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("suppressions", sa.Column("lifted_by", sa.Text(), nullable=True))
    op.add_column("suppressions", sa.Column("lifted_why", sa.Text(), nullable=True))
