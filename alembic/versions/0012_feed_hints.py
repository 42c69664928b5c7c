"""When each feed's last body asked to be asked for again: a 304 after a restart says nothing of it."""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SKIPPED = ("skip_hours", "skip_days")


def upgrade() -> None:
    with op.batch_alter_table("feeds") as batch:
        batch.add_column(sa.Column("ttl_s", sa.Double(), nullable=True))
        for name in _SKIPPED:
            batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("feeds") as batch:
        for name in _SKIPPED:
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("feeds") as batch:
        for name in ("ttl_s", *_SKIPPED):
            batch.drop_column(name)
