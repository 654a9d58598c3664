"""Cases counted by month, kept by triggers; an index that counts alone; residents and old names of units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

VALUES = (
    "topic_1", "topic_2", "topic_3", "community", "handling_unit", "kind", "source", "stage",
)  # fmt: skip
KEY = ", ".join(("month", *VALUES))
WATCHED = ("received_at", "dispatched_at", *VALUES)
MONTH = {
    "sqlite": "coalesce(strftime('%Y-%m', coalesce({0}received_at, {0}dispatched_at), '+8 hours'), '')",
    "postgresql": "coalesce(to_char(coalesce({0}received_at, {0}dispatched_at)"
    " AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), '')",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "case_counts",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("topic_1", sa.String(length=80), nullable=False),
        sa.Column("topic_2", sa.String(length=80), nullable=False),
        sa.Column("topic_3", sa.String(length=80), nullable=False),
        sa.Column("community", sa.String(length=80), nullable=False),
        sa.Column("handling_unit", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", *VALUES, name=op.f("pk_case_counts")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_received_at"))
        batch_op.create_index(
            "ix_cases_counted",
            ["received_at", "community", "handling_unit", "topic_1", "topic_2", "topic_3", "kind",
             "source", "stage"],
            unique=False,
        )  # fmt: skip
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("population", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("former_names", sa.String(), server_default="", nullable=False)
        )
    dialect = op.get_bind().dialect.name
    op.execute(
        f"INSERT INTO case_counts ({KEY}, count) SELECT {MONTH[dialect].format('')},"
        f" {', '.join(VALUES)}, count(*) FROM cases GROUP BY {', '.join(map(str, range(1, 10)))}"
    )
    for statement in _triggers(dialect):
        op.execute(statement)


def _triggers(dialect: str) -> list[str]:
    """Every way a case can come, change or go."""
    add, take = _add(dialect), _take(dialect)
    if dialect == "sqlite":
        changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in WATCHED)
        return [
            f"CREATE TRIGGER case_counts_added AFTER INSERT ON cases BEGIN {add} END",
            f"CREATE TRIGGER case_counts_gone AFTER DELETE ON cases BEGIN {take} END",
            f"CREATE TRIGGER case_counts_changed AFTER UPDATE OF {', '.join(WATCHED)} ON cases"
            f" WHEN {changed} BEGIN {take} {add} END",
        ]
    changed = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in WATCHED)
    return [
        f"CREATE FUNCTION case_counts_add() RETURNS trigger LANGUAGE plpgsql AS"
        f" $body$ BEGIN {add} RETURN NULL; END $body$",
        f"CREATE FUNCTION case_counts_take() RETURNS trigger LANGUAGE plpgsql AS"
        f" $body$ BEGIN {take} RETURN NULL; END $body$",
        f"CREATE FUNCTION case_counts_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $body$ BEGIN {take} {add} RETURN NULL; END $body$",
        "CREATE TRIGGER case_counts_added AFTER INSERT ON cases"
        " FOR EACH ROW EXECUTE FUNCTION case_counts_add()",
        "CREATE TRIGGER case_counts_gone AFTER DELETE ON cases"
        " FOR EACH ROW EXECUTE FUNCTION case_counts_take()",
        f"CREATE TRIGGER case_counts_changed AFTER UPDATE OF {', '.join(WATCHED)} ON cases"
        f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION case_counts_change()",
    ]


def _add(dialect: str) -> str:
    new = ", ".join(f"new.{name}" for name in VALUES)
    return (
        f"INSERT INTO case_counts ({KEY}, count) VALUES ({MONTH[dialect].format('new.')}, {new}, 1)"
        f" ON CONFLICT ({KEY}) DO UPDATE SET count = case_counts.count + 1;"
    )


def _take(dialect: str) -> str:
    same = " AND ".join(f"{name} = old.{name}" for name in VALUES)
    where = f"WHERE month = {MONTH[dialect].format('old.')} AND {same}"
    return (
        f"UPDATE case_counts SET count = count - 1 {where};"
        f" DELETE FROM case_counts {where} AND count <= 0;"
    )


def downgrade() -> None:
    """Take back; only used in tests, never on real records."""
    dialect = op.get_bind().dialect.name
    of = " ON cases" if dialect == "postgresql" else ""
    for name in ("added", "gone", "changed"):
        op.execute(f"DROP TRIGGER case_counts_{name}{of}")
    if dialect == "postgresql":
        for name in ("add", "take", "change"):
            op.execute(f"DROP FUNCTION case_counts_{name}()")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("former_names")
        batch_op.drop_column("population")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_counted")
        batch_op.create_index(batch_op.f("ix_cases_received_at"), ["received_at"], unique=False)
    op.drop_table("case_counts")
