"""Who has seen what: the log, for the privacy officer and for the case."""
