"""The first lines by which an article was grouped, where its summary does not hold them."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("placements", sa.Column("lead", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("placements", "lead")
