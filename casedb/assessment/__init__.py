"""The assessment: cycles, points lost, causes, measures; imported from the details sheet."""
