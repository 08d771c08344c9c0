"""One document may prove two things of a version: a scan of everything is kept under each of its roles."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = 'dossier, version, digest, role, name, media, octets, at, "by", sealed'


def upgrade() -> None:
    op.rename_table("dossier_documents", "dossier_documents_before")
    op.create_table(
        "dossier_documents",
        sa.Column("dossier", Number, autoincrement=False, nullable=False),
        sa.Column("version", Number, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("octets", Number, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("sealed", Number, nullable=False),
        sa.PrimaryKeyConstraint("dossier", "version", "digest", "role"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO dossier_documents ({COLUMNS}) SELECT {COLUMNS} FROM dossier_documents_before")  # noqa: S608 - names of ours
    op.drop_table("dossier_documents_before")
