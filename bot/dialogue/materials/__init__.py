"""Exclusion requests in chat: files in, findings decided, opinions out."""
