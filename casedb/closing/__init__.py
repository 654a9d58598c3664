"""The closing sheet: whose materials are due, who owes what."""
