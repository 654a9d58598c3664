"""The assessment: cycles, points lost, causes, measures; imported from the details sheet (考核明细)."""
