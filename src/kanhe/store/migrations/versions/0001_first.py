"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "balances",
        sa.Column("account", Number, autoincrement=False, nullable=False),
        sa.Column("balance", Number, nullable=False),
        sa.Column("reserved", Number, nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "blocks",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "changes",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("owed", sa.LargeBinary(), nullable=False),
        sa.Column("accepted", sa.LargeBinary(), nullable=False),
        sa.Column("claims", sa.LargeBinary(), nullable=False),
        sa.Column("responses", sa.LargeBinary(), nullable=False),
        sa.Column("receipts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", Number, autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "consents",
        sa.Column("account", Number, autoincrement=False, nullable=False),
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "number", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dnc",
        sa.Column("register", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("listed", Number, nullable=False),
        sa.Column("checked_at", Number, nullable=False),
        sa.PrimaryKeyConstraint("register", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "documents",
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "due",
        sa.Column("at", Number, autoincrement=False, nullable=False),
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("at", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entries",
        sa.Column("first", Number, autoincrement=False, nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.Column("lowest", Number, nullable=False),
        sa.Column("highest", Number, nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("first"),
    )
    op.create_index("entries_by_message", "entries", ["lowest", "highest"], unique=False)
    op.create_table(
        "inbound",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("account", Number, nullable=True),
        sa.Column("number", Number, nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("account", Number, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("dead", Number, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "keyed",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "lingering",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("owes", Number, nullable=False),
        sa.Column("story", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "messages",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("account", Number, nullable=False),
        sa.Column("recipient", Number, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", Number, nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("shape", Number, nullable=False),
        sa.Column("due", Number, nullable=True),
        sa.Column("expires", Number, nullable=False),
        sa.Column("segments", Number, nullable=False),
        sa.Column("price", Number, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", Number, nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "postings",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("account", Number, nullable=False),
        sa.Column("reserved", Number, nullable=False),
        sa.Column("captured", Number, nullable=False),
        sa.Column("released", Number, nullable=False),
        sa.Column("credited", Number, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "requests",
        sa.Column("account", Number, autoincrement=False, nullable=False),
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, autoincrement=False, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", "number", "at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "runs",
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("book", Number, nullable=False),
        sa.Column("level", Number, nullable=False),
        sa.Column("newest", Number, nullable=False),
        sa.Column("firsts", sa.LargeBinary(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "settled",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("state", Number, nullable=False),
        sa.Column("trail", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "shapes",
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("pack_digest", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "suppressions",
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("lifted_at", Number, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tiles",
        sa.Column("level", Number, autoincrement=False, nullable=False),
        sa.Column("index", Number, autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "uncounted", sa.Column("id", Number, autoincrement=False, nullable=False), sa.PrimaryKeyConstraint("id")
    )
