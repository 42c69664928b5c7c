"""Stories that turned out to be one, and the second nearest story of each article."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("younger_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("younger_id", name="pk_merges"),
    )
    op.create_index("ix_merges_story_id", "merges", ["story_id"])
    op.create_index("ix_merges_article_id", "merges", ["article_id"])
    op.add_column("placements", sa.Column("other_id", sa.Integer(), nullable=True))
    op.add_column("placements", sa.Column("other_similarity", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("placements", "other_similarity")
    op.drop_column("placements", "other_id")
    op.drop_index("ix_merges_article_id", table_name="merges")
    op.drop_index("ix_merges_story_id", table_name="merges")
    op.drop_table("merges")
