"""Which rights a household is probably missing, in which order, and what to do."""
