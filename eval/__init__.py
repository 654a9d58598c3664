"""Questions with the passages that answer them, and what must be refused."""
