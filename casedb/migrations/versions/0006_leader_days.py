"""Who leads on a day (带班领导)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "leader_days",
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_leader_days_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["people.id"], name=op.f("fk_leader_days_set_by_people")
        ),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_leader_days")),
    )


def downgrade() -> None:
    """Take back; only used in tests, never on real records."""
    op.drop_table("leader_days")
