"""Watched hours, turns of watchlists, and the definitions that watchlists had."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "watched_hours",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hour", name="pk_watched_hours"),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("watchlist", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_s", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
    )
    op.create_index(
        "uq_turns_open", "turns", ["kind", "watchlist"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_turns_watchlist", "turns", ["watchlist"])
    op.create_table(
        "watchlist_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watchlist", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watchlist_versions"),
        sa.UniqueConstraint("watchlist", "version", name="uq_watchlist_versions_watchlist_version"),
    )


def downgrade() -> None:
    op.drop_table("watchlist_versions")
    op.drop_index("ix_turns_watchlist", table_name="turns")
    op.drop_index("uq_turns_open", table_name="turns", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_table("turns")
    op.drop_table("watched_hours")
