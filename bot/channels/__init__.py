"""One file per chat service."""
