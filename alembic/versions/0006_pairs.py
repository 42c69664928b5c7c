"""An index of letter pairs for search; the articles that are stored already are put into it."""

from alembic import op
from monitor.storage import pairs

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pairs.create(op.get_bind())
    pairs.rebuild(op.get_bind())


def downgrade() -> None:
    pairs.drop(op.get_bind())
