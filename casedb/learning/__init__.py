"""What the house learns from questions: hand-offs, gaps, drafts, changed papers, lessons."""
