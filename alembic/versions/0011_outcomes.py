"""What a delivery's tries leave behind, and why a channel is not told of a hit."""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WAITS = "state IN ('pending', 'leased')"
_NEWEST = (
    "(SELECT {0}.id FROM {0} WHERE {0}.first_seen_at <= coalesce(deliveries.sent_at, deliveries.due_at)"
    " ORDER BY {0}.first_seen_at DESC, {0}.id DESC LIMIT 1)"
)


def upgrade() -> None:
    long_ago = "1970-01-01 00:00:00.000000"
    if op.get_bind().dialect.name == "postgresql":
        long_ago += "+00"
    op.add_column(
        "deliveries", sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False, server_default=long_ago)
    )
    op.add_column("deliveries", sa.Column("lane_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("unanswered", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("read_article_id", sa.Integer(), nullable=True))
    op.add_column("deliveries", sa.Column("read_hit_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("wanted_at", server_default=None)
        batch.alter_column("unanswered", server_default=None)
    op.execute("UPDATE deliveries SET wanted_at = CASE WHEN attempts = 0 THEN due_at ELSE created_at END")
    op.execute(f"UPDATE deliveries SET lane_until = due_at WHERE attempts > 0 AND {_WAITS}")  # noqa: S608 - constants
    op.execute(
        "UPDATE deliveries SET unanswered = (SELECT count(*) FROM attempts"  # noqa: S608 - constants
        f" WHERE attempts.delivery_id = deliveries.id AND attempts.outcome = 'ambiguous') WHERE {_WAITS}"
    )
    op.execute(
        f"UPDATE deliveries SET read_article_id = {_NEWEST.format('articles')},"  # noqa: S608 - constants
        f" read_hit_id = {_NEWEST.format('hits')} WHERE NOT {_WAITS}"
    )
    op.create_table(
        "passes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_passes_alert_id_alerts", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["hit_id"], ["hits.id"], name="fk_passes_hit_id_hits", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_passes"),
        sa.UniqueConstraint("hit_id", "channel", name="uq_passes_hit_id_channel"),
    )
    op.create_index("ix_passes_alert_id", "passes", ["alert_id"])


def downgrade() -> None:
    op.drop_index("ix_passes_alert_id", table_name="passes")
    op.drop_table("passes")
    for name in ("read_hit_id", "read_article_id", "unanswered", "lane_until", "wanted_at"):
        op.drop_column("deliveries", name)
