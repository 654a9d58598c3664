"""Text to topic: rules that ship for the first weeks, then a model trained from the desk's own labels."""

from indexer.topics.proposing import Proposer
from indexer.topics.records import Labelled, Proposal, Topic, TopicPath

__all__ = ["Labelled", "Proposal", "Proposer", "Topic", "TopicPath"]
