"""Gaps, drafts, changes of papers, lessons done; hand-offs remember who was asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lesson_suggestions",
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("lesson", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_lesson_suggestions")),
    )
    op.create_table(
        "passage_marks",
        sa.Column("passage_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_passage_marks")),
    )
    op.create_table(
        "duty_days",
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_duty_days_set_by_people")),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_duty_days")),
    )
    op.create_table(
        "lesson_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lesson", sa.String(length=120), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.String(length=20), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_lesson_answers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_answers")),
    )
    with op.batch_alter_table("lesson_answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lesson_answers_person_lesson", ["person_id", "lesson"], unique=False
        )

    op.create_table(
        "paper_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["people.id"], name=op.f("fk_paper_changes_settled_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_changes")),
    )
    with op.batch_alter_table("paper_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_changes_state"), ["state"], unique=False)

    op.create_table(
        "answer_notices",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_answer_notices_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_answer_notices")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("handoff_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_drafts_author_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_drafts_handoff_id_handoffs")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["people.id"], name=op.f("fk_drafts_published_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("title", name=op.f("uq_drafts_title")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_handoff_id"), ["handoff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drafts_state"), ["state"], unique=False)

    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_by", sa.Integer(), nullable=True),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["people.id"], name=op.f("fk_gaps_assigned_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["people.id"], name=op.f("fk_gaps_closed_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_gaps_obligation_id_obligations")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_gaps_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gaps_state"), ["state"], unique=False)

    op.create_table(
        "gap_questions",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_questions_gap_id_gaps")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_gap_questions_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_gap_questions")),
    )
    with op.batch_alter_table("gap_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_questions_gap_id"), ["gap_id"], unique=False)

    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("context", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("told", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_handoffs_next_at"), ["next_at"], unique=False)
    # What was waiting before goes on waiting: the roster is asked from the beginning.
    op.execute("UPDATE handoffs SET next_at = asked_at WHERE answered_at IS NULL")

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_questions_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    """Take back; only used in tests, never on real records."""
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questions_case_id"))
        batch_op.drop_column("case_id")

    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoffs_next_at"))
        batch_op.drop_column("next_at")
        batch_op.drop_column("told")
        batch_op.drop_column("context")

    with op.batch_alter_table("gap_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_questions_gap_id"))

    op.drop_table("gap_questions")
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gaps_state"))

    op.drop_table("gaps")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_state"))
        batch_op.drop_index(batch_op.f("ix_drafts_handoff_id"))

    op.drop_table("drafts")
    op.drop_table("answer_notices")
    with op.batch_alter_table("paper_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_changes_state"))

    op.drop_table("paper_changes")
    with op.batch_alter_table("lesson_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_lesson_answers_person_lesson")

    op.drop_table("lesson_answers")
    op.drop_table("duty_days")
    op.drop_table("passage_marks")
    op.drop_table("lesson_suggestions")
