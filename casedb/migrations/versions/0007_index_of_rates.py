"""An index that alone answers rates and mean times over years."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
COLUMNS = [
    "received_at",
    "community",
    "handling_unit",
    "topic_1",
    "topic_2",
    "topic_3",
    "kind",
    "source",
    "side_way",
    "responded",
    "resolved",
    "satisfied",
    "dispatched_at",
    "accepted_at",
    "first_contact_at",
    "due_at",
    "closed_at",
    "repeat_of",
]


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_cases_rated", "cases", COLUMNS)


def downgrade() -> None:
    """Take back; only used in tests, never on real records."""
    op.drop_index("ix_cases_rated", "cases")
