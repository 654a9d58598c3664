"""What the house learns from its own work: gaps, drafts, papers of the unit, lessons, likeness."""
