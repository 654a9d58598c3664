"""One exclusion request reviewed: files, knowledge base and rules put together."""
