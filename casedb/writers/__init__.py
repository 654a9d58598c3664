"""Who writes when: small writes that come together share one turn."""
