"""Numbers and papers: reads the records, writes files."""
