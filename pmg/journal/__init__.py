"""Contact with a youth: what happened, what is planned, and who may read it."""
