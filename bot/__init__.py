"""People talk to us here; the only package that knows channels."""
