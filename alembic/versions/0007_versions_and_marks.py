"""Which definition found a hit, and what readers say of it."""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hits") as batch:
        batch.add_column(sa.Column("version", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("hits") as batch:
        batch.alter_column("version", server_default=None)
    op.create_table(
        "marks",
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hits.id"], name="fk_marks_hit_id_hits", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hit_id", name="pk_marks"),
    )


def downgrade() -> None:
    op.drop_table("marks")
    with op.batch_alter_table("hits") as batch:
        batch.drop_column("version")
