"""Texts about the same thing, found across wording: grown day by day, named by their key terms."""

from indexer.clusters.growing import Growing
from indexer.clusters.naming import key_terms
from indexer.clusters.records import Told

__all__ = ["Growing", "Told", "key_terms"]
