"""Decides what to answer; imports no chat library, is not async."""
