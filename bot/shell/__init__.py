"""The verbs of the command zhiban, one file for each group."""
