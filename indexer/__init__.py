"""From papers to passages: reading, cutting, embedding, indexing, searching."""
