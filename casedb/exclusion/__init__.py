"""Exclusion (剔除): what materials a category needs, whether they hold, requests and their rounds."""
