"""Counts over many cases: narrow rows out of the tables, and pivots counted by the database."""
